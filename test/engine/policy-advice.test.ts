import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { policies } from "../../policy-pack/policies";
import { type Found, findingsIn, isUndecided } from "../policy-pack/events";
import { type Engine, type Project, startEngine } from "../support/engine";

const policyPack = join(__dirname, "../../policy-pack");

/** A resource with the policy's name, what is wrong with it, and what the policy says to write. */
interface Row {
  /** The program around what is right or wrong. */
  readonly program: (code: string) => string;
  readonly wrong: string;
  /** What the message says. Otherwise it is the code that the policy shows. */
  readonly right?: string | ((message: string) => string);
}

const template = (name: string) => (code: string) => `template("${name}", { prefix: "t/${name}", ${code} });`;
const rule = (name: string) => (code: string) =>
  `new aws.ecr.PullThroughCacheRule("${name}", { ecrRepositoryPrefix: "quay/${name}", ${code} });`;
const secret = (name: string) => (code: string) =>
  `new aws.secretsmanager.Secret("${name}", { name: "ecr-pullthroughcache/${name}", ${code} });`;
const task = (name: string) => (image: string) =>
  `new aws.ecs.TaskDefinition("${name}", { family: "${name}", containerDefinitions: JSON.stringify([{ name: "a", image: "${image}" }]) });`;
const own = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const everyone = 'Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage",';
const statement = (code: string) => `JSON.stringify({ Version: "2012-10-17", Statement: [{ ${code} }] })`;
const lifecycle = (...selections: object[]) =>
  `lifecyclePolicy: ${JSON.stringify(
    JSON.stringify({
      rules: selections.map((selection, i) => ({
        rulePriority: i + 1,
        selection: { ...selection, countType: "imageCountMoreThan", countNumber: 50 },
        action: { type: "expire" },
      })),
    }),
  )}`;
const versions = { tagStatus: "tagged", tagPrefixList: ["v"] };

