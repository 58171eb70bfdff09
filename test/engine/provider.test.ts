import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ECR } from "@aws-sdk/client-ecr";
import { type Engine, type Project, startEngine } from "../support/engine";

const PROGRAM = `
const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const config = new pulumi.Config();
const region = config.get("region");
const secret = new aws.secretsmanager.Secret("hub", {
  name: "ecr-pullthroughcache/hub", description: config.get("description"), recoveryWindowInDays: 0, tags: { team: "a" }, region,
});
const version = new aws.secretsmanager.SecretVersion("hub", {
  secretId: secret.id, region,
  secretString: pulumi.jsonStringify({ username: "invented", accessToken: config.requireSecret("token") }),
});
const trust = service => ({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }] });
const role = new aws.iam.Role("templates", { assumeRolePolicy: trust("ecr.amazonaws.com") });
new aws.iam.RolePolicy("templates", { role: role.name, policy: JSON.stringify({ Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["ecr:CreateRepository", "ecr:TagResource", "ecr:ReplicateImage"], Resource: "*" }] }) });
const rule = new aws.ecr.PullThroughCacheRule("hub", {
  ecrRepositoryPrefix: config.get("prefix") ?? "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: secret.arn, region,
}, { dependsOn: version, deleteBeforeReplace: true });
new aws.ecr.RepositoryCreationTemplate("hub", {
  prefix: rule.ecrRepositoryPrefix, appliedFors: ["PULL_THROUGH_CACHE"], resourceTags: { team: "a" }, customRoleArn: role.arn, region,
  lifecyclePolicy: JSON.stringify({ rules: [{ rulePriority: 1, selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 }, action: { type: "expire" } }] }),
});
exports.account = aws.getCallerIdentityOutput({}).accountId;
exports.rule = rule.registryId;
`;

const NOTHING = { create: 0, update: 0, replace: 0, delete: 0 };

