import assert from "node:assert/strict";
import { secretHoldsToken as policy } from "../../../policy-pack/policies/secret-holds-token";
import {
  advice,
  fails,
  fed,
  judges,
  later,
  messages,
  passes,
  resource,
  rule,
  secret,
  secretVersion,
  undecided,
} from "../support";

const token = '{"username":"shop","accessToken":"planted"}';
const s = secret("s");
const version = (secretString: unknown, name = "v") => secretVersion(name, { secretString }, fed({ secretId: [s] }));
const hub = (credential: ReturnType<typeof secret>, ...dependsOn: ReturnType<typeof secret>[]) =>
  rule("r", { upstreamRegistryUrl: "ghcr.io" }, fed({ credentialArn: [credential] }, { dependsOn }));
const v = version(token);
const unseen = version(undefined);
const name = "ecr-pullthroughcache/hub";
const arn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;
const empty = (secretId: string) => secretVersion("v", { secretId, secretString: "{}" });
const others = [secret("db", { name: "db" }), secret("auto", { name: later }), secret("none", { name: undefined })];
const rotation = resource("aws:secretsmanager/secretRotation:SecretRotation", "v", {}, fed({ secretId: [s] }));

const noUser = "v: The value of the secret has no username.";
const noToken = "v: The value of the secret has no accessToken.";

judges(policy, {
  "passes a user name with an access token, and values that it cannot see": [
    passes,
    [s, v, hub(v)],
    [s, unseen, hub(unseen)],
    [s, v, hub(s, v)],
    [s, version(token, "old"), v, hub(s, v)],
    [s],
  ],
  "fails a value without accessToken, and does not show it": [
    noToken,
    [s, version('{"username":"shop","token":"planted"}')],
  ],
  "fails a value without username": [noUser, [s, version('{"user":"shop","accessToken":"planted"}')]],
  "fails values that are no text, by the secret's ARN and name, too": [
    fails(noUser, noToken),
    [s, version('{"username":"","accessToken":7}')],
    [secret("s", { arn }), empty(arn)],
    [s, empty(name)],
  ],
  "passes versions of other secrets": [
    passes,
    [secret("s", { arn: `${arn}x` }), empty(arn)],
    [secret("s", { region: "us-east-1" }), empty(name)],
    [secret("s", { name: `${name}-2` }), empty(name)],
    [...others, ...others.map((one) => secretVersion("v", { secretString: "x" }, fed({ secretId: [one] }))), rule("r")],
  ],
  "fails a value that is no object": [
    "v: The value of the secret is not a JSON object.",
    [s, version("planted")],
    [s, version('["planted"]')],
  ],
  "waits for a value that is not known yet": [undecided("v"), [s, version(later)]],
  "advises to give a rule's secret a value": [
    advice("s: The stack gives the secret no value."),
    [s, hub(s)],
    [s, rotation, hub(s)],
  ],
  "advises the rule to wait for it": [advice("r: The rule does not wait for the value of its secret."), [s, v, hub(s)]],
});

it("secret-holds-token never shows the value", async () => {
  for (const value of ['{"username":"shop","token":"planted"}', '{"user":"shop","accessToken":"planted"}', "planted"]) {
    const found = await messages(policy, [s, version(value)]);
    assert.ok(found.length > 0 && !found.join().includes("planted"));
  }
});

it("secret-holds-token fails what an Output says where a program takes it for a text", async () => {
  const javascript = "Calling [toString] on an [Output<T>] is not supported.\n\nTo get the value of an Output<T>";
  const python = "Calling __str__ on an Output[T] is not supported.";
  for (const accessToken of [javascript, javascript.replace("toString", "toJSON"), `x${javascript}`, python]) {
    const [message = ""] = await messages(policy, [s, version(JSON.stringify({ username: "shop", accessToken }))]);
    assert.match(message, /^The accessToken .* Pulumi's message about an Output .*\nWrite .*pulumi\.jsonStringify\(/);
  }
});
