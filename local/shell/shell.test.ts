import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readArguments } from "./arguments";

const MAIN = resolve(__dirname, "../dist/shell/main.js");

/** A command that describes the rules in the local AWS, or first makes one for quay.io. */
function program(makesRule: boolean): string[] {
  const script = `
    const { ECRClient, CreatePullThroughCacheRuleCommand, DescribePullThroughCacheRulesCommand } = require(${JSON.stringify(require.resolve("@aws-sdk/client-ecr"))});
    const ecr = new ECRClient({});
    const rule = { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" };
    (async () => {
      if (${makesRule}) await ecr.send(new CreatePullThroughCacheRuleCommand(rule));
      const { pullThroughCacheRules } = await ecr.send(new DescribePullThroughCacheRulesCommand({}));
      const { PULUMI_HOME, PULUMI_BACKEND_URL } = process.env;
      console.log(JSON.stringify({ rules: pullThroughCacheRules, cwd: process.cwd(), PULUMI_HOME, PULUMI_BACKEND_URL }));
      process.exit(7);
    })();`;
  return [process.execPath, "-e", script];
}

describe("npm run local", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "local-shell-test-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  function local(...args: string[]) {
    const env = { ...process.env, INIT_CWD: directory, AWS_PROFILE: "mine", PULUMI_ACCESS_TOKEN: "mine" };
    return spawnSync(process.execPath, [MAIN, ...args], { env, encoding: "utf8", timeout: 500_000 });
  }

  it("runs a command in the user's folder, with its own AWS, and passes on its exit code", () => {
    const options = ["--directory", "aws", "--account", "444455556666", "--region=eu-central-1"];
    const first = local(...options, ...program(true));
    assert.equal(first.status, 7, first.stderr);
    const seen = JSON.parse(first.stdout);
    assert.equal(seen.cwd, directory);
    assert.ok(seen.PULUMI_HOME.startsWith(directory), "Pulumi's home is not the user's");
    assert.ok(seen.PULUMI_BACKEND_URL.includes(directory), "the stacks are not the user's");
    assert.equal(seen.rules[0].registryId, "444455556666");

    const second = local(...options, ...program(false));
    assert.deepEqual(JSON.parse(second.stdout).rules, seen.rules, "the folder keeps what is in AWS");
    assert.deepEqual(JSON.parse(local(...program(false)).stdout).rules, [], "without a folder nothing is kept");
  });

  it("leaves the settings of the user's other stacks as they are, and keeps those of its own", () => {
    const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    write("Pulumi.yaml", "name: project\nruntime: nodejs\n");
    const settings = "secretsprovider: awskms://alias/prod\nencryptedkey: AQI=\nconfig:\n  a: b\n";
    write("Pulumi.prod.yaml", settings);
    const refused = local("--directory", "aws", "pulumi", "stack", "init", "prod");
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /Pulumi\.prod\.yaml has the settings of a stack that is not of this AWS/);
    assert.equal(read("Pulumi.prod.yaml"), settings);
    for (const command of ["stack init own", "config set a b --stack own"]) {
      const { status, stderr } = local("--directory", "aws", "pulumi", ...command.split(" "));
      assert.equal(status, 0, stderr);
    }
    assert.match(read("Pulumi.own.yaml"), /project:a: b/);
    assert.equal(local("--directory", "aws", "pulumi", "stack", "rm", "--yes", "prod").status, 1);
    assert.equal(read("Pulumi.prod.yaml"), settings, "removed with its namesake here");
  });

  it("prints its usage, and what is wrong with its options", () => {
    assert.match(local("--help").stdout, /--directory DIR/);
    for (const [args, message] of [
      [["--account", "12"], /--account must be the 12 digits of an account/],
      [["--region", "here"], /--region must be a Region/],
      [["--state", "x"], /Unknown option '--state'/],
      [["no-such-program"], /no-such-program cannot be started/],
    ] as const) {
      const { status, stderr } = local(...args);
      assert.equal(status, 1);
      assert.match(stderr, message);
    }
  });

  it("does not read the options of the command", () => {
    assert.deepEqual(readArguments(["--region", "us-west-2", "pulumi", "up", "--yes"], "/here"), {
      directory: undefined,
      account: undefined,
      region: "us-west-2",
      command: ["pulumi", "up", "--yes"],
    });
    assert.deepEqual(readArguments(["--directory", "state", "--", "ls"], "/here").directory, "/here/state");
    assert.deepEqual(readArguments(["--", "ls", "-l"], "/here").command, ["ls", "-l"]);
  });
});
