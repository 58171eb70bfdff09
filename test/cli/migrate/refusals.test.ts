import assert from "node:assert/strict";
import { migrateForSuite, state, TOKEN, YAML } from "./support";

describe("migrate", () => {
  const { migrate, write, files } = migrateForSuite();

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
      ...["user/someone", "root-of-nothing"].map((name): [string, string, RegExp] => [
        `an ARN of ${name}, which is neither an account nor a role`,
        `${quay}  repository_read_access_arns: ["arn:aws:iam::444455556666:${name}"]\n`,
        /quay\.repository_read_access_arns\[0\]: is neither an account .* nor a role/,
      ]),
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
      ["a key that JavaScript reserves", "__proto__:\n  registry: quay.io\n", /__proto__: the key is reserved/],
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
        assert.deepEqual(files(), []);
      });
    }

    it("reports every problem at once", async () => {
      const yaml = `quay:\n  registry: gcr.io\n  tokenn: ${TOKEN}\nhub:\n  registry: ghcr.io\n  username: planted-user\n`;
      const { stderr } = await migrate(["--from", "-"], yaml);
      assert.match(stderr, /migrate: 2 problems\. Nothing was changed\./);
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
        /has rules of Regions eu-west-1, but not of --region us-east-1/,
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
        /dockerhub: the secret is not JSON with username and accessToken/,
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
        assert.deepEqual(files(), []);
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
      const { code, stderr } = await migrate(["--from", "-", "--write"], YAML, false);
      assert.equal(code, 2);
      assert.match(stderr, /The Pulumi CLI \(`pulumi`\) is not on the PATH/);
      assert.deepEqual(files(), []);
    });
  });
});
