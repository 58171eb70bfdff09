import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ACCOUNT, cloudForSuite, REGION } from "../support";
import { migrateForSuite } from "./support";

const PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]';
const VERSION = "aws_secretsmanager_secret_version";

interface Place {
  readonly account?: string;
  /** Undefined as in states of provider 5. */
  readonly region?: string;
  readonly provider?: string;
}

const US: Place = { account: "111122223333", region: "us-east-1" };

function resource(type: string, name: string, { provider = PROVIDER }: Place, attributes: object) {
  return { mode: "managed", type, name, provider, instances: [{ attributes }] };
}

function rule(prefix: string, place: Place, credential_arn = "", more = {}) {
  const attributes = {
    ecr_repository_prefix: prefix,
    upstream_registry_url: credential_arn ? "registry-1.docker.io" : "quay.io",
    credential_arn,
  };
  const { account: registry_id, region } = place;
  return resource("aws_ecr_pull_through_cache_rule", prefix, place, { ...attributes, registry_id, region, ...more });
}

function template(prefix: string, place: Place, attributes: object) {
  const { account: registry_id, region } = place;
  const all = { prefix, applied_for: ["PULL_THROUGH_CACHE"], registry_id, region, ...attributes };
  return resource("aws_ecr_repository_creation_template", prefix.toLowerCase(), place, all);
}

const ARN_OF_HUB = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";

function version(name: string, stages: string[], value: object | null) {
  const secret_string = value && JSON.stringify(value);
  return resource(VERSION, name, US, { arn: ARN_OF_HUB, secret_id: ARN_OF_HUB, version_stages: stages, secret_string });
}

const hub = (...versions: object[]) => [
  rule("hub", US, ARN_OF_HUB),
  resource("aws_secretsmanager_secret", "hub", US, { arn: ARN_OF_HUB }),
  ...versions,
];
const state = (...resources: object[]) => JSON.stringify({ version: 4, resources });

