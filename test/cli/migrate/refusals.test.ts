import assert from "node:assert/strict";
import { migrateForSuite, state, TOKEN, YAML } from "./support";

const NO_FIELD =
  "is not a field of the module; its fields are registry, username, accessToken, image_tag_mutability, repository_read_access_arns, lifecycle_policy";

describe("migrate", () => {
  const { migrate, write, files } = migrateForSuite();

  describe("refuses", () => {
    const age = "age-encryption.org/v1\n-> X25519 abc\n";
    const sops = `dockerhub:\n  registry: ENC[AES256_GCM,data:Zm9v,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:YmFy,type:str]\n  version: 3.9.4\n`;
    const quay = "quay:\n  registry: quay.io\n";
    const ENCRYPTED = "standard input: the input is still encrypted: pipe it through `sops decrypt`";
    const BOTH = "give both or neither";
    const readers = (list: string) => `${quay}  repository_read_access_arns: ${list}\n`;
    const cases: [title: string, yaml: string, ...problems: string[]][] = [
      ["input that SOPS has encrypted", sops, ENCRYPTED],
      ["an age file", age, ENCRYPTED],
      ["a PGP file", "-----BEGIN PGP MESSAGE-----\n", ENCRYPTED],
      ["what a failed sops leaves", " \n", "standard input: is empty: did `sops decrypt` before the pipe fail?"],
      [
        "a value that is still encrypted",
        `${quay}  username: u\n  accessToken: ENC[AES256_GCM,data:Zm9v]\n`,
        "quay.accessToken: is still encrypted (ENC[...]): decrypt the whole file with `sops decrypt`",
      ],
      ["an unknown field", `${quay}  tokenn: ${TOKEN}\n`, `quay.tokenn: ${NO_FIELD}`],
      ["a field without a name", `${quay}  ? [someone]\n  : 1\n`, `quay[""]: ${NO_FIELD}`],
      [
        "a user without a token",
        `${quay}  username: someone\n`,
        `quay.accessToken: is missing, but username is given: ${BOTH}`,
      ],
      [
        "a token without a user",
        `${quay}  accessToken: ${TOKEN}\n`,
        `quay.username: is missing, but accessToken is given: ${BOTH}`,
      ],
      [
        "a token in a list",
        `${quay}  username: someone\n  accessToken: [${TOKEN}]\n`,
        "quay.accessToken: must be a string",
      ],
      ...[
        "arn:aws:iam::444455556666:user/someone",
        "arn:aws:iam::444455556666:root-of-nothing",
        "arn:aws:iam::444455556666:role/",
        "an-arn:aws:iam::444455556666:role/x",
        "an-arn:aws:iam::444455556666:root",
        "1444455556666",
        "4444555566661",
      ].map((name): [string, string, string] => [
        `${name}, which is neither an account nor a role`,
        readers(`["444455556666", "${name}"]`),
        "quay.repository_read_access_arns[1]: is neither an account (arn:aws:iam::<account>:root) nor a role",
      ]),
      ["an ARN without a list", readers("someone"), "quay.repository_read_access_arns: must be a list of ARNs"],
      [
        "what is no ARN in a list",
        readers("[{}, '444455556666']"),
        "quay.repository_read_access_arns: must be a list of ARNs",
      ],
      ["a key that stands twice", `${quay}${quay}`, "standard input:3: the same key occurs twice in one map"],
      [
        "a field that stands twice",
        `${quay}  registry: ghcr.io\n`,
        "standard input:3: the same key occurs twice in one map",
      ],
      [
        "an alias",
        `${quay}  lifecycle_policy: &p { rules: [] }\nhub:\n  registry: ghcr.io\n  lifecycle_policy: *p\n`,
        "standard input:6: YAML aliases are not supported here: write the value out",
      ],
      [
        "a prefix over 30 characters",
        `${"a".repeat(31)}:\n  registry: quay.io\n`,
        `${"a".repeat(31)}: the key is also the prefix, and an ECR repository prefix has 2 to 30 characters`,
      ],
      [
        "a host that ECR cannot cache",
        "gcr:\n  registry: gcr.io\n",
        `gcr.registry: "gcr.io": ECR cannot cache Google's`,
      ],
      ["a key that JavaScript reserves", "__proto__:\n  registry: quay.io\n", "__proto__: the key is reserved"],
      [
        "an entry without a host",
        "hub:\n  registry: ''\n  username: u\n  accessToken: t\n",
        "hub.registry: is required",
      ],
      ["an entry without fields", "hub:\n", "hub: must be a map with at least `registry`"],
      ["an entry without a key", "? [someone]\n: registry: quay.io\n", `[""]: the key is also the prefix`],
      [
        "a tag mutability that ECR does not know",
        `${quay}  image_tag_mutability: SOME\n`,
        "quay.tagMutability: must be MUTABLE",
      ],
      [
        "a lifecycle policy that ECR refuses",
        `${quay}  lifecycle_policy: { rules: [] }\n`,
        "quay.lifecycle.policy.rules: needs",
      ],
      [
        "a lifecycle policy that is a list",
        `${quay}  lifecycle_policy: [{}]\n`,
        "quay.lifecycle_policy: must be a map with `rules`",
      ],
      [
        "text that is no YAML",
        "quay: [\n",
        "standard input:2: is not valid YAML",
        "quay: must be a map with at least `registry`",
      ],
      ["a list", "- quay\n", "standard input: must be a map of registries, as for the Terraform module"],
      ["a map without registries", "{}\n", "standard input: has no registry"],
      ["a comment alone", "# quay\n", "standard input: has no YAML document"],
      ["several documents", `${quay}---\n${quay}`, "standard input: has more than one YAML document"],
    ];
    for (const [title, yaml, ...problems] of cases) {
      it(title, async () => {
        const { code, stdout, stderr } = await migrate(["--from", "-", "--write"], yaml);
        assert.deepEqual([code, stdout, files()], [1, "", []]);
        assertProblems(stderr, problems);
        assert.ok(!stderr.includes(TOKEN) && !stderr.includes("planted-user") && !stderr.includes("someone"), stderr);
      });
    }

    it("reports every problem at once", async () => {
      const yaml = `quay:\n  registry: gcr.io\n  tokenn: ${TOKEN}\nhub:\n  registry: ghcr.io\n  username: planted-user\n`;
      const { stderr } = await migrate(["--from", "-"], yaml);
      const missing = `hub.accessToken: is missing, but username is given: ${BOTH}`;
      assertProblems(stderr, [`quay.tokenn: ${NO_FIELD}`, missing]);
    });

    const RULE =
      'module.ecr_pull_through.module.pull_through_cache_repository_template["dockerhub"].aws_ecr_pull_through_cache_rule.this[0]';
    const WAY_OUT = "give the YAML with --from, or keep the secret with --secrets keep";
    const states: [title: string, text: string, problem: string, args?: string[]][] = [
      [
        "a state that SOPS has encrypted",
        '{"sops":{}}',
        "standard input: is still encrypted: pipe it through `sops decrypt`",
      ],
      ["other JSON", "[]", "standard input: is not a Terraform state of version 4, but something else: run"],
      [
        "a state of another version",
        '{"version":3,"resources":[]}',
        "standard input: is not a Terraform state of version 4, but something else of version 3: run `terraform state pull`",
      ],
      ["a state without resources", '{"version":4}', "standard input: is not a Terraform state"],
      ["terraform show -json", '{"format_version":"1.0"}', "standard input: is the output of `terraform show -json`"],
      ["a state that OpenTofu has encrypted", '{"encrypted_data":"abc"}', "standard input: is encrypted by OpenTofu"],
      ["what is not JSON", `{"secret_string": "${TOKEN}`, "standard input: is not JSON"],
      [
        "a state without rules",
        '{"version":4,"resources":[]}',
        "standard input: has no aws_ecr_pull_through_cache_rule",
      ],
      [
        "another Region",
        state(),
        "standard input: has rules of Regions eu-west-1, but not of --region us-east-1",
        ["--region", "us-east-1"],
      ],
      [
        "a secret that ECR cannot read",
        state().replaceAll("secret:ecr-pullthroughcache/", "secret:team/"),
        `${RULE}: uses a secret whose name does not start with ecr-pullthroughcache/, which ECR cannot read`,
      ],
      [
        "a secret in another Region",
        state().replaceAll("secretsmanager:eu-west-1", "secretsmanager:us-east-1"),
        `${RULE}: is in eu-west-1, but its secret is in us-east-1`,
      ],
      [
        "a secret without the keys that ECR reads",
        state().replaceAll('\\"accessToken\\"', '\\"token\\"'),
        `dockerhub: the secret is not JSON with username and accessToken, so ECR cannot use it: ${WAY_OUT}`,
      ],
      [
        "a secret whose token is in no input",
        JSON.stringify({
          ...JSON.parse(state()),
          resources: JSON.parse(state()).resources.filter(
            ({ type }: { type: string }) => type !== "aws_secretsmanager_secret_version",
          ),
        }),
        `dockerhub: has a secret, but no input has its token: ${WAY_OUT}`,
      ],
    ];
    for (const [title, text, problem, args = []] of states) {
      it(title, async () => {
        const { code, stdout, stderr } = await migrate(["--state", "-", "--write", ...args], text);
        assert.deepEqual([code, stdout, files()], [1, "", []]);
        assertProblems(stderr, [problem]);
        assert.ok(!stderr.includes(TOKEN), stderr);
      });
    }

    it("entries that only one of the inputs has", async () => {
      write("terraform.tfstate", state());
      const { code, stderr } = await migrate(
        ["--from", "-", "--state", "terraform.tfstate"],
        "quay:\n  registry: quay.io\nk8s:\n  registry: registry.k8s.io\n",
      );
      assert.equal(code, 1);
      assertProblems(stderr, [
        "dockerhub: is only in the Terraform state: add it to the YAML, or give only --state",
        "k8s: is only in the YAML: run `terraform apply` first, remove it, or give only --from",
      ]);
    });

    it("an entry that cannot be read, without calling it missing", async () => {
      write("terraform.tfstate", state());
      const { stderr } = await migrate(["--from", "-", "--state", "terraform.tfstate"], "dockerhub: 1\n");
      assertProblems(stderr, ["dockerhub: must be a map with at least `registry`"]);
    });

    it("a host that differs between the inputs", async () => {
      write("terraform.tfstate", state());
      const { stderr } = await migrate(
        ["--from", "-", "--state", "terraform.tfstate"],
        YAML.replace("registry: quay.io", "registry: registry.k8s.io"),
      );
      assertProblems(stderr, ["quay.registry: names another host in the YAML than in the state"]);
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
      const { code, stderr } = await migrate(["--from", "-", "--write"], YAML, false);
      assert.equal(code, 2);
      assert.match(stderr, /The Pulumi CLI \(`pulumi`\) is not on the PATH/);
      assert.deepEqual(files(), []);
    });
  });
});

/** The problems are these and no other. Those in a field of the YAML are given without the name of the input. */
function assertProblems(stderr: string, problems: readonly string[]): void {
  const [title, ...lines] = stderr.split("\n");
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  assert.deepEqual([title, lines.length], [`migrate: ${count}. Nothing was changed.`, problems.length], stderr);
  for (const [index, problem] of problems.entries()) {
    const isThere = [`  - ${problem}`, `  - standard input: ${problem}`].some((text) => lines[index]?.startsWith(text));
    assert.ok(isThere, `${stderr}\nshould have: ${problem}`);
  }
}