const rows: Readonly<Record<string, Row>> = {
  "template-lifecycle-expires": {
    program: template("template-lifecycle-expires"),
    wrong: "lifecyclePolicy: undefined",
  },
  "template-lifecycle-bounded": {
    program: template("template-lifecycle-bounded"),
    wrong: lifecycle(versions),
    right: lifecycle(versions, { tagStatus: "any" }),
  },
  "rule-has-template": {
    program: (code) => `
      new aws.ecr.PullThroughCacheRule("rule-has-template", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
      ${code}`,
    wrong: "",
  },
  "repository-scans-on-push": {
    program: (code) => `new aws.ecr.Repository("repository-scans-on-push", { name: "elsewhere/app", ${code} });`,
    wrong: "",
  },
  "discovered-repository-scans": {
    program: (code) => `new aws.ecr.Repository("discovered-repository-scans", { name: "discovered/app", ${code} });`,
    wrong: "",
    right: "imageScanningConfiguration: { scanOnPush: true },",
  },
  "repository-has-lifecycle": {
    program: (code) => `
      const app = new aws.ecr.Repository("repository-has-lifecycle", { name: "quay/app" });
      ${code}`,
    wrong: "",
  },
  "rule-has-credential": {
    program: (code) => `template("for-hub", { prefix: "hub" }); ${code}`,
    wrong: `new aws.ecr.PullThroughCacheRule("hub", { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io" });`,
  },
  "secret-holds-token": {
    program: (code) => `
      const secret = ${secret("value")("")}
      new aws.secretsmanager.SecretVersion("secret-holds-token", { secretId: secret.id, ${code} });`,
    wrong: 'secretString: JSON.stringify({ username: "shop", password: "none" })',
  },
  "token-expiry": {
    program: secret("token-expiry"),
    wrong: 'tags: { "pull-through-cache:token-expires": "2020-01-01" }',
    right: 'tags: { "pull-through-cache:token-expires": "2999-01-01" }',
  },
  "cache-secret-private": { program: secret("cache-secret-private"), wrong: 'kmsKeyId: "alias/mine"', right: "" },
  "secret-recovery-window": { program: secret("secret-recovery-window"), wrong: "recoveryWindowInDays: 0", right: "" },
  "template-has-role": {
    program: (code) => `
      ${code}
      ${template("template-has-role")(`resourceTags: { team: "shop" }, ${code === "" ? "" : "customRoleArn: role.arn"}`)}`,
    wrong: "",
  },
  "encryption-required": { program: template("encryption-required"), wrong: "" },
  "required-tags": { program: template("required-tags"), wrong: "" },
  "template-mutable": { program: template("template-mutable"), wrong: 'imageTagMutability: "IMMUTABLE"' },
  "no-public-access": {
    program: (code) => template("no-public-access")(`repositoryPolicy: ${statement(everyone + code)}`),
    wrong: "",
  },
  "no-public-repository": {
    program: (code) => `
      new aws.ecr.RepositoryPolicy("no-public-repository", { repository: "quay/public", policy: ${statement(everyone + code)} });`,
    wrong: "",
  },
  "upstream-supported": {
    program: rule("upstream-supported"),
    wrong: 'upstreamRegistryUrl: "k8s.gcr.io"',
    right: (message) => /Write (upstreamRegistryUrl: "[^"]*")/.exec(message)?.[1] ?? "",
  },
  "upstream-allowed": {
    program: rule("upstream-allowed"),
    wrong: 'upstreamRegistryUrl: "public.ecr.aws"',
    right: 'upstreamRegistryUrl: "quay.io"',
  },
  "one-owner": {
    program: (code) => code,
    wrong: 'new aws.ecr.RegistryScanningConfiguration("one-owner", scanning);',
    right: "",
  },
  "rule-prefix-scanned": {
    program: (code) => `
      template("for-new", { prefix: "new" });
      new aws.ecr.PullThroughCacheRule("rule-prefix-scanned", { ecrRepositoryPrefix: "new", upstreamRegistryUrl: "quay.io" });
      scanning.rules[0].repositoryFilters.push(...[${code}].map((filter) => ({ filter, filterType: "WILDCARD" })));`,
    wrong: "",
    right: (message) => /Add with SCAN_ON_PUSH (".*") to /.exec(message)?.[1] ?? "",
  },
  "pull-permission-scoped": {
    program: (code) => `
      new aws.iam.Policy("pull-permission-scoped", { policy: ${statement(`Effect: "Allow", Action: "ecr:BatchImportUpstreamImage", Resource: "${code}"`)} });`,
    wrong: "*",
    right: "arn:aws:ecr:us-east-1:111122223333:repository/quay/*",
  },
  "workload-uses-cache": {
    program: task("workload-uses-cache"),
    wrong: "quay.io/org/app:1",
    right: (message) => (/Write (\S+)\.$/m.exec(message)?.[1] ?? "").replace("<account>", "111122223333"),
  },
  "workload-image-listed": {
    program: task("workload-image-listed"),
    wrong: `${own}/listed/other/app:1`,
    right: `${own}/listed/team/app:1`,
  },
  "lambda-image-not-cached": {
    program: (image) => `
      new aws.lambda.Function("lambda-image-not-cached", { packageType: "Image", imageUri: "${own}/${image}:1", role: "arn:aws:iam::111122223333:role/f" });`,
    wrong: "quay/org/function",
    right: "own/function",
  },
  "puller-has-permissions": {
    program: (repositories) => `
      const execution = new aws.iam.Role("puller-has-permissions", {
        assumeRolePolicy: ${statement('Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole"')},
        managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"] });
      new aws.iam.RolePolicy("first-pull", { role: execution.name,
        policy: ${statement(`Effect: "Allow", Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], Resource: "${repositories}"`)} });
      new aws.ecs.TaskDefinition("first-pull", { family: "first", executionRoleArn: execution.arn,
        containerDefinitions: JSON.stringify([{ name: "a", image: "${own}/quay/org/app:1" }]) });`,
    wrong: "arn:aws:ecr:us-east-1:111122223333:repository/other/*",
    right: (message) => / on (arn\S+) in a policy/.exec(message)?.[1] ?? "",
  },
  "cached-image-resolves": {
    program: task("cached-image-resolves"),
    wrong: `${own}/hub/nginx:1`,
    right: (message) => /Write (\S+)\.$/m.exec(message)?.[1] ?? "",
  },
  "custom-role-works": {
    program: (service) => `
      const assumed = new aws.iam.Role("custom-role-works", { assumeRolePolicy: ${statement(`Effect: "Allow", Principal: { Service: "${service}" }, Action: "sts:AssumeRole"`)} });
      new aws.iam.RolePolicy("assumed", { role: assumed.name, policy: ${statement('Effect: "Allow", Action: "ecr:CreateRepository", Resource: "*"')} });
      template("assumed", { prefix: "t/assumed", customRoleArn: assumed.arn });`,
    wrong: "ecs-tasks.amazonaws.com",
    right: (message) => /"Service": "([^"]*)"/.exec(message)?.[1] ?? "",
  },
  "cache-secret-readable": {
    program: (code) =>
      secret("cache-secret-readable")(
        `policy: ${statement(`Effect: "Deny", Principal: "*",
      Action: "secretsmanager:GetSecretValue", Resource: "*",
      Condition: { StringNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/deployment" }, ${code} }`)}`,
      ),
    wrong: "",
    right: (message) => (/Deny: (.*)\.$/m.exec(message)?.[1] ?? "").replace("<account>", "111122223333"),
  },
  "prefix-used-once": {
    program: (code) => code,
    wrong:
      'new aws.ecr.PullThroughCacheRule("twice", { ecrRepositoryPrefix: "quay/", upstreamRegistryUrl: "quay.io" });',
    right: "",
  },
  "prefix-is-no-repository": {
    program: (name) => `
      new aws.ecr.LifecyclePolicy("prefix-is-no-repository", { repository: "${name}", policy: lifecyclePolicy });`,
    wrong: "quay",
    right: "quay/org/app",
  },
  "template-keeps-running-images": {
    program: template("template-keeps-running-images"),
    wrong: lifecycle({ tagStatus: "any" }).replace("50", "1"),
  },
  "token-expiry-known": {
    program: (code) => `
      const token = ${secret("token-expiry-known")(code)}
      const value = new aws.secretsmanager.SecretVersion("cgr", { secretId: token.id,
        secretString: JSON.stringify({ username: config.require("hubUser"), accessToken: config.require("hubToken") }) });
      ${rule("cgr")('upstreamRegistryUrl: "cgr.dev", credentialArn: value.arn')}`,
    wrong: "",
    right: 'tags: { "pull-through-cache:token-expires": "2999-01-01" }',
  },
  "replication-filtered": {
    program: (code) => `
      new aws.ecr.ReplicationConfiguration("replication-filtered", { replicationConfiguration: {
        rules: [{ destinations: [{ region: "us-west-2", registryId: "111122223333" }], ${code} }] } });`,
    wrong: "",
  },
  "root-beside-repositories": {
    program: (prefix) => `
      const region = "us-west-2";
      new aws.ecr.PullThroughCacheRule("root-beside-repositories", { region, ecrRepositoryPrefix: "${prefix}", upstreamRegistryUrl: "quay.io" });
      template("root", { region, prefix: "ROOT" });
      new aws.ecr.Repository("own", { region, name: "shop/web", imageScanningConfiguration: { scanOnPush: true } });
      new aws.ecr.LifecyclePolicy("own", { region, repository: "shop/web", policy: lifecyclePolicy });
      new aws.ecr.RegistryScanningConfiguration("oregon", { region, scanType: "BASIC",
        rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }] });`,
    wrong: "ROOT",
    right: "mirror",
  },
};

