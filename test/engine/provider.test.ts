import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DeletePullThroughCacheRuleCommand, UpdateRepositoryCreationTemplateCommand } from "@aws-sdk/client-ecr";
import { ecr, root } from "../support/aws";
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

const TOKEN = "dckr_pat_rotated";
const LIVE = ["PullThroughCacheRule", "RepositoryCreationTemplate"];
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

  it("creates what the program declares, in the account of the credentials, and then changes nothing", async () => {
    assert.equal((await project.up()).changes.create, 6);
    assert.deepEqual(await project.outputs(), { account: "111122223333", rule: "111122223333" });
    for (const run of [project.up, project.refresh, project.preview])
      assert.deepEqual((await run()).changes, { ...NOTHING, same: 6 });
  });

  /** A change of one input, and what it changes: the operation, and the names of the types. */
  const CHANGES: readonly (readonly [
    what: string,
    key: string,
    value: string,
    op: string,
    types: readonly string[],
  ])[] = [
    ["replaces only the secret's version when the token changes", "token", TOKEN, "replace", ["SecretVersion"]],
    ["updates in place what AWS can change", "description", "for Docker Hub", "update", ["Secret"]],
    ["replaces a rule whose prefix changes, and the template that follows it", "prefix", "docker", "replace", LIVE],
    [
      "moves everything regional when the region changes",
      "region",
      "eu-west-1",
      "replace",
      [...LIVE, "Secret", "SecretVersion"],
    ],
  ];
  for (const [what, key, value, op, types] of CHANGES) {
    it(what, async () => {
      await project.configSet(key, value, { secret: key === "token" });
      const { changes, steps } = await project.up();
      assert.deepEqual(changes, { ...NOTHING, [op]: types.length, same: 6 - types.length });
      const changed = steps.filter((step) => step.op === op).map(({ type }) => type.split(":").at(-1));
      assert.deepEqual(changed.sort(), types);
      assert.ok(!JSON.stringify(await project.exportStack()).includes(TOKEN));
    });
  }

  it("refuses what the real provider refuses, before it calls AWS", async () => {
    await project.configSet("prefix", "X");
    const { code, stdout, stderr, changes } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /resource 'hub' has a problem: .*Examine values at 'hub\.ecrRepositoryPrefix'/);
    assert.equal(changes.replace, 0);
    await project.configSet("prefix", "docker");
  });

  it("sees outside changes in a refresh, and reverts them", async () => {
    const client = ecr(engine.aws, root("111122223333"), "eu-west-1");
    await client.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "docker" }));
    await client.send(
      new UpdateRepositoryCreationTemplateCommand({ prefix: "docker", description: "changed by hand" }),
    );
    assert.deepEqual((await project.refresh()).changes, { ...NOTHING, update: 1, delete: 1, same: 4 });
    const { changes, steps } = await project.up();
    assert.deepEqual(changes, { ...NOTHING, create: 1, update: 1, same: 4 });
    assert.deepEqual(steps.find(({ op }) => op === "update")?.diffs, ["description"]);
  });

  it("deletes everything, and creates it again right away", async () => {
    assert.equal((await project.destroy()).changes.delete, 6);
    assert.equal((await project.up()).changes.create, 6);
    assert.equal((await project.destroy()).changes.delete, 6);
  });
});

describe("a killed command", () => {
  it("leaves no process behind", async () => {
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
