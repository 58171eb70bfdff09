import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { registriesFile } from "../../../cli/migrate/registries-file";
import { forgottenAddresses, stateRmScript } from "../../../cli/migrate/state-rm";
import { readTerraformState } from "../../../cli/migrate/terraform-state";
import { KEEP_3, modulePolicy } from "../../support/terraform";
import { ACCOUNT, migrateForSuite, SECRET, state, TOKEN, YAML } from "./support";

describe("migrate", () => {
  const { directory, migrate, write, files, planned, set } = migrateForSuite();

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
      assert.match(stdout, /^ENTRY +FROM +TO +NOTE\n/);
      assert.match(stdout, /would write registries\.yaml/);
      assert.match(stdout, /Nothing was written/);
      assert.match(stdout, /would set +pull-through-cache:credentials\.dockerhub\.username/);
      assert.ok(!stdout.includes(TOKEN));
      assert.deepEqual([files(), set()], [[], []]);
    });

    it("writes files that only their owner can read, the same again, and replaces others only with --force", async () => {
      const run = (...args: string[]) => migrate(["--from", "-", "--write", ...args], YAML);
      assert.equal((await run()).code, 0);
      const written = () => files().map((name) => [name, readFileSync(join(directory(), name), "utf8")]);
      const first = written();
      assert.equal(first.length, 4);
      const { resources } = JSON.parse(readFileSync(join(directory(), "import.json"), "utf8"));
      const of = (kind: string) => `aws:ecr/${kind[0]?.toLowerCase()}${kind.slice(1)}:${kind}`;
      const entry = [of("PullThroughCacheRule"), of("RepositoryCreationTemplate")];
      assert.deepEqual(
        resources.map(({ type }: { type: string }) => type),
        ["pull-through-cache:index:PullThroughCache", ...entry, ...entry],
      );
      for (const name of files()) assert.equal(statSync(join(directory(), name)).mode & 0o777, 0o600, name);
      assert.equal((await run()).stdout.match(/^unchanged /gm)?.length, 4);
      write("registries.yaml", "quay: {}\n");
      const refused = await run();
      assert.deepEqual([refused.code, written().length], [1, 4]);
      assert.match(refused.stderr, /registries\.yaml: exists with other content: use --force/);
      assert.equal(readFileSync(join(directory(), "registries.yaml"), "utf8"), "quay: {}\n");
      assert.match((await run("--force")).stdout, /^replaced +registries\.yaml$/m);
      assert.deepEqual(written(), first);
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
      assert.equal(left.filter((line: string) => line.includes("in 111122223333 eu-west-1")).length, 2);
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
    write(
      "terraform",
      '#!/bin/sh\nif [ "$2" = list ]; then cat list; else shift 2; printf "%s\\n" "$@" > removed; fi\n',
    );
    chmodSync(join(directory(), "terraform"), 0o755);
    execFileSync("sh", ["script.sh"], { cwd: directory(), env: { PATH: process.env.PATH, TERRAFORM: "./terraform" } });
    assert.deepEqual(readFileSync(join(directory(), "removed"), "utf8").trim().split("\n").sort(), mine);
  });

  it("lets Terraform forget the role of a rule and the key of a template, which stay in use", () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/upstream`;
    const key = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
    const resource = (type: string, attributes: object) => ({
      ...{ mode: "managed", type, name: "this" },
      instances: [
        { attributes: { region: "us-east-1", ...attributes }, index_key: type.endsWith("rule") ? "quay" : undefined },
      ],
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
    const { entries, problems } = readTerraformState(text, "state", {});
    assert.deepEqual(problems, []);
    // If two registries share both, nothing is removed twice.
    assert.deepEqual(forgottenAddresses([...entries, ...entries], "keep"), forgottenAddresses(entries, "keep"));
    assert.deepEqual(forgottenAddresses(entries, "new").sort(), [
      'aws_ecr_pull_through_cache_rule.this["quay"]',
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
});

function rule(rulePriority: number, selection: object) {
  const count = { countType: "sinceImagePushed", countUnit: "days", countNumber: 7 * rulePriority };
  return { rulePriority, description: "d", selection: { ...selection, ...count }, action: { type: "expire" } };
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}
