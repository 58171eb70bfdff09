import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { registriesFile } from "../../cli/migrate/registries-file";
import { forgottenAddresses, stateRmScript } from "../../cli/migrate/state-rm";
import { readTerraformState } from "../../cli/migrate/terraform-state";
import { runCli } from "../support/cli";
import { KEEP_3, type ModuleState, modulePolicy, terraformState } from "../support/terraform";

const ACCOUNT = "111122223333";
const SECRET = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:ecr-pullthroughcache/dockerhub20260101000000000000000001-AbCdEf`;
const TOKEN = "planted-token-0123456789";
const YAML = `dockerhub:
  registry: registry-1.docker.io
  username: planted-user
  accessToken: ${TOKEN}
quay:
  registry: quay.io
  image_tag_mutability: IMMUTABLE
  repository_read_access_arns:
    - arn:aws:iam::444455556666:root
    - arn:aws:iam::444455556666:role/team/puller
  lifecycle_policy:
    rules:
      - rulePriority: 1
        description: Keep last 9 images
        selection: { tagStatus: any, countType: imageCountMoreThan, countNumber: 9 }
        action: { type: expire }
`;

function state(change: Partial<ModuleState> = {}): string {
  const registries = {
    dockerhub: {
      registry: "registry-1.docker.io",
      username: "planted-user",
      accessToken: TOKEN,
      secretArn: SECRET,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/dockerhub-20260101000000000000000002`,
      policyArn: `arn:aws:iam::${ACCOUNT}:policy/dockerhub-20260101000000000000000003`,
    },
    quay: { registry: "quay.io" },
  };
  const tags = { ManagedBy: "Terraform" };
  return JSON.stringify(terraformState({ account: ACCOUNT, region: "eu-west-1", tags, registries, ...change }));
}

