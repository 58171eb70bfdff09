import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../support/cli";
import { type ModuleState, terraformState } from "../../support/terraform";

export const ACCOUNT = "111122223333";
const SECRET = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:ecr-pullthroughcache/dockerhub20260101000000000000000001-AbCdEf`;
export const TOKEN = "planted-token-0123456789";
export const YAML = `dockerhub:
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

/** A Terraform state of the module with two registries. */
export function state(change: Partial<ModuleState> = {}): string {
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

/** `migrate` in a new folder for each test of a suite. */
export function migrateForSuite() {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "migrate-test-"));
  });
  afterEach(() => {
    for (const path of [directory, `${directory}.bin`]) rmSync(path, { recursive: true, force: true });
  });
  // No test asks AWS, or the network for credentials.
  before(() => {
    process.env.AWS_EC2_METADATA_DISABLED = "true";
  });

  /** @param config The answer of `pulumi config`, or false if there is no Pulumi CLI. */
  const migrate = (args: string[], input = "", config: string | false = "{}") => {
    const bin = `${directory}.bin`;
    mkdirSync(bin, { recursive: true });
    const script = `const fs = require("node:fs");
      const call = { args: process.argv.slice(2), input: fs.readFileSync(0, "utf8") };
      fs.appendFileSync(${JSON.stringify(join(bin, "calls"))}, JSON.stringify(call) + "\\n");
      process.stdout.write(${JSON.stringify(config)});`;
    writeFileSync(join(bin, "pulumi"), `#!${process.execPath}\n${script}\n`);
    chmodSync(join(bin, "pulumi"), 0o755);
    return runCli(["migrate", ...args], { input, directory, env: config === false ? {} : { PATH: bin } });
  };
  return {
    directory: () => directory,
    migrate,
    write: (name: string, text: string) => writeFileSync(join(directory, name), text),
    /** What was written with `pulumi config set`. */
    set: () =>
      readFileSync(join(`${directory}.bin`, "calls"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { args: string[]; input: string })
        .filter(({ args }) => args[1] === "set"),
    /** The names of the files that are there. */
    files: () => readdirSync(directory),
    /** The entries that a dry run would write, and the rest of its answer. */
    planned: async (args: string[], input = "") => {
      const { code, stdout, stderr } = await migrate([...args, "--json"], input);
      assert.equal(code, 0, stderr);
      assert.ok(!stdout.includes(TOKEN) && !stdout.includes("planted-user"), "a credential is in the output");
      return JSON.parse(stdout);
    },
  };
}
