import assert from "node:assert/strict";
import { migrateForSuite, state, TOKEN, YAML } from "./support";

describe("migrate", () => {
  const { migrate, write, files } = migrateForSuite();

  describe("refuses", () => {
    const age = "age-encryption.org/v1\n-> X25519 abc\n";
    const sops = `dockerhub:\n  registry: ENC[AES256_GCM,data:Zm9v,type:str]\nsops:\n  mac: ENC[AES256_GCM,data:YmFy,type:str]\n  version: 3.9.4\n`;
    const quay = "quay:\n  registry: quay.io\n";
    const IN = "standard input";
    const ENCRYPTED = `${IN}: the input is still encrypted: pipe it through \`sops decrypt\``;
    const NO_FIELD =
      "is not a field of the module; its fields are registry, username, accessToken, image_tag_mutability, repository_read_access_arns, lifecycle_policy";
    const ALIAS = "YAML aliases are not supported here: write the value out";
    const ARN = "repository_read_access_arns[1]: is neither an account (arn:aws:iam::<account>:root) nor a role";
    const cases: [title: string, yaml: string, ...problems: (string | RegExp)[]][] = [
      ["input that SOPS has encrypted", sops, ENCRYPTED],
      ["an age file", age, ENCRYPTED],
      ["a PGP file", "-----BEGIN PGP MESSAGE-----\n", ENCRYPTED],
      ["what a failed sops leaves", " \n", `${IN}: is empty: did \`sops decrypt\` before the pipe fail?`],
      [
        "a value that is still encrypted",
        `${quay}  username: u\n  accessToken: ENC[AES256_GCM,data:Zm9v]\n`,
        `${IN}: quay.accessToken: is still encrypted (ENC[...]): decrypt the whole file with \`sops decrypt\``,
      ],
      ["an unknown field", `${quay}  tokenn: ${TOKEN}\n`, `${IN}: quay.tokenn: ${NO_FIELD}`],
      ["a field without a name", `${quay}  ? [someone]\n  : 1\n`, `${IN}: quay[""]: ${NO_FIELD}`],
      [
        "a user name without a token",
        `${quay}  username: planted-user\n`,
        `${IN}: quay.accessToken: is missing, but username is given: give both or neither`,
      ],
      [
        "a token without a user name",
        `${quay}  accessToken: ${TOKEN}\n`,
        `${IN}: quay.username: is missing, but accessToken is given: give both or neither`,
      ],
      [
        "a token that is a list",
        `${quay}  username: planted-user\n  accessToken: [${TOKEN}]\n`,
        `${IN}: quay.accessToken: must be a string`,
      ],
      ...["user/someone", "root-of-nothing", "role/"].map((name): [string, string, string] => [
        `an ARN of ${name}, which is neither an account nor a role`,
        `${quay}  repository_read_access_arns: ["444455556666", "arn:aws:iam::444455556666:${name}"]\n`,
        `${IN}: quay.${ARN}`,
      ]),
      [
        "an ARN that is no list",
        `${quay}  repository_read_access_arns: arn\n`,
        `${IN}: quay.repository_read_access_arns: must be a list of ARNs`,
      ],
      [
        "a list with other than ARNs",
        `${quay}  repository_read_access_arns: [{}, "444455556666"]\n`,
        `${IN}: quay.repository_read_access_arns: must be a list of ARNs`,
      ],
      ["a key that stands twice", `${quay}${quay}`, `${IN}:3: the same key occurs twice in one map`],
      ["a field that stands twice", `${quay}  registry: ghcr.io\n`, `${IN}:3: the same key occurs twice in one map`],
      [
        "an alias",
        `${quay}  lifecycle_policy: &p { rules: [] }\nhub:\n  registry: ghcr.io\n  lifecycle_policy: *p\n`,
        `${IN}:6: ${ALIAS}`,
      ],
      [
        "a prefix over 30 characters",
        `${"a".repeat(31)}:\n  registry: quay.io\n`,
        /^a{31}: the key is also the prefix, and an ECR repository prefix has 2 to 30 characters/,
      ],
      [
        "a host that ECR cannot cache",
        "gcr:\n  registry: gcr.io\n",
        /^gcr\.registry: "gcr\.io": ECR cannot cache Google's registries/,
      ],
      [
        "a key that JavaScript reserves",
        "__proto__:\n  registry: quay.io\n",
        "__proto__: the key is reserved: give it another name",
      ],
      [
        "an entry without a host",
        "hub:\n  registry: ''\n  username: u\n  accessToken: t\n",
        `${IN}: hub.registry: is required: the host of the upstream`,
      ],
      ["an entry without fields", "hub:\n", `${IN}: hub: must be a map with at least \`registry\``],
      ["an entry without a key", "? [someone]\n: registry: quay.io\n", /^/],
      [
        "a tag mutability that ECR does not know",
        `${quay}  image_tag_mutability: SOMETIMES\n`,
        "quay.tagMutability: must be MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION",
      ],
      [
        "a lifecycle policy that ECR refuses",
        `${quay}  lifecycle_policy: { rules: [] }\n`,
        "quay.lifecycle.policy.rules: needs at least one rule",
      ],
      [
        "a lifecycle policy that is a list",
        `${quay}  lifecycle_policy: [{}]\n`,
        `${IN}: quay.lifecycle_policy: must be a map with \`rules\``,
      ],
      [
        "text that is no YAML",
        "quay: [\n",
        `${IN}:2: is not valid YAML`,
        `${IN}: quay: must be a map with at least \`registry\``,
      ],
      ["a list", "- quay\n", `${IN}: must be a map of registries, as for the Terraform module`],
      ["a map without registries", "{}\n", `${IN}: has no registry`],
      ["a comment alone", "# quay\n", `${IN}: has no YAML document`],
      ["several documents", `${quay}---\n${quay}`, `${IN}: has more than one YAML document`],
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
      const missing = "is missing, but username is given: give both or neither";
      assertProblems(stderr, [`${IN}: quay.tokenn: ${NO_FIELD}`, `${IN}: hub.accessToken: ${missing}`]);
    });

    const RULE =
      'module.ecr_pull_through.module.pull_through_cache_repository_template["dockerhub"].aws_ecr_pull_through_cache_rule.this[0]';
    const WAY_OUT = "give the YAML with --from, or keep the secret with --secrets keep";
    const states: [title: string, text: string, problem: string, args?: string[]][] = [
      ["a state that SOPS has encrypted", '{"sops":{}}', `${IN}: is still encrypted: pipe it through \`sops decrypt\``],
      [
        "other JSON",
        "[]",
        `${IN}: is not a Terraform state of version 4, but something else: run \`terraform state pull\` with Terraform 0.12 or newer`,
      ],
      [
        "a state of another version",
        '{"version":3,"modules":[]}',
        `${IN}: is not a Terraform state of version 4, but something else of version 3: run \`terraform state pull\` with Terraform 0.12 or newer`,
      ],
      [
        "terraform show -json",
        '{"format_version":"1.0","values":{}}',
        `${IN}: is the output of \`terraform show -json\`: give the output of \`terraform state pull\``,
      ],
      [
        "a state that OpenTofu has encrypted",
        '{"encrypted_data":"abc"}',
        `${IN}: is encrypted by OpenTofu: give the output of \`tofu state pull\`, which decrypts it`,
      ],
      [
        "what is not JSON",
        `{"secret_string": "${TOKEN}`,
        `${IN}: is not JSON: give the output of \`terraform state pull\``,
      ],
      ["a state without rules", '{"version":4,"resources":[]}', `${IN}: has no aws_ecr_pull_through_cache_rule`],
      [
        "another Region",
        state(),
        `${IN}: has rules of Regions eu-west-1, but not of --region us-east-1`,
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

/** The whole message: nothing else may be reported. */
function assertProblems(stderr: string, problems: readonly (string | RegExp)[]): void {
  const [title, ...lines] = stderr.split("\n");
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  assert.equal(title, `migrate: ${count}. Nothing was changed.`, stderr);
  for (const [index, problem] of problems.entries()) {
    const found = lines[index]?.replace(/^ {2}- /, "");
    if (typeof problem === "string") assert.equal(found, problem);
    else assert.match(found ?? "", problem);
  }
  assert.equal(lines.length, problems.length, stderr);
}