describe("migrate: states of real situations", () => {
  const { migrate, planned, write, directory, set } = migrateForSuite();
  const WAY_OUT = "give the YAML with --from, or keep the secret with --secrets keep";
  const user = { username: "planted-user", accessToken: "planted-token-0123456789" };

  const tokens: [what: string, versions: object[], problem: string][] = [
    [
      "a placeholder that was replaced by hand",
      [version("v", ["AWSPREVIOUS"], { username: "UPDATE-ME", accessToken: "UPDATE-ME" })],
      "the token in the state is not the current one",
    ],
    [
      "a placeholder that nobody replaced",
      [version("v", ["AWSCURRENT"], { username: "UPDATE-ME", accessToken: "UPDATE-ME" })],
      "the token in the state is a placeholder",
    ],
    ["an older version", [version("v", ["AWSPREVIOUS"], user)], "the token in the state is not the current one"],
    ["a write-only value", [version("v", ["AWSCURRENT"], null)], "the state does not have the token"],
    ["no version", [], "has a secret, but no input has its token"],
  ];
  for (const [what, versions, problem] of tokens) {
    it(`refuses ${what}, unless the secret is kept`, async () => {
      const { code, stderr, stdout } = await migrate(["--state", "-"], state(...hub(...versions)));
      assert.deepEqual([code, stderr.split("\n").at(-1)], [1, `  - hub: ${problem}: ${WAY_OUT}`]);
      assert.ok(!/UPDATE-ME|planted/.test(stderr + stdout));
      const kept = await planned(["--state", "-", "--secrets", "keep"], state(...hub(...versions)));
      assert.equal(kept.registries.hub.credentialArn, ARN_OF_HUB);
    });
  }

  it("takes the current of two versions, whatever their order", async () => {
    const versions = [
      version("old", ["AWSPREVIOUS"], { ...user, accessToken: "old" }),
      version("new", ["AWSCURRENT"], user),
    ];
    for (const order of [versions, [...versions].reverse()]) {
      const config = JSON.stringify({
        "pull-through-cache:credentials": { objectValue: { hub: user }, secret: true },
      });
      const { stdout, code } = await migrate(["--state", "-"], state(...hub(...order)), config);
      assert.equal(code, 0);
      assert.match(stdout, /set already pull-through-cache:credentials\.hub\.accessToken/);
    }
  });

  it("keeps the prefix upstream, except a ROOT that the component sends by itself", async () => {
    const ecr = "444455556666.dkr.ecr.us-east-1.amazonaws.com";
    const of = (key: string, upstream_registry_url: string, upstream_repository_prefix: string) =>
      rule(key, US, "", { upstream_registry_url, upstream_repository_prefix });
    const { registries } = await planned(
      ["--state", "-"],
      state(
        of("base", ecr, "ROOT"),
        of("team", ecr, "team"),
        of("quay", "quay.io", "ROOT"),
        of("k8s", "registry.k8s.io", ""),
      ),
    );
    const prefixes = ["base", "team", "quay", "k8s"].map((key) => registries[key].upstreamPrefix);
    assert.deepEqual(prefixes, [undefined, "team", "ROOT", undefined]);
  });

  it("keeps the tags that may move, and that none may", async () => {
    const image_tag_mutability_exclusion_filter = [{ filter: "latest*", filter_type: "WILDCARD" }];
    const settings = { image_tag_mutability: "IMMUTABLE_WITH_EXCLUSION", image_tag_mutability_exclusion_filter };
    const { registries } = await planned(
      ["--state", "-"],
      state(
        ...[rule("quay", US), template("quay", US, settings)],
        ...[rule("k8s", US), template("k8s", US, { image_tag_mutability: "IMMUTABLE" })],
      ),
    );
    const kept = [registries.quay, registries.k8s].map((entry) => [
      entry.tagMutability,
      entry.tagMutabilityExclusionFilters,
    ]);
    assert.deepEqual(kept, [
      ["IMMUTABLE_WITH_EXCLUSION", ["latest*"]],
      ["IMMUTABLE", undefined],
    ]);
  });

  const PROD = { account: "444455556666", region: "us-east-1", provider: `${PROVIDER}.prod` };
  const EU = { account: "111122223333", provider: `${PROVIDER}.eu` };
  const twice: [what: string, resources: object[], refusal: RegExp, choice: string[], left: string][] = [
    [
      "two accounts",
      [
        rule("quay", US),
        template("quay", US, { description: "one" }),
        rule("quay", PROD),
        template("quay", PROD, { description: "two" }),
      ],
      /several accounts \(111122223333, 444455556666\): choose one with --account/,
      ["--account", "444455556666"],
      "in 111122223333 us-east-1",
    ],
    [
      "two providers without Regions",
      [
        rule("quay", { account: "111122223333" }),
        template("quay", { account: "111122223333" }, { description: "one" }),
        rule("quay", EU),
        template("quay", EU, { description: "two" }),
      ],
      /several providers that do not say their Region \(default, eu\): choose one with --provider/,
      ["--provider", "eu", "--region", "eu-west-1"],
      "in 111122223333 provider default",
    ],
  ];
  for (const [what, resources, refusal, choice, left] of twice) {
    it(`refuses one prefix in ${what}, and takes the one that is chosen`, async () => {
      const refused = await migrate(["--state", "-"], state(...resources));
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, refusal);
      const chosen = await planned(["--state", "-", ...choice], state(...resources));
      assert.equal(chosen.registries.quay.description, "two");
      assert.equal(chosen.left.length, 1);
      assert.ok(chosen.left[0].includes(left), chosen.left[0]);
    });
  }

  it("knows the Region of a provider from the ARNs of its other resources", async () => {
    const secret = resource("aws_secretsmanager_secret", "s", EU, {
      arn: ARN_OF_HUB.replace("us-east-1", "eu-west-1"),
    });
    const other = resource("aws_secretsmanager_secret", "t", {}, { arn: ARN_OF_HUB });
    const { stderr } = await migrate(
      ["--state", "-"],
      state(rule("quay", EU), rule("quay", { account: "111122223333" }), secret, other),
    );
    assert.match(stderr, /several Regions \(eu-west-1, us-east-1\): choose one with --region/);
  });

  it("refuses a prefix that stands twice in one place", async () => {
    const again = { ...rule("quay", US), name: "again" };
    const { stderr } = await migrate(["--state", "-"], state(rule("quay", US), again));
    assert.match(
      stderr,
      /has the prefix quay twice: aws_ecr_pull_through_cache_rule\.quay, aws_ecr_pull_through_cache_rule\.again/,
    );
  });

  it("gives each entry the settings of the template that applies, ROOT included", async () => {
    const role = "arn:aws:iam::111122223333:role/ecr-template";
    const root = template("ROOT", US, { description: "all", resource_tags: { team: "x" }, custom_role_arn: role });
    const own = template("quay/team", US, { description: "longer" });
    const text = state(
      rule("quay", US),
      rule("quay/team", US),
      root,
      own,
      resource("aws_iam_role", "r", US, { arn: role, name: "ecr-template" }),
    );
    const { registries, left } = await planned(["--state", "-"], text);
    assert.deepEqual([registries.quay.description, registries["quay/team"].description], ["all", "longer"]);
    assert.deepEqual(registries.quay.resourceTags, { team: "x" });
    assert.match(left.join(), /root: a template for quay and others; each entry gets a template of its own/);
    assert.equal((await migrate(["--state", "-", "--write"], text)).code, 0);
    const written = (name: string) => readFileSync(join(directory(), name), "utf8");
    const imported = JSON.parse(written("import.json")).resources.map(({ name }: { name: string }) => name);
    assert.deepEqual(imported, ["cache", "cache-quay-rule", "cache-quay/team-rule", "cache-quay/team-template"]);
    assert.ok(!written("terraform-state-rm.sh").includes("creation_template.root"));
  });

  it("reads a state in any encoding of Unicode", async () => {
    const text = state(rule("quay", US));
    const encoded = [Buffer.from(`\uFEFF${text}`), Buffer.from(`\uFEFF${text}`, "utf16le")];
    for (const bytes of encoded) {
      writeFileSync(join(directory(), "state"), bytes);
      assert.deepEqual(Object.keys((await planned(["--state", "state"])).registries), ["quay"]);
    }
    writeFileSync(join(directory(), "state"), Buffer.from([0x7b, 0xff, 0xfe, 0x80]));
    assert.match((await migrate(["--state", "state"])).stderr, /state is not text: write it in UTF-8/);
  });

  it("says what a state of the provider awscc needs", async () => {
    const rules = resource("awscc_ecr_pull_through_cache_rule", "r", US, {});
    assert.match(
      (await migrate(["--state", "-"], state(rules))).stderr,
      /rules of the provider awscc: see docs\/migrate-cloudformation\.md/,
    );
  });

  it("keeps the tokens of other entries where all stand in one value, and refuses what it cannot read", async () => {
    const others = { other: { username: "u", accessToken: "t" }, hub: { username: "old", note: 1 } };
    const config = (value: string) => JSON.stringify({ "pull-through-cache:credentials": { value, secret: true } });
    const text = state(...hub(version("v", ["AWSCURRENT"], user)));
    assert.equal((await migrate(["--state", "-", "--write"], text, config(JSON.stringify(others)))).code, 0);
    const [{ args, input } = { args: [], input: "" }, ...more] = set();
    assert.deepEqual([args.slice(0, 4), more], [["config", "set", "--secret", "pull-through-cache:credentials"], []]);
    assert.deepEqual(JSON.parse(input), { ...others, hub: { ...user, note: 1 } });
    const refused = await migrate(["--state", "-", "--write", "--force"], text, config("a-planted-token"));
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /is a text and not a map of credentials/);
    assert.ok(!refused.stderr.includes("a-planted-token"));
  });

  it("fails in a dry run where the run would", async () => {
    const text = state(...hub(version("v", ["AWSCURRENT"], user)));
    assert.equal((await migrate(["--state", "-"], text, false)).code, 2);
    write("NEXT.md", "mine");
    const blocked = await migrate(["--state", "-"], text);
    assert.equal(blocked.code, 1);
    assert.match(blocked.stdout, /is in the way \(--force replaces it\): NEXT\.md/);
  });

  it("quotes names in what is to be pasted", async () => {
    assert.equal(
      (await migrate(["--state", "-", "--write", "--name", `it's "mine"`], state(rule("quay", US)))).code,
      0,
    );
    const next = readFileSync(resolve(directory(), "NEXT.md"), "utf8");
    assert.ok(next.includes(String.raw`new PullThroughCache("it's \"mine\"", {`), next);
  });
});