describe("the local provider in the real engine", () => {
  let engine: Engine;
  let project: Project;
  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "provider", program: PROGRAM });
    await project.configSet("token", "dckr_pat_invented", { secret: true });
  });
  after(() => engine?.stop());

  it("creates what the program declares, in the account of the credentials", async () => {
    const { changes } = await project.up();
    assert.equal(changes.create, 6);
    assert.deepEqual(await project.outputs(), { account: "111122223333", rule: "111122223333" });
  });

  it("changes nothing the second time, nor in a refresh", async () => {
    assert.deepEqual((await project.up()).changes, { ...NOTHING, same: 6 });
    assert.deepEqual((await project.refresh()).changes, { ...NOTHING, same: 6 });
    assert.deepEqual((await project.preview()).changes, { ...NOTHING, same: 6 });
  });

  it("replaces only the secret's version when the token changes", async () => {
    await project.configSet("token", "dckr_pat_rotated", { secret: true });
    const { changes, steps } = await project.up();
    assert.deepEqual(changes, { ...NOTHING, replace: 1, same: 5 });
    assert.equal(steps.find(({ op }) => op === "replace")?.type, "aws:secretsmanager/secretVersion:SecretVersion");
    assert.ok(!JSON.stringify(await project.exportStack()).includes("dckr_pat"));
  });

  it("updates in place what AWS can change", async () => {
    await project.configSet("description", "for Docker Hub");
    const { changes, steps } = await project.up();
    assert.deepEqual(changes, { ...NOTHING, update: 1, same: 5 });
    assert.deepEqual(steps.find(({ op }) => op === "update")?.diffs, ["description"]);
  });

  it("replaces a rule whose prefix changes, and the template that follows it", async () => {
    await project.configSet("prefix", "docker");
    const { changes, steps } = await project.preview();
    assert.deepEqual(changes, { ...NOTHING, replace: 2, same: 4 });
    const replaced = steps.filter(({ op }) => op === "replace").map(({ type }) => type.split(":").at(-1));
    assert.deepEqual(replaced.sort(), ["PullThroughCacheRule", "RepositoryCreationTemplate"]);
    await project.up();
  });

  it("refuses what the real provider refuses, before it calls AWS", async () => {
    await project.configSet("prefix", "X");
    const { code, stdout, stderr, changes } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /resource 'hub' has a problem: .*Examine values at 'hub\.ecrRepositoryPrefix'/);
    assert.equal(changes.replace, 0);
    await project.configSet("prefix", "docker");
  });

  it("moves everything regional when the region changes", async () => {
    await project.configSet("region", "eu-west-1");
    assert.deepEqual((await project.up()).changes, { ...NOTHING, replace: 4, same: 2 });
  });

  it("sees outside changes in a refresh, and reverts them", async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = engine.aws.environment;
    const ecr = new ECR({
      endpoint: engine.aws.url,
      region: "eu-west-1",
      credentials: { accessKeyId, secretAccessKey },
    });
    await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "docker" });
    await ecr.updateRepositoryCreationTemplate({ prefix: "docker", description: "changed by hand" });
    ecr.destroy();
    assert.deepEqual((await project.refresh()).changes, { ...NOTHING, update: 1, delete: 1, same: 4 });
    const { changes, steps } = await project.up();
    assert.deepEqual(changes, { ...NOTHING, create: 1, update: 1, same: 4 });
    assert.deepEqual(steps.find(({ op }) => op === "update")?.diffs, ["description"]);
  });

  it("answers no lookup while the provider's configuration is unknown", async () => {
    const assumed = await engine.project({
      name: "assumed",
      program: `const aws = require("@pulumi/aws");
        const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "arn:aws:iam::111122223333:root" } }] };
        const role = new aws.iam.Role("deploy", { assumeRolePolicy: trust });
        const provider = new aws.Provider("assumed", { assumeRoles: [{ roleArn: role.arn }] });
        exports.identity = aws.getCallerIdentityOutput({}, { provider }).apply((identity) => { require("node:fs").appendFileSync("seen", JSON.stringify(identity)); return identity; });`,
    });
    await assumed.preview();
    assert.equal(readFileSync(join(assumed.directory, "seen"), "utf8"), "{}");
    await assumed.up();
    const { identity } = (await assumed.outputs()) as { identity: { arn: string } };
    assert.match(identity.arn, /^arn:aws:sts::111122223333:assumed-role\/deploy-[0-9a-f]{7}\/aws-go-sdk-\d+$/);
    await assumed.destroy();
  });

  it("imports existing resources, which then match the program", async () => {
    const imported = await engine.project({
      name: "imported",
      program: `const aws = require("@pulumi/aws");
        new aws.ecr.PullThroughCacheRule("hub", { ecrRepositoryPrefix: "docker", upstreamRegistryUrl: "registry-1.docker.io",
          credentialArn: new (require("@pulumi/pulumi").Config)().require("arn"), region: "eu-west-1" },
          { import: "docker@eu-west-1", retainOnDelete: true });`,
    });
    const { deployment } = await project.exportStack();
    const secret = deployment.resources?.find(({ type }) => type === "aws:secretsmanager/secret:Secret");
    await imported.configSet("arn", secret?.id ?? "");
    const { steps } = await imported.up();
    assert.deepEqual(
      steps.map(({ op }) => op),
      ["import"],
    );
    assert.deepEqual((await imported.up()).changes, { ...NOTHING, same: 1 });
  });

  it("shows what a program prints, even if Pulumi attaches to a running language host", async () => {
    const program = `console.log("to the output"); console.error("to the error output");`;
    const users = await startEngine({ asForUsers: true });
    try {
      for (const [name, { project: open }] of Object.entries({ attached: engine, started: users })) {
        const { stdout, stderr } = await (await open({ name, program })).preview();
        for (const line of ["to the output", "to the error output"]) assert.ok((stdout + stderr).includes(line), name);
      }
    } finally {
      await users.stop();
    }
  });

  it("leaves no process behind when the CLI is killed", async () => {
    const users = await startEngine({ asForUsers: true });
    try {
      const slow = await users.project({
        name: "slow",
        program: `require("node:fs").writeFileSync("pid", String(process.pid)); setTimeout(() => {}, 600_000); module.exports = new Promise(() => {});`,
      });
      const kill = new AbortController();
      const up = slow.pulumi(["up", "--yes", "--skip-preview"], { signal: kill.signal });
      const pidFile = join(slow.directory, "pid");
      while (!existsSync(pidFile)) await new Promise((resolve) => setTimeout(resolve, 100));
      kill.abort();
      await assert.rejects(up, /abort/i);
      const program = Number(readFileSync(pidFile, "utf8"));
      assert.ok(await ends(program), `the program's process ${program} is still there`);
    } finally {
      await users.stop();
    }
  });

  it("deletes everything, and creates it again right away", async () => {
    assert.equal((await project.destroy()).changes.delete, 6);
    assert.equal((await project.up()).changes.create, 6);
    assert.equal((await project.destroy()).changes.delete, 6);
  });
});

/** Whether a process ends within half a minute. */
async function ends(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 30_000; waited += 100) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