/** What the policies need to be asked. */
const settings = {
  "repository-scans-on-push": { cachePrefixes: ["elsewhere"] },
  "discovered-repository-scans": { enforcementLevel: "advisory", cachePrefixes: ["discovered"] },
  "secret-recovery-window": { enforcementLevel: "advisory", stacks: ["*"], include: ["secret-recovery-window"] },
  "encryption-required": { enforcementLevel: "advisory", include: ["encryption-required"] },
  "required-tags": { enforcementLevel: "advisory", tags: ["team"], include: ["required-tags"] },
  "upstream-allowed": { enforcementLevel: "advisory", allowed: ["quay.io"], include: ["upstream-allowed"] },
  "workload-image-listed": { repositories: { listed: ["team/*"] } },
};

const preamble = `
const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const config = new pulumi.Config();
const lifecyclePolicy = JSON.stringify({ rules: [{ rulePriority: 1,
  selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 }, action: { type: "expire" } }] });
const template = (name, props) =>
  new aws.ecr.RepositoryCreationTemplate(name, { appliedFors: ["PULL_THROUGH_CACHE"], lifecyclePolicy, ...props });
const role = { arn: "arn:aws:iam::111122223333:role/ecr-templates" };
const scanning = { scanType: "BASIC", rules: [{ scanFrequency: "SCAN_ON_PUSH",
  repositoryFilters: ["quay/*", "hub/*"].map((filter) => ({ filter, filterType: "WILDCARD" })) }] };
`;
const ending = `new aws.ecr.RegistryScanningConfiguration("scanning", scanning);`;

