import assert from "node:assert/strict";
import { secretHoldsToken as policy } from "../../../policy-pack/policies/secret-holds-token";
import { later, messages, passes, resource, rule, run, secret, secretVersion, undecidedFor } from "../support";

const token = '{"username":"shop","accessToken":"planted"}';
const s = secret("s");
const version = (secretString: unknown) => secretVersion("v", { secretString }, { feeds: { secretId: [s] } });
const hub = (feeds: Parameters<typeof rule>[2]) => rule("r", { upstreamRegistryUrl: "ghcr.io" }, feeds);

const python = "Calling __str__ on an Output[T] is not supported.";

describe("secret-holds-token", () => {
  it("passes a user name with an access token, and values that it cannot see", async () => {
    for (const value of [token, undefined]) {
      const v = version(value);
      assert.deepEqual(await run(policy, [s, v, hub({ feeds: { credentialArn: [v] } })]), passes);
    }
  });

  for (const [value, what] of [
    ['{"username":"shop","token":"planted"}', ["The value of the secret has no accessToken."]],
    ['{"user":"shop","accessToken":"planted"}', ["The value of the secret has no username."]],
    [
      '{"username":"","accessToken":7}',
      ["The value of the secret has no username.", "The value of the secret has no accessToken."],
    ],
    ["planted", ["The value of the secret is not a JSON object."]],
    ['["planted"]', ["The value of the secret is not a JSON object."]],
  ] as const) {
    it(`fails ${value.replace("planted", "...")}, and does not show it`, async () => {
      const { violations } = await run(policy, [s, version(value)]);
      assert.deepEqual(
        violations,
        what.map((one) => `v: ${one}`),
      );
      assert.ok(!(await messages(policy, [s, version(value)])).join().includes("planted"));
    });
  }

  it("fails what an Output says where a program takes it for a text", async () => {
    const javascript = "Calling [toString] on an [Output<T>] is not supported.\n\nTo get the value of an Output<T>";
    for (const accessToken of [javascript, javascript.replace("toString", "toJSON"), `x${javascript}`, python]) {
      const [message = ""] = await messages(policy, [s, version(JSON.stringify({ username: "shop", accessToken }))]);
      assert.match(message, /^The accessToken .* Pulumi's message about an Output .*\nWrite .*pulumi\.jsonStringify\(/);
    }
  });

  it("waits for a value that is not known yet", async () => {
    assert.deepEqual(await run(policy, [s, version(later)]), undecidedFor(policy, "v"));
  });

  it("finds a version by the secret's ARN after the deployment", async () => {
    const arn = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";
    const deployed = secretVersion("v", { secretId: arn, secretString: "{}" });
    assert.equal((await run(policy, [secret("s", { arn }), deployed])).violations.length, 2);
    assert.deepEqual(await run(policy, [secret("s", { arn: `${arn}x` }), deployed]), passes);
  });

  it("finds a version by the secret's name, which is one of a Region", async () => {
    const named = secretVersion("v", { secretId: "ecr-pullthroughcache/hub", secretString: "{}" });
    assert.equal((await run(policy, [s, named])).violations.length, 2);
    assert.deepEqual(await run(policy, [secret("s", { region: "us-east-1" }), named]), passes);
    assert.deepEqual(await run(policy, [secret("s", { name: "ecr-pullthroughcache/hub-2" }), named]), passes);
  });

  it("advises to give a rule's secret a value, and the rule to wait for it", async () => {
    assert.deepEqual(await run(policy, [s, hub({ feeds: { credentialArn: [s] } })]), {
      violations: [],
      notes: ["[advisory] s: The stack gives the secret no value."],
    });
    assert.deepEqual(await run(policy, [s, version(token), hub({ feeds: { credentialArn: [s] } })]), {
      violations: [],
      notes: ["[advisory] r: The rule does not wait for the value of its secret."],
    });
    const rotation = resource(
      "aws:secretsmanager/secretRotation:SecretRotation",
      "v",
      {},
      { feeds: { secretId: [s] } },
    );
    const { notes } = await run(policy, [s, rotation, hub({ feeds: { credentialArn: [s] } })]);
    assert.deepEqual(notes, ["[advisory] s: The stack gives the secret no value."]);
    const v = version(token);
    assert.deepEqual(await run(policy, [s, v, hub({ feeds: { credentialArn: [s] }, dependsOn: [v] })]), passes);
    const old = secretVersion("old", { secretString: token }, { feeds: { secretId: [s] } });
    assert.deepEqual(await run(policy, [s, old, v, hub({ feeds: { credentialArn: [s] }, dependsOn: [v] })]), passes);
    assert.deepEqual(await run(policy, [s]), passes);
  });

  it("never mentions other secrets", async () => {
    const others = [secret("db", { name: "db" }), secret("auto", { name: later }), secret("none", { name: undefined })];
    const values = others.map((one) =>
      secretVersion(`${one.name}-v`, { secretString: "x" }, { feeds: { secretId: [one] } }),
    );
    assert.deepEqual(await run(policy, [...others, ...values, rule("r")]), passes);
  });
});
