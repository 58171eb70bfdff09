import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findingsIn } from "../policy-pack/events";
import { control } from "../support/aws";
import { type Engine, type Project, startEngine } from "../support/engine";
import { readReadme } from "./examples/readme";
import { createAdministrator, createRole } from "./examples/roles";

const root = resolve(__dirname, "../..");
const policyPack = join(root, "policy-pack");
const ACCOUNT = "111122223333";
/** The account that the example of an organization lets in. */
const MEMBER = "444455556666";
const stacks = join(root, "test/fixtures/stacks");

describe("policy pack on whole stacks", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());
  // The stacks share prefixes.
  afterEach(() => control(engine.aws, "POST", "reset"));

  /** What the pack reports for a preview or an update: level, policy, resource and the first two lines. */
  const judge = async (project: Project, run: "preview" | "up" = "preview", config: object = {}) => {
    const file = join(project.directory, "policies.json");
    await writeFile(file, JSON.stringify(config));
    const result = await project[run]({ policyPack, args: ["--policy-pack-config", file], expectFailure: true });
    const found = findingsIn(result.eventLog);
    return {
      ...result,
      verdicts: found.map(({ level, policy, resource }) => `${level} ${policy} ${resource}`).sort(),
      messages: found.map(({ message }) => message),
    };
  };

  const stack = async (name: string) => {
    const project = await engine.project({ name, program: "" });
    await cp(join(stacks, "resources.js"), join(project.directory, "resources.js"));
    await cp(join(stacks, `${name}.js`), join(project.directory, "index.js"));
    return project;
  };

  it("passes a correct stack in Terraform's style, before and after its deployment", async () => {
    const project = await stack("terraform-style");
    for (const run of ["preview", "up", "preview"] as const) {
      const { code, verdicts, stderr } = await judge(project, run);
      assert.deepEqual([code, verdicts], [0, []], stderr);
    }
  });

  it("knows a replicated secret, and another stack's scanning configuration once it is named", async () => {
    const project = await stack("foreign-scanning");
    const advice = ["us-east-1", "eu-west-1"].map((region) => `advisory workload-uses-cache ${region}`).sort();
    const undeclared = await judge(project);
    assert.deepEqual(undeclared.verdicts, [
      "advisory rule-prefix-scanned eu-west-1",
      "advisory rule-prefix-scanned us-east-1",
      ...advice,
    ]);
    const written = undeclared.messages.filter((message) => message.includes("Write ")).join();
    for (const region of ["us-east-1", "eu-west-1"]) {
      assert.match(
        written,
        new RegExp(`Write <account>\\.dkr\\.ecr\\.${region}\\.amazonaws\\.com/ghcr/acme/web:1\\.0`),
      );
    }
    const rules = [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [{ filter: "*" }] }];
    const elsewhere = { "us-east-1": { scanType: "ENHANCED", rules }, "eu-west-1": { scanType: "ENHANCED", rules } };
    const declared = await judge(project, "preview", { "rule-prefix-scanned": { scanningElsewhere: elsewhere } });
    assert.deepEqual([declared.code, declared.verdicts], [0, advice]);
  });

  it("reports each of the usual mistakes once", async () => {
    const { code, verdicts, messages, stdout } = await judge(await stack("mistakes"));
    assert.notEqual(code, 0);
    assert.deepEqual(verdicts, [
      "advisory pull-permission-scoped pulls-everything",
      "advisory rule-prefix-scanned docker-io",
      "advisory secret-holds-token misnamed",
      "advisory template-lifecycle-bounded keeps-everything",
      "advisory template-lifecycle-bounded only-dev-tags",
      "advisory template-mutable immutable",
      "advisory workload-uses-cache upstream-image",
      "mandatory cache-secret-private customer-key",
      "mandatory no-public-repository public",
      "mandatory repository-has-lifecycle bare",
      "mandatory repository-scans-on-push bare",
      "mandatory rule-has-credential gitlab",
      "mandatory rule-has-template no-template",
      "mandatory secret-holds-token wrong-keys",
      "mandatory template-has-role tags-without-role",
      "mandatory template-lifecycle-expires no-lifecycle",
      "mandatory upstream-supported docker-io",
    ]);
    for (const message of messages) assert.equal(message.split("\n").length, 3, message);
    assert.ok(!`${stdout}${messages.join()}`.includes("planted-token"));
  });

  const withoutResource = (verdict: string) => verdict.split(" ").slice(0, 2).join(" ");

  /** What the pack reports for our own programs: that scanning is missing, in the component's terms, and this. */
  const asksForScanning = async (project: Project, others: readonly string[] = []) => {
    const { verdicts, messages, stderr } = await judge(project);
    const scanning = "advisory rule-prefix-scanned";
    const found = verdicts.map(withoutResource);
    assert.ok(found.includes(scanning), stderr);
    assert.deepEqual(
      found.filter((one) => one !== scanning),
      others,
      messages.join("\n"),
    );
    const asking = messages.filter((message) => message.includes(" set scanning on the PullThroughCache, "));
    assert.equal(asking.length, found.length - others.length);
  };

  /** The option of `config set-all` for a command `config set [--secret] [--path] <key> <value>`. */
  const settingOf = (command: readonly string[]) => {
    const [key, value] = command.slice(-2);
    return [command.includes("--secret") ? "--secret" : "--plaintext", `${key}=${value}`];
  };

  for (const name of ["quickstart", "multi-region", "organization", "yaml-file", "ecs-fargate", "eks", "ecr-to-ecr"]) {
    it(`advises only scanning for the example ${name}, and names the component's argument`, async () => {
      const directory = join(root, "examples", name);
      const project = await engine.project({ name, directory });
      const [commands = []] = readReadme(directory).steps;
      if (name === "eks") await createRole(engine.aws, "eks-nodes", ACCOUNT);
      if (["organization", "ecr-to-ecr"].includes(name)) await createAdministrator(engine.aws, MEMBER, ACCOUNT);
      await project.pulumi(["config", "set-all", "--path", ...commands.flatMap(settingOf)]);
      await asksForScanning(project);
    });
  }

  it("advises scanning for the root program, and to say when tokens that expire do so", async () => {
    const directory = await mkdtemp(join(tmpdir(), "root-program-"));
    for (const file of ["Pulumi.yaml", "index.js", "registries.yaml"]) {
      await cp(join(root, file), join(directory, file));
    }
    const project = await engine.project({ name: "root", directory });
    await rm(directory, { recursive: true });
    const yaml = await readFile(join(root, "registries.yaml"), "utf8");
    const keys = [...yaml.matchAll(/^([a-z-]+):/gm)]
      .map(([, key = ""]) => key)
      .filter((key) => !["quay", "k8s", "ecr-public"].includes(key));
    const secrets = keys.flatMap((key) => [
      ...["--secret", `pull-through-cache:credentials.${key}.username=demo-user`],
      ...["--secret", `pull-through-cache:credentials.${key}.accessToken=demo-token`],
    ]);
    await project.pulumi(["config", "set-all", "--path", ...secrets]);
    const expiry = ["gitlab", "chainguard"].map(() => "advisory token-expiry-known");
    await asksForScanning(project, expiry);
    await project.configSet("pull-through-cache:scanning", "SCAN_ON_PUSH");
    const { code, verdicts } = await judge(project);
    assert.deepEqual([code, verdicts.map(withoutResource)], [0, expiry]);
  });
});
