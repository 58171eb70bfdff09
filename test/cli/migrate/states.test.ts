import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { modulePolicy } from "../../support/terraform";
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
  // No placeholder: the whole value would have to be one.
  const user = { username: "planted-user", accessToken: "todo-planted-example" };

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

  describe("with everything that a registry can have", () => {
    const roleArn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    const kms_key = "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555";
    const policyArn = "arn:aws:iam::111122223333:policy/p";
    const expire = (rulePriority: number, tagStatus: string) => ({
      ...{ rulePriority, action: { type: "expire" } },
      selection: { tagStatus, countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
    });
    const lifecycle_policy = JSON.stringify({ rules: [expire(1, "untagged"), expire(2, "any")] });
    const secretPolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "secretsmanager:GetSecretValue", Resource: "*" },
      ],
    });
    const repository_policy = modulePolicy("444455556666");
    const ecr = "444455556666.dkr.ecr.us-east-1.amazonaws.com";
    const text = state(
      rule("hub", US, ARN_OF_HUB),
      template("hub", US, {
        description: "for hub",
        image_tag_mutability: "IMMUTABLE_WITH_EXCLUSION",
        image_tag_mutability_exclusion_filter: [{ filter: "latest*", filter_type: "WILDCARD" }],
        encryption_configuration: [{ encryption_type: "KMS", kms_key }],
        applied_for: ["PULL_THROUGH_CACHE", "REPLICATION"],
        resource_tags: { team: "x" },
        custom_role_arn: roleArn("hub"),
        ...{ lifecycle_policy, repository_policy },
      }),
      resource("aws_secretsmanager_secret", "hub", US, {
        ...{ arn: ARN_OF_HUB, description: "token", tags: { team: "y" }, recovery_window_in_days: 7 },
      }),
      version("v", ["AWSCURRENT"], user),
      resource("aws_secretsmanager_secret_policy", "p", US, { secret_arn: ARN_OF_HUB, policy: secretPolicy }),
      resource("aws_iam_role", "hub", US, { arn: roleArn("hub"), name: "hub" }),
      resource("aws_iam_policy", "p", US, { arn: policyArn }),
      resource("aws_iam_role_policy_attachment", "a", US, { role: "hub", policy_arn: policyArn }),
      resource("aws_kms_key", "k", US, { arn: kms_key }),
      rule("team", US, "", {
        ...{ upstream_registry_url: ecr, upstream_repository_prefix: "apps", custom_role_arn: roleArn("team") },
      }),
      resource("aws_iam_role", "team", US, { arn: roleArn("team"), name: "team" }),
      resource("aws_iam_role_policy", "inline", US, { role: "team" }),
      // Two rules with the same role: nothing is removed twice.
      rule("apps", US, "", { upstream_registry_url: ecr, custom_role_arn: roleArn("team") }),
      rule("quay", US),
      template("quay", US, { encryption_configuration: [{ encryption_type: "KMS", kms_key: "" }] }),
      // What belongs to no registry, and what Terraform only reads or is about to delete.
      resource("aws_iam_role", "other", US, { arn: roleArn("other"), name: "other" }),
      resource("aws_iam_policy", "other", US, { arn: `${policyArn}2` }),
      resource("aws_kms_key", "other", US, { arn: `${kms_key}6` }),
      resource("aws_secretsmanager_secret", "other", US, { arn: `${ARN_OF_HUB}2` }),
      template("gone", US, {}),
      resource("aws_ecr_registry_policy", "r", US, {}),
      resource("aws_ecr_registry_scanning_configuration", "s", US, {}),
      { ...rule("read", US), mode: "data" },
      { ...rule("old", US), instances: [{ attributes: {}, deposed: "1a2b3c4d" }] },
    );
    const others = {
      team: { registry: ecr, upstreamPrefix: "apps", roleArn: roleArn("team") },
      apps: { registry: ecr, roleArn: roleArn("team") },
      quay: { registry: "quay.io", encryption: { type: "KMS" } },
    };
    const ofHub = {
      registry: "registry-1.docker.io",
      lifecycle: { policy: lifecycle_policy },
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest*"],
      repositoryPolicy: repository_policy,
      description: "for hub",
      encryption: { type: "KMS", kmsKey: kms_key },
      resourceTags: { team: "x" },
    };
    const secret = { description: "token", tags: { team: "y" }, recoveryWindowInDays: 7, policy: secretPolicy };
    const left = [
      "aws_ecr_repository_creation_template.gone: a template without a pull through cache rule",
      "aws_ecr_registry_policy.r: the registry policy: see registryPolicy and the output registryPolicyStatements",
      "aws_ecr_registry_scanning_configuration.s: the registry scanning configuration: see scanning",
    ];
    const withSecret = [
      "aws_secretsmanager_secret.hub",
      ...["aws_secretsmanager_secret_version.v", "aws_secretsmanager_secret_policy.p"],
      ...["aws_iam_role.hub", "aws_iam_policy.p", "aws_iam_role_policy_attachment.a"],
    ];
    const forgotten = {
      hub: ["aws_ecr_pull_through_cache_rule.hub", "aws_ecr_repository_creation_template.hub", "aws_kms_key.k"],
      others: [
        ...["aws_ecr_pull_through_cache_rule.team", "aws_iam_role.team", "aws_iam_role_policy.inline"],
        "aws_ecr_pull_through_cache_rule.apps",
        ...["aws_ecr_pull_through_cache_rule.quay", "aws_ecr_repository_creation_template.quay"],
      ],
    };
    const rows = (ofCredentials: string, ofRole: string) => `ENTRY | FROM | TO | NOTE
hub | registry | registry
${ofCredentials}
hub | lifecycle_policy | lifecycle | the document as it is
hub | image_tag_mutability | tagMutability
hub | image_tag_mutability_exclusion_filter | tagMutabilityExclusionFilters
hub | repository_policy | repositoryPolicy | the document as it is
hub | description | description
hub | encryption_configuration | encryption
hub | resource_tags | resourceTags
hub | custom_role_arn | ${ofRole}
hub | applied_for REPLICATION | dropped | the component's templates apply only to pull through caches
team | registry | registry
team | upstream_repository_prefix | upstreamPrefix
team | custom_role_arn of the rule | roleArn | the role stays with its owner
team | no lifecycle_policy | the default | repositories cached from now on get the component's default lifecycle
team | no template | a new template | the component creates one; it applies to repositories cached from now on
apps | registry | registry
apps | custom_role_arn of the rule | roleArn | the role stays with its owner
apps | no lifecycle_policy | the default | repositories cached from now on get the component's default lifecycle
apps | no template | a new template | the component creates one; it applies to repositories cached from now on
quay | registry | registry
quay | no lifecycle_policy | the default | repositories cached from now on get the component's default lifecycle
quay | encryption_configuration | encryption

${left.map((line) => `Stays with Terraform: ${line}`).join("\n")}

wrote | registries.yaml
wrote | import.json
wrote | terraform-state-rm.sh
wrote | NEXT.md
`;
    const modes = {
      new: {
        stdout: `${rows(
          `hub | username, accessToken | the stack's config | encrypted, on the standard input of pulumi config set
hub | the secret's settings | secret | for the new secret`,
          "a role of the component | one least-privilege role for all registries",
        )}set | pull-through-cache:credentials.hub.username
