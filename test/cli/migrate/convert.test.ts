import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { registriesFile } from "../../../cli/migrate/registries-file";
import { stateRmScript } from "../../../cli/migrate/state-rm";
import { KEEP_3, modulePolicy } from "../../support/terraform";
import { ACCOUNT, migrateForSuite, state, YAML } from "./support";

/** Source: docs/migrate.md. */
const DRY_RUN = `ENTRY      FROM                               TO                  NOTE
dockerhub  registry                           registry
dockerhub  username, accessToken              the stack's config  encrypted, on the standard input of pulumi config set
dockerhub  (the module's default)             lifecycle           said explicitly
dockerhub  (the module's own-account policy)  none                in the same account, the pullers' IAM policies are enough
quay       registry                           registry
quay       lifecycle_policy                   lifecycle           keeps 9 images
quay       image_tag_mutability               tagMutability       as deployed; a tag such as latest is never refreshed
quay       repository_read_access_arns        access              their first pulls need registryPolicyStatements too

would write registries.yaml
would write import.json
would write terraform-state-rm.sh
would write NEXT.md
would set   pull-through-cache:credentials.dockerhub.username
would set   pull-through-cache:credentials.dockerhub.accessToken

Nothing was written. Run it again with --write.`;

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

    it("sets a user name and a token of digits as they are written, under any key", async () => {
      const yaml = "hub/0x1f:\n  registry: https://ghcr.io/\n  username: 0012\n  accessToken: 1234567890123456789012\n";
      assert.equal((await migrate(["--from", "-", "--write", "--stack", "org/dev"], yaml)).code, 0);
      const path = 'pull-through-cache:credentials["hub/0x1f"]';
      const args = (part: string) => ["config", "set", "--secret", "--path", `${path}.${part}`, "--stack", "org/dev"];
      assert.deepEqual(set(), [
        { args: [...args("username"), "--non-interactive"], input: "0012" },
        { args: [...args("accessToken"), "--non-interactive"], input: "1234567890123456789012" },
      ]);
      assert.match(readFileSync(join(directory(), "registries.yaml"), "utf8"), /^ {2}registry: ghcr\.io$/m);
    });

    it("writes nothing in a dry run, and says so", async () => {
      const { code, stdout } = await migrate(["--from", "-"], YAML);
      assert.equal(code, 0);
      assert.equal(stdout, DRY_RUN);
      assert.deepEqual([files(), set()], [[], []]);
    });

    it("writes files that only their owner can read, the same again, and replaces others only with --force", async () => {
      const run = (...args: string[]) => migrate(["--from", "-", "--write", ...args], YAML);
      assert.equal((await run()).code, 0);
      const written = () => files().map((name) => [name, readFileSync(join(directory(), name), "utf8")]);
      const first = written();
      assert.equal(first.length, 4);
      const { resources } = JSON.parse(readFileSync(join(directory(), "import.json"), "utf8"));
      const child = (key: string, kind: string, type: string) => ({
        ...{ type, name: `cache-${key}-${kind}`, logicalName: `cache-${key}`, id: key, parent: "cache" },
      });
      const component = { type: "pull-through-cache:index:PullThroughCache", name: "cache", component: true };
      const children = ["dockerhub", "quay"].flatMap((key) => [
        child(key, "rule", "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"),
        child(key, "template", "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"),
      ]);
      assert.deepEqual(resources, [component, ...children]);
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
      const withoutTokens = YAML.replace(/^ {2}(username|accessToken): .*\n/gm, "");
      for (const yaml of [YAML, withoutTokens]) {
        const { registries, configSet } = await planned(["--from", "-", "--state", "terraform.tfstate"], yaml);
        const [{ policy }, resourceTags] = [registries.dockerhub.secret, { ManagedBy: "Terraform" }];
        assert.match(policy, /AllowAccountRead/);
        assert.deepEqual(registries, {
          dockerhub: {
            registry: "registry-1.docker.io",
            lifecycle: { keepImages: 3 },
            repositoryPolicy: modulePolicy(ACCOUNT),
            description: "Pull through cache repository template for dockerhub artifacts",
            resourceTags,
            secret: { description: "dockerhub credentials", tags: resourceTags, policy },
          },
          quay: {
            registry: "quay.io",
            lifecycle: { keepImages: 9 },
            tagMutability: "IMMUTABLE",
            access: { accounts: ["444455556666"], roleArns: ["arn:aws:iam::444455556666:role/team/puller"] },
            description: "Pull through cache repository template for quay artifacts",
            resourceTags,
          },
        });
        const path = "pull-through-cache:credentials.dockerhub";
        assert.deepEqual(configSet, [`${path}.username`, `${path}.accessToken`]);
      }
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
      assert.deepEqual(
        left,
        ["dockerhub", "quay"].map(
          (key) =>
            `module.ecr_pull_through.module.pull_through_cache_repository_template["${key}"].aws_ecr_pull_through_cache_rule.this[0]: in 111122223333 eu-west-1; run migrate for it too`,
        ),
      );
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

  it("writes a registries file that reads back the same", () => {
    const registries = {
      "team/hub": { registry: "quay.io", lifecycle: { policy: KEEP_3 }, access: { accounts: ["012345678901"] } },
    };
    const text = registriesFile(registries);
    assert.deepEqual(load(text), registries);
    assert.ok(text.includes(KEEP_3), "a document stays on one line");
  });
});

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}
