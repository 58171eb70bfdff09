import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateRepositoryCommand, DescribeRepositoryCreationTemplatesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { findingsIn, isUndecided } from "../policy-pack/events";
import { lifecycleOf } from "../policy-pack/support";
import { type Engine, type Project, startEngine } from "../support/engine";

const policyPack = join(__dirname, "../../policy-pack");
const expire = lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 });

/** A program that registers raw resources; `make(type, name, props)` has the outputs arn, id and url. */
const program = (body: string) => `
const pulumi = require("@pulumi/pulumi");
class Made extends pulumi.CustomResource {
  constructor(type, name, props) { super(type, name, { arn: undefined, name: undefined, ...props }); }
}
const make = (type, name, props) => new Made(type, name, props);
const template = (name, props) => make("aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate", name,
  { appliedFors: ["PULL_THROUGH_CACHE"], lifecyclePolicy: ${JSON.stringify(expire)}, ...props });
const rule = (name, props) => make("aws:ecr/pullThroughCacheRule:PullThroughCacheRule", name, props);
const scanning = (name, filter) => make("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", name,
  { scanType: "BASIC", rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter, filterType: "WILDCARD" }] }] });
${body}`;

const role = `make("aws:iam/role:Role", "role", { assumeRolePolicy: JSON.stringify({ Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }] }),
  inlinePolicies: [{ name: "ecr", policy: JSON.stringify({ Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["ecr:CreateRepository", "ecr:TagResource"], Resource: "*" }] }) }] })`;