describe("migrate", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "migrate-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
  const migrate = (args: string[], input = "") => runCli(["migrate", ...args], { input, directory });
  /** The entries that a dry run would write, and the rest of its answer. */
  async function planned(args: string[], input = "") {
    const { code, stdout, stderr } = await migrate([...args, "--json"], input);
    assert.equal(code, 0, stderr);
    assert.ok(!stdout.includes(TOKEN) && !stdout.includes("planted-user"), "a credential is in the output");
    return JSON.parse(stdout);
  }

  describe("of the module's YAML", () => {
    it("makes each registry an entry, with the module's defaults written out", async () => {
      assert.deepEqual((await planned(["--from", "-"], YAML)).registries, {
        dockerhub: { registry: "registry-1.docker.io", lifecycle: { keepImages: 3 } },
        quay: {
          registry: "quay.io",
          lifecycle: { keepImages: 9 },
          tagMutability: "IMMUTABLE",
          access: { accounts: ["444455556666"], roleArns: ["arn:aws:iam::444455556666:role/team/puller"] },
        },
      });
    });

    it("keeps a lifecycle policy of several rules as it is", async () => {
      const policy = { rules: [rule(1, { tagStatus: "untagged" }), rule(2, { tagStatus: "any" })] };
      const yaml = `quay:\n  registry: quay.io\n  lifecycle_policy: ${JSON.stringify(policy)}\n`;
      const { registries } = await planned(["--from", "-"], yaml);
      assert.deepEqual(JSON.parse(registries.quay.lifecycle.policy), policy);
    });

    it("keeps digits in a user name and a token as they are written", async () => {
      const yaml = "hub:\n  registry: ghcr.io\n  username: 0012\n  accessToken: 1234567890123456789012\n";
      const { changes } = await planned(["--from", "-"], yaml);
      assert.ok(changes.some(({ from }: { from: string }) => from === "username, accessToken"));
    });

    it("writes nothing in a dry run, and says so", async () => {
      const { code, stdout } = await migrate(["--from", "-"], YAML);
      assert.equal(code, 0);
      assert.match(stdout, /would write registries\.yaml/);
      assert.match(stdout, /Nothing was written/);
      assert.ok(!stdout.includes(TOKEN));
      assert.deepEqual(readdirSync(directory), []);
    });
  });

  describe("of a Terraform state", () => {
    it("keeps the deployed settings", async () => {
      write("terraform.tfstate", state());
      const { registries } = await planned(["--state", "terraform.tfstate"]);
      assert.deepEqual(registries.dockerhub, {
        registry: "registry-1.docker.io",
        lifecycle: { keepImages: 3 },
        repositoryPolicy: modulePolicy(ACCOUNT),
        description: "Pull through cache repository template for dockerhub artifacts",
        resourceTags: { ManagedBy: "Terraform" },
        secret: {
          description: "dockerhub credentials",
          tags: { ManagedBy: "Terraform" },
          policy: registries.dockerhub.secret.policy,
        },
      });
      assert.match(registries.dockerhub.secret.policy, /AllowAccountRead/);
    });

    it("names the existing secret and role if they are kept, and needs no token", async () => {
      write("terraform.tfstate", state());
      const { registries } = await planned(["--state", "terraform.tfstate", "--secrets", "keep"]);
      assert.equal(registries.dockerhub.credentialArn, SECRET);
      assert.equal(registries.dockerhub.secret, undefined);
      assert.equal(
        registries.dockerhub.templateRoleArn,
        `arn:aws:iam::${ACCOUNT}:role/dockerhub-20260101000000000000000002`,
      );
    });

    it("is read by the types of its resources, whatever module created them", async () => {
      const mine = JSON.parse(state({ hasRegions: false }));
      for (const resource of mine.resources) {
        resource.module = undefined;
        resource.name = `by_hand_${Math.abs(hash(JSON.stringify(resource)))}`;
        resource.instances[0].index_key = undefined;
      }
      const before = await planned(["--state", "-"], state());
      assert.deepEqual((await planned(["--state", "-"], JSON.stringify(mine))).registries, before.registries);
    });

    it("with the YAML: the YAML's access and settings, the state's descriptions and tags", async () => {
      write("terraform.tfstate", state());
      const { registries } = await planned(["--from", "-", "--state", "terraform.tfstate"], YAML);
      assert.deepEqual(registries.quay, {
        registry: "quay.io",
        lifecycle: { keepImages: 9 },
        tagMutability: "IMMUTABLE",
        access: { accounts: ["444455556666"], roleArns: ["arn:aws:iam::444455556666:role/team/puller"] },
        description: "Pull through cache repository template for quay artifacts",
        resourceTags: { ManagedBy: "Terraform" },
      });
    });

    it("of several Regions is migrated one Region at a time", async () => {
      const [here, there] = [state(), state({ region: "us-west-2" })].map((text) => JSON.parse(text));
      const other = JSON.parse(
        JSON.stringify(there).replaceAll("secretsmanager:eu-west-1", "secretsmanager:us-west-2"),
      );
      const both = JSON.stringify({ ...here, resources: [...here.resources, ...other.resources] });
      const refused = await migrate(["--state", "-"], both);
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /rules of several Regions \(eu-west-1, us-west-2\): choose one with --region/);
      const { registries, left } = await planned(["--state", "-", "--region", "us-west-2", "--secrets", "keep"], both);
      assert.match(registries.dockerhub.credentialArn, /:us-west-2:/);
      assert.equal(left.filter((line: string) => line.includes("in eu-west-1")).length, 2);
    });

    it("says what stays with Terraform", async () => {
      const mine = JSON.parse(state());
      mine.resources.push({
        mode: "managed",
        type: "aws_ecr_registry_policy",
        name: "this",
        instances: [{ attributes: { id: ACCOUNT } }],
      });
      const { left } = await planned(["--state", "-"], JSON.stringify(mine));
      assert.deepEqual(left, [
        "aws_ecr_registry_policy.this: the registry policy: see registryPolicy and the output registryPolicyStatements",
      ]);
    });
  });

  it("without a state, writes a script that finds by key what Terraform must forget", async () => {
    const name = (key: string, type: string) =>
      `module.ecr.module.pull_through_cache_repository_template["${key}"].${type}.this[0]`;
    const mine = [
      name("dockerhub", "aws_ecr_pull_through_cache_rule"),
      name("dockerhub", "aws_ecr_repository_creation_template"),
      name("quay", "aws_ecr_pull_through_cache_rule"),
    ];
    const others = [name("k8s", "aws_ecr_pull_through_cache_rule"), name("dockerhub", "aws_iam_role")];
    const entries = ["dockerhub", "quay"].map((key) => ({ key, registry: "quay.io" }));
    write("script.sh", stateRmScript(entries, "new"));
    write("list", `${[...mine, ...others].join("\n")}\n`);
    write("terraform", '#!/bin/sh\nif [ "$2" = list ]; then cat list; else echo "$3" >> removed; fi\n');
    chmodSync(join(directory, "terraform"), 0o755);
    execFileSync("sh", ["script.sh"], { cwd: directory, env: { PATH: process.env.PATH, TERRAFORM: "./terraform" } });
    assert.deepEqual(readFileSync(join(directory, "removed"), "utf8").trim().split("\n").sort(), mine);
  });

  it("lets Terraform forget the role of a rule and the key of a template, which stay in use", () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/upstream`;
    const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
    const resource = (type: string, attributes: object) => ({
      ...{ mode: "managed", type, name: "this" },
      instances: [{ attributes: { region: "us-east-1", ...attributes } }],
    });
    const text = JSON.stringify({
      version: 4,
      resources: [
        resource("aws_ecr_pull_through_cache_rule", {
          ecr_repository_prefix: "platform",
          upstream_registry_url: "444455556666.dkr.ecr.us-east-1.amazonaws.com",
          custom_role_arn: roleArn,
        }),
        resource("aws_ecr_repository_creation_template", {
          prefix: "platform",
          applied_for: ["PULL_THROUGH_CACHE"],
          encryption_configuration: [{ encryption_type: "KMS", kms_key: key }],
        }),
        resource("aws_iam_role", { arn: roleArn, name: "upstream", region: undefined }),
        resource("aws_iam_role_policy", { role: "upstream", region: undefined }),
        resource("aws_kms_key", { arn: key }),
        resource("aws_kms_alias", { target_key_arn: key }),
      ],
    });
    const { entries, problems } = readTerraformState(text, "state", undefined);
    assert.deepEqual(problems, []);
    // If two registries share both, nothing is removed twice.
    assert.deepEqual(forgottenAddresses([...entries, ...entries], "keep"), forgottenAddresses(entries, "keep"));
    assert.deepEqual(forgottenAddresses(entries, "new").sort(), [
      "aws_ecr_pull_through_cache_rule.this",
      "aws_ecr_repository_creation_template.this",
      "aws_iam_role.this",
      "aws_iam_role_policy.this",
      "aws_kms_key.this",
    ]);
  });

  it("writes a registries file that reads back the same", () => {
    const registries = {
      "team/hub": { registry: "quay.io", lifecycle: { policy: KEEP_3 }, access: { accounts: ["012345678901"] } },
    };
    assert.deepEqual(load(registriesFile(registries)), registries);
  });

  describe("refuses", () => {
    const age = "age-encryption.org/v1\n-> X25519 abc\n";
    const sops = `dockerhub:\n  registry: ENC[AES256_GCM,data:Zm9v,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:YmFy,type:str]\n  version: 3.9.4\n`;
    const quay = "quay:\n  registry: quay.io\n";
    const cases: [title: string, yaml: string, message: RegExp][] = [
      ["input that SOPS has encrypted", sops, /still encrypted: pipe it through `sops decrypt`/],
      ["an age file", age, /still encrypted: pipe it through `sops decrypt`/],
      ["what a failed sops leaves", "", /is empty: did `sops decrypt` before the pipe fail\?/],
      [
        "a value that is still encrypted",
        "hub:\n  registry: ghcr.io\n  username: u\n  accessToken: ENC[AES256_GCM,data:Zm9v]\n",
        /hub\.accessToken: is still encrypted \(ENC\[\.\.\.\]\)/,
      ],
      [
        "an unknown field",
        `${quay}  tokenn: ${TOKEN}\n`,
        /quay\.tokenn: is not a field of the module; its fields are registry, /,
      ],
      [
        "a user name without a token",
        `${quay}  username: planted-user\n`,
        /quay\.accessToken: is missing, but username is given/,
      ],
      [
        "a token without a user name",
        `${quay}  accessToken: ${TOKEN}\n`,
        /quay\.username: is missing, but accessToken is given/,
      ],
      [
        "an ARN that is neither an account nor a role",
        `${quay}  repository_read_access_arns: ["arn:aws:iam::444455556666:user/someone"]\n`,
        /quay\.repository_read_access_arns\[0\]: is neither an account .* nor a role/,
      ],
      ["a key that stands twice", `${quay}${quay}`, /standard input:3: the same key occurs twice/],
      ["a field that stands twice", `${quay}  registry: ghcr.io\n`, /standard input:3: the same key occurs twice/],
      [
        "a prefix over 30 characters",
        `${"a".repeat(31)}:\n  registry: quay.io\n`,
        /a{31}: the key is also the prefix, and an ECR repository prefix has 2 to 30 characters/,
      ],
      [
        "a host that ECR cannot cache",
        "gcr:\n  registry: gcr.io\n",
        /gcr\.registry: .*ECR cannot cache Google's registries/,
      ],
      ["an entry without a host", "hub:\n  username: u\n  accessToken: t\n", /hub\.registry: is required/],
      ["a tag mutability that ECR does not know", `${quay}  image_tag_mutability: SOMETIMES\n`, /quay\.tagMutability/],
      ["a lifecycle policy that ECR refuses", `${quay}  lifecycle_policy: { rules: [] }\n`, /quay\.lifecycle\.policy/],
      ["text that is no YAML", "quay: [\n", /standard input:\d+: is not valid YAML/],
      ["a list", "- quay\n", /must be a map of registries/],
      ["several documents", `${quay}---\n${quay}`, /has more than one YAML document/],
    ];
    for (const [title, yaml, message] of cases) {
      it(title, async () => {
        const { code, stdout, stderr } = await migrate(["--from", "-", "--write"], yaml);
        assert.equal(code, 1);
        assert.match(stderr, message);
        assert.equal(stdout, "");
        assert.ok(!stderr.includes(TOKEN) && !stderr.includes("planted-user") && !stderr.includes("someone"), stderr);
        assert.deepEqual(readdirSync(directory), []);
      });
    }

    it("reports every problem at once", async () => {
      const yaml = `quay:\n  registry: gcr.io\n  tokenn: ${TOKEN}\nhub:\n  registry: ghcr.io\n  username: planted-user\n`;
      const { stderr } = await migrate(["--from", "-"], yaml);
      assert.match(stderr, /migrate: 2 problems\. Nothing was written\./);
      assert.match(stderr, /quay\.tokenn/);
      assert.match(stderr, /hub\.accessToken/);
    });

    const states: [title: string, text: string, message: RegExp, args?: string[]][] = [
      [
        "a state of another version",
        '{"version":3,"modules":[]}',
        /is not a Terraform state of version 4.*of version 3/,
      ],
      ["terraform show -json", '{"format_version":"1.0","values":{}}', /output of `terraform show -json`/],
      ["a state that OpenTofu has encrypted", '{"encrypted_data":"abc"}', /encrypted by OpenTofu/],
      ["what is not JSON", `{"secret_string": "${TOKEN}`, /is not JSON/],
      ["a state without rules", '{"version":4,"resources":[]}', /has no aws_ecr_pull_through_cache_rule/],
      [
        "another Region",
        state(),
        /is for another Region \(eu-west-1\) than --region us-east-1/,
        ["--region", "us-east-1"],
      ],
      [
        "a secret that ECR cannot read",
        state().replaceAll("secret:ecr-pullthroughcache/", "secret:team/"),
        /uses a secret whose name does not start with ecr-pullthroughcache\//,
      ],
      [
        "a secret in another Region",
        state().replaceAll("secretsmanager:eu-west-1", "secretsmanager:us-east-1"),
        /is in eu-west-1, but its secret is in us-east-1/,
      ],
      [
        "a secret without the keys that ECR reads",
        state().replaceAll('\\"accessToken\\"', '\\"token\\"'),
        /is not JSON with username and accessToken/,
      ],
      [
        "a secret whose token is in no input",
        JSON.stringify({
          ...JSON.parse(state()),
          resources: JSON.parse(state()).resources.filter(
            ({ type }: { type: string }) => type !== "aws_secretsmanager_secret_version",
          ),
        }),
        /dockerhub: has a secret, but no input has its token/,
      ],
    ];
    for (const [title, text, message, args = []] of states) {
      it(title, async () => {
        const { code, stderr } = await migrate(["--state", "-", "--write", ...args], text);
        assert.equal(code, 1);
        assert.match(stderr, message);
        assert.ok(!stderr.includes(TOKEN), stderr);
        assert.deepEqual(readdirSync(directory), []);
      });
    }

    it("entries that only one of the inputs has", async () => {
      write("terraform.tfstate", state());
      const { code, stderr } = await migrate(
        ["--from", "-", "--state", "terraform.tfstate"],
        "quay:\n  registry: quay.io\nk8s:\n  registry: registry.k8s.io\n",
      );
      assert.equal(code, 1);
      assert.match(stderr, /dockerhub: is only in the Terraform state/);
      assert.match(stderr, /k8s: is only in the YAML/);
    });

    it("a host that differs between the inputs", async () => {
      write("terraform.tfstate", state());
      const { stderr } = await migrate(
        ["--from", "-", "--state", "terraform.tfstate"],
        YAML.replace("registry: quay.io", "registry: registry.k8s.io"),
      );
      assert.match(stderr, /quay\.registry: names another host in the YAML than in the state/);
    });
  });

  describe("cannot run", () => {
    const cases: [title: string, args: string[], message: RegExp][] = [
      ["without an input", [], /Give the module's YAML with --from, a Terraform state with --state, or both/],
      ["with a file that does not exist", ["--from", "nothing.yaml"], /nothing\.yaml does not exist/],
      ["with standard input for both", ["--from", "-", "--state", "-"], /Only one of --from and --state/],
      ["with an option that it does not know", ["--form", "-"], /unknown option '--form'/],
      [
        "with a mode of secrets that it does not know",
        ["--from", "-", "--secrets", "old"],
        /Allowed choices are new, keep/,
      ],
    ];
    for (const [title, args, message] of cases) {
      it(title, async () => {
        const { code, stderr } = await migrate(args);
        assert.equal(code, 2);
        assert.match(stderr, message);
      });
    }

    it("writes nothing if tokens must be set but the Pulumi CLI is missing", async () => {
      const { code, stderr } = await migrate(["--from", "-", "--write"], YAML);
      assert.equal(code, 2);
      assert.match(stderr, /The Pulumi CLI \(`pulumi`\) is not on the PATH/);
      assert.deepEqual(readdirSync(directory), []);
    });
  });
});

function rule(rulePriority: number, selection: object) {
  const count = { countType: "sinceImagePushed", countUnit: "days", countNumber: 7 * rulePriority };
  return { rulePriority, description: "d", selection: { ...selection, ...count }, action: { type: "expire" } };
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}