describe("migrate: tokens and the live secret", () => {
  const cloud = cloudForSuite();
  const { migrate } = migrateForSuite();

  async function migrated(live: object) {
    const SecretString = JSON.stringify(live);
    const { ARN = "" } = await cloud.secrets().createSecret({ Name: "ecr-pullthroughcache/hub", SecretString });
    const user = { username: "planted-user", accessToken: "planted-token-0123456789" };
    const text = state(...hub(version("v", ["AWSCURRENT"], user)))
      .replaceAll(ARN_OF_HUB, ARN)
      .replaceAll("us-east-1", REGION);
    return migrate(["--state", "-"], text);
  }

  it("goes on if they are the same", async () => {
    const { code, stderr } = await migrated({ username: "planted-user", accessToken: "planted-token-0123456789" });
    assert.deepEqual([code, stderr], [0, `Account ${ACCOUNT}, Region ${REGION}`]);
  });

  it("refuses a token that is not the live one, and shows none of them", async () => {
    const { code, stderr, stdout } = await migrated({ username: "planted-user", accessToken: "planted-rotated" });
    assert.equal(code, 1);
    assert.match(stderr, /hub: its token is not the one in the live secret: give the current one with --from/);
    assert.ok(!/planted/.test(stderr + stdout));
  });
});