describe("policy pack in first previews", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  const configured = async (
    project: Project,
    config: object,
    run: "preview" | "up" = "preview",
    expectFailure = false,
  ) => {
    const file = join(project.directory, "policies.json");
    await writeFile(file, JSON.stringify(config));
    const result = await project[run]({ policyPack, args: ["--policy-pack-config", file], expectFailure });
    return { ...result, found: findingsIn(result.eventLog) };
  };

  it("reports in one line per policy what it cannot decide yet, passes, and decides in the update", async () => {
    // The images that the lifecycle selects depend on the role's ARN. No sensible program does that, but it is unknown.
    const open = program(`
      const role = ${role};
      const lifecycle = (mark) => role.arn.apply((arn) => JSON.stringify({ rules: [{ rulePriority: 1, description: arn,
        selection: { tagStatus: mark, countType: "imageCountMoreThan", countNumber: 3 }, action: { type: "expire" } }] }));
      for (const name of ["a1", "b1", "c1", "d1"]) template(name, { prefix: name, lifecyclePolicy: lifecycle("any") });
      template("wrong", { prefix: "wrong", lifecyclePolicy: lifecycle("all") });`);
    const project = await engine.project({ name: "open", program: open });
    const preview = await project.preview({ policyPack });
    const found = findingsIn(preview.eventLog);
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [
        ["template-lifecycle-expires", "advisory"],
        ["template-lifecycle-bounded", "advisory"],
        ["template-keeps-running-images", "advisory"],
      ],
    );
    assert.match(found[0]?.message ?? "", /^template-lifecycle-expires: not decided for .* and 2 more, because/);
    const update = await project.up({ policyPack, expectFailure: true });
    assert.notEqual(update.code, 0);
    const decided = findingsIn(update.eventLog).filter((finding) => !isUndecided(finding));
    assert.deepEqual(
      decided.map(({ policy, level, resource }) => [policy, level, resource]),
      [["template-lifecycle-expires", "mandatory", "wrong"]],
    );
    await project.destroy();
  });

  it("does not judge what --target leaves out", async () => {
    const project = await engine.project({
      name: "targeted",
      program: program(`template("t", { prefix: "quay" }); scanning("s", "quay/*");
        rule("r", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });`),
    });
    const urn = "urn:pulumi:test::targeted::aws:ecr/pullThroughCacheRule:PullThroughCacheRule::r";
    const { code, eventLog, stderr } = await project.preview({ policyPack, args: ["--target", urn] });
    assert.equal(code, 0, stderr);
    const found = findingsIn(eventLog);
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [
        ["rule-has-template", "advisory"],
        ["rule-prefix-scanned", "advisory"],
      ],
    );
    assert.ok(found.every(isUndecided));
  });

  it("fixes violations at the level remediate, and lets the fixed resources pass", async () => {
    const project = await engine.project({
      name: "mended",
      program: program(`
        make("aws:ecr/repository:Repository", "app", { name: "bare/app" });
        make("aws:ecr/lifecyclePolicy:LifecyclePolicy", "expire", { repository: "bare/app", policy: ${JSON.stringify(expire)} }, );
        template("bare", { prefix: "bare", lifecyclePolicy: undefined });`),
    });
    const config = {
      "template-lifecycle-expires": "remediate",
      "repository-scans-on-push": { enforcementLevel: "remediate", allRepositories: true },
      "repository-has-lifecycle": { allRepositories: true },
    };
    const { found } = await configured(project, config, "preview");
    assert.deepEqual(found, []);
    await project.setProgram(program(`template("bare", { prefix: "bare", lifecyclePolicy: undefined });`));
    await configured(project, config, "up");
    const client = new ECRClient(clientOf(engine));
    const { repositoryCreationTemplates = [] } = await client.send(new DescribeRepositoryCreationTemplatesCommand({}));
    assert.match(repositoryCreationTemplates[0]?.lifecyclePolicy ?? "", /imageCountMoreThan/);
    client.destroy();
    await project.destroy();
  });

  it("audits existing repositories if the audit is on, and blocks only if it is mandatory", async () => {
    const client = new ECRClient(clientOf(engine));
    for (const repositoryName of ["old/nginx", "other/app"])
      await client.send(new CreateRepositoryCommand({ repositoryName }));
    client.destroy();
    const project = await engine.project({
      name: "audited",
      program: program(`template("t", { prefix: "old" }); scanning("s", "*");
        rule("r", { ecrRepositoryPrefix: "old", upstreamRegistryUrl: "quay.io" });`),
    });
    assert.deepEqual(findingsIn((await project.preview({ policyPack })).eventLog), []);
    const { found } = await configured(project, { "cached-repositories-audit": "advisory" });
    assert.deepEqual(
      found.map(({ policy, level, resource }) => [policy, level, resource]),
      [
        ["cached-repositories-audit", "advisory", "r"],
        ["cached-repositories-audit", "advisory", "r"],
      ],
    );
    assert.match(found[0]?.message ?? "", /for repository in old\/nginx; do aws ecr --region us-east-1/);
    assert.ok(!found.some(({ message }) => message.includes("other/app")));
    const strict = await configured(project, { "cached-repositories-audit": "mandatory" }, "preview", true);
    assert.notEqual(strict.code, 0);
  });

  it("refuses a configuration that its schema does not allow, and names what was meant", async () => {
    const project = await engine.project({ name: "refused", program: program("") });
    for (const [config, meant] of [
      [{ "template-lifecycle-expire": "advisory" }, "template-lifecycle-expires"],
      [{ "template-lifecycle-expires": { maxImage: 3 } }, "maxImages"],
    ] as const) {
      const { code, stderr } = await configured(project, config, "preview", true);
      assert.notEqual(code, 0);
      assert.match(stderr, new RegExp(`the configuration is wrong: .*; did you mean "${meant}"\\?\n`));
    }
    const wrong = {
      "template-lifecycle-expires": { maxImages: "five" },
      "workload-image-listed": { repositories: { quay: ["team/app:1"], hub: [] } },
    };
    const { code, stdout, stderr } = await configured(project, wrong, "preview", true);
    assert.notEqual(code, 0);
    for (const part of [
      /maxImages/,
      /repositories\.quay\.0: Does not match pattern/,
      /repositories\.hub: Array must have at least 1/,
    ]) {
      assert.match(`${stdout}${stderr}`, part);
    }
  });
});

function clientOf({ aws }: Engine) {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = aws.environment;
  return {
    endpoint: aws.url,
    region: "us-east-1",
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  };
}