set | pull-through-cache:credentials.hub.accessToken
`,
        registries: { hub: { ...ofHub, secret }, ...others },
        forgotten: [...forgotten.hub, ...forgotten.others],
        listed: [...withSecret.map((address) => `\`${address}\``), ...left],
      },
      keep: {
        stdout: rows(
          "hub | credential_arn | credentialArn | the secret stays; its token is rotated there",
          "templateRoleArn | the role stays",
        ),
        registries: { hub: { ...ofHub, credentialArn: ARN_OF_HUB, templateRoleArn: roleArn("hub") }, ...others },
        forgotten: [...forgotten.hub, ...withSecret, ...forgotten.others],
        listed: left,
      },
    };

    for (const [mode, expected] of Object.entries(modes)) {
      it(`keeps all of it, and says so: --secrets ${mode}`, async () => {
        const { stdout } = await migrate(["--state", "-", "--write", "--secrets", mode], text);
        assert.equal(stdout.replaceAll(/ {2,}/g, " | "), `${expected.stdout}\nNEXT.md has the next steps.`);
        const written = (name: string) => readFileSync(join(directory(), name), "utf8");
        assert.deepEqual(load(written("registries.yaml")), expected.registries);
        const all = (name: string, pattern: RegExp) => [...written(name).matchAll(pattern)].map(([, found]) => found);
        assert.deepEqual(all("terraform-state-rm.sh", /'(.+?)'/g), expected.forgotten);
        assert.deepEqual(all("NEXT.md", /^- (.*)$/gm), expected.listed);
      });
    }
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
      assert.deepEqual(chosen.left, [`aws_ecr_pull_through_cache_rule.quay: ${left}; run migrate for it too`]);
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
    assert.match((await migrate(["--state", "-", "--force"], text)).stdout, /^would replace NEXT\.md$/m);
    const inFile = await migrate(["--state", "-", "--out", "NEXT.md"], text);
    assert.match(inFile.stderr, /NEXT\.md\/registries\.yaml cannot be read \(ENOTDIR\)\.$/);
    symlinkSync("nowhere/at/all", join(directory(), "link"));
    const nowhere = await migrate(["--state", "-", "--out", "link", "--write"], text);
    assert.match(nowhere.stderr, /link cannot be written \(\w+\)\.$/);
    assert.deepEqual([inFile.code, nowhere.code], [2, 2]);
  });

  const nextSteps = async (args: string[], text: string) => {
    const { code, stderr } = await migrate([...args, "--write"], text);
    assert.equal(code, 0, stderr);
    return readFileSync(resolve(directory(), "NEXT.md"), "utf8");
  };

  it("says in NEXT.md what to run, with quoted names", async () => {
    const next = await nextSteps(["--state", "-", "--stack", "dev", "--name", `it's "mine"`], state(rule("quay", US)));
    assert.ok(next.includes(String.raw`new PullThroughCache("it's \"mine\"", {`), next);
    assert.match(next, /^# Moving 1 registry from Terraform to Pulumi\n/);
    assert.match(next, /\*\* It creates a secret for each registry with a token/);
    assert.match(next, /Terraform has nothing left of these registries/);
    const commands = [...next.matchAll(/^```sh\n(.*?)\n```$/gms)].flatMap(([, found = ""]) => found.split("\n"));
    assert.deepEqual(commands, [
      "npm install pulumi-pull-through-cache @pulumi/pulumi @pulumi/aws",
      "pulumi config set aws:region us-east-1 --stack dev",
      "pulumi import --file import.json --yes --skip-preview --protect=false --generate-code=false --stack dev",
      "pulumi preview --diff --stack dev",
      "sh terraform-state-rm.sh        # where the Terraform state is; TERRAFORM=tofu or TERRAFORM=terragrunt for these",
      "pulumi up --stack dev",
      "pulumi up --stack dev                       # changes nothing",
      "npx pull-through-cache verify --stack dev",
    ]);
  });

  it("says in NEXT.md what a state would have said", async () => {
    const next = await nextSteps(
      ["--from", "-", "--secrets", "keep"],
      "quay: {registry: quay.io}\nk8s: {registry: registry.k8s.io}",
    );
    assert.match(next, /^# Moving 2 registries from Terraform to Pulumi\n/);
    assert.match(next, /^pulumi config set aws:region <the Region of the cache>$/m);
    assert.match(next, /\*\* It updates rules and templates in place; secrets and roles stay as they are\.$/m);
    assert.match(next, /^npx pull-through-cache verify --selected-stack$/m);
    assert.match(next, /^`terraform destroy` removes what is left/m);
    assert.match(next, /^rotate the tokens \(in AWS Secrets Manager, where they stay\)\.$/m);
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

  it("goes on, and says why, if they are another account's", async () => {
    const text = state(...hub(version("v", ["AWSCURRENT"], { username: "u", accessToken: "t" })));
    const { code, stderr } = await migrate(["--state", "-"], text.replaceAll(ACCOUNT, "444455556666"));
    const why = `the credentials are of account ${ACCOUNT}, and the caches of 444455556666`;
    const said = `The tokens were not compared with the live secrets: ${why}`;
    assert.deepEqual([code, stderr.split("\n")], [0, [`Account ${ACCOUNT}, Region us-east-1`, said]]);
  });

  it("refuses a token that is not the live one, and shows none of them", async () => {
    const { code, stderr, stdout } = await migrated({ username: "planted-user", accessToken: "planted-rotated" });
    assert.equal(code, 1);
    assert.match(stderr, /hub: its token is not the one in the live secret: give the current one with --from/);
    assert.ok(!/planted/.test(stderr + stdout));
  });
});