describe("what the policies say to write", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  const preview = async (project: Project, program: string): Promise<Found[]> => {
    await project.setProgram(program);
    const file = join(project.directory, "policies.json");
    await writeFile(file, JSON.stringify(settings));
    const args = ["--policy-pack-config", file];
    const { eventLog, stderr } = await project.preview({ policyPack, args, expectFailure: true });
    assert.ok(eventLog.includes("policyEvent") || !stderr.includes("error:"), stderr);
    return findingsIn(eventLog).filter((finding) => !isUndecided(finding));
  };

  it("ends each finding in the next preview, and causes no other", async () => {
    const config = { hubUser: "shop", hubToken: "planted-token" };
    const project = await engine.project({ name: "advice", program: "", config });
    const write = (codeOf: (policy: string, row: Row) => string) =>
      [preamble, ...Object.entries(rows).map(([name, row]) => `{ ${row.program(codeOf(name, row))} }`), ending].join(
        "\n",
      );
    const found = await preview(
      project,
      write((_name, { wrong }) => wrong),
    );
    assert.deepEqual([...new Set(found.map(({ policy }) => policy))].sort(), Object.keys(rows).sort());
    const right = (name: string, row: Row) => {
      const message = found.find(({ policy }) => policy === name)?.message ?? "";
      return typeof row.right === "function" ? row.right(message) : (row.right ?? codeIn(name));
    };
    assert.deepEqual(await preview(project, write(right)), []);
  });

  it("turns scanning on where nothing configures it", async () => {
    const stack = (code: string) => `${preamble} template("t", { prefix: "quay" }); ${code}
      new aws.ecr.PullThroughCacheRule("r", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });`;
    const project = await engine.project({ name: "unscanned", program: "" });
    const found = await preview(project, stack(""));
    assert.deepEqual(
      found.map(({ policy }) => policy),
      ["rule-prefix-scanned"],
    );
    assert.deepEqual(await preview(project, stack(codeIn("rule-prefix-scanned"))), []);
  });

  it("is tried here for every policy but the audit, whose commands are for repositories that exist", () => {
    const others = policies.map(({ name }) => name).filter((name) => !(name in rows));
    assert.deepEqual(others, ["cached-repositories-audit", "not-decided"]);
  });
});

/** The code that a policy shows. */
function codeIn(name: string): string {
  const steps = policies.find((policy) => policy.name === name)?.remediationSteps ?? "";
  const code = /```js\n([\s\S]*?)\n```/.exec(steps)?.[1];
  assert.ok(code !== undefined, `${name} shows no code`);
  return code;
}
