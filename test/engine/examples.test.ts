import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CreatePullThroughCacheRuleCommand, DeleteRegistryPolicyCommand } from "@aws-sdk/client-ecr";
import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { type LocalAws, rootCredentials } from "../../local";
import { assume, control, ecr, type Identity, inventory, pull, root, secretsManager } from "../support/aws";
import { type DeploymentResult, type Engine, type Project, startEngine } from "../support/engine";
import { comparable, printedResult, type Readme, readReadme } from "./examples/readme";
import { createAdministrator, createRole, iam, trust } from "./examples/roles";

const examples = resolve(__dirname, "../../examples");
const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const MEMBER = "777788889999";
const ORGANIZATION = "o-a1b2c3d4e5";
const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const NOTHING = { create: 0, update: 0, replace: 0, delete: 0 };

interface Example {
  readonly project: Project;
  readonly readme: Readme;
  configure(step?: number): Promise<void>;
}

describe("examples", () => {
  let engine: Engine;
  let aws: LocalAws;
  before(async () => {
    engine = await startEngine({ organizations: { [ORGANIZATION]: [ACCOUNT, OTHER, MEMBER] } });
    aws = engine.aws;
  });
  after(() => engine?.stop());
  afterEach(() => control(aws, "POST", "reset"));

  async function open(name: string, values = {}, directory = join(examples, name)): Promise<Example> {
    const project = await engine.project({ name, directory });
    const readme = readReadme(directory, values);
    const configure = async (step = 0) => {
      for (const command of readme.steps[step] ?? []) await project.pulumi(command);
    };
    return { project, readme, configure };
  }

  /** Deploys as the README says, and compares the output with the one in the README. */
  async function deploy({ project, readme, configure }: Example): Promise<DeploymentResult> {
    await configure();
    const preview = await project.preview();
    const up = await project.up();
    assert.deepEqual(summary(preview), summary(up), "the preview shows what the update does");
    assert.equal(printedResult(up.stdout), comparable(readme.printed[0] ?? ""), "the README shows what is printed");
    return up;
  }

  /** A second update changes nothing, and destroying leaves nothing of the cache behind. */
  async function finish({ project }: Example): Promise<void> {
    const { same, ...changes } = (await project.up()).changes;
    assert.deepEqual(changes, NOTHING);
    assert.ok(same > 0);
    await project.destroy();
    for (const [region, left] of Object.entries((await inventory(aws, ACCOUNT)).regions)) {
      const { rules, templates, secrets } = left;
      assert.deepEqual({ rules, templates }, { rules: [], templates: [] }, region);
      // The program does not own a secret that it was given.
      assert.deepEqual(
        secrets.filter((secret) => secret !== HAND_MADE_SECRET),
        [],
        region,
      );
    }
  }

  it("quickstart: a token from the config, and an image from Docker Hub", async () => {
    const example = await open("quickstart");
    const refused = await example.project.preview({ expectFailure: true });
    assert.notEqual(refused.code, 0);
    for (const [, , , , key] of example.readme.steps[0]?.filter((words) => words.includes("--secret")) ?? []) {
      const command = `pulumi config set --secret --path '${key}'`;
      assert.ok(`${refused.stdout}${refused.stderr}`.includes(command), `the error gives the command ${command}`);
    }
    await deploy(example);
    const { nginx } = (await example.project.outputs()) as { nginx: string };
    assert.equal((await pull(aws, nginx, root(ACCOUNT))).status, 200);
    const { regions } = await inventory(aws, ACCOUNT);
    assert.deepEqual(regions["us-east-1"]?.repositories, ["dockerhub/library/nginx"]);
    await finish(example);
  });

  it("existing-stack: existing rules and a secret are adopted, not created again", async () => {
    const region = "eu-west-1";
    const { ARN: secret = "" } = await secretsManager(aws, root(ACCOUNT), region).send(
      new CreateSecretCommand({
        Name: HAND_MADE_SECRET,
        SecretString: JSON.stringify({ username: "demo-user", accessToken: "demo-token" }),
      }),
    );
    await ecr(aws, root(ACCOUNT), region).send(
      new CreatePullThroughCacheRuleCommand({
        ecrRepositoryPrefix: "dockerhub",
        upstreamRegistryUrl: "registry-1.docker.io",
        credentialArn: secret,
      }),
    );
    const example = await open("existing-stack", {
      [`arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:${HAND_MADE_SECRET}-AbCdEf`]: secret,
    });
    const { project } = example;
    const index = await readFile(join(project.directory, "index.js"), "utf8");
    await project.setProgram(await readFile(join(project.directory, "before.js"), "utf8"));
    await project.up();
    await project.setProgram(index);

    const { steps } = await deploy(example);
    const done = (type: string) => steps.filter((step) => step.type === type).map(({ op }) => op);
    assert.deepEqual(done(RULE).sort(), ["import", "same"]);
    assert.deepEqual(done("aws:ecr/repository:Repository"), ["same"]);
    assert.deepEqual(done("aws:secretsmanager/secret:Secret"), []);
    const { urls } = (await project.outputs()) as { urls: Record<string, string> };
    assert.equal((await pull(aws, `${urls.dockerhub}/library/nginx:1.27`, root(ACCOUNT))).status, 200);
    await finish(example);
    assert.deepEqual((await inventory(aws, ACCOUNT)).regions[region]?.secrets, [HAND_MADE_SECRET]);
  });

  it("yaml-file: two files, and a mistake that is reported with its place", async () => {
    const example = await open("yaml-file");
    await deploy(example);
    await finish(example);
    const file = join(example.project.directory, "public.yaml");
    await appendFile(file, `${example.readme.yaml[0]}\n`);
    const refused = await example.project.preview({ expectFailure: true });
    const [, error = ""] =
      /error: (PullThroughCache.*(?:\n {2}- .*)*)/.exec(`${refused.stdout}${refused.stderr}`) ?? [];
    assert.equal(comparable(error.trim()), comparable(example.readme.printed[1] ?? ""));
  });

  it("template: `pulumi new` makes a project that deploys, and says what to set", async () => {
    const maker = await engine.project({ name: "maker", program: "" });
    const directory = join(maker.directory, "company-cache");
    const options = ["--dir", directory, "--yes", "--offline", "--generate-only"];
    const { stdout } = await maker.pulumi(["new", join(examples, "template"), ...options]);
    const example = await open("company-cache", {}, directory);
    const [commands = []] = example.readme.steps;
    assert.equal(commands.length, 2);
    for (const [, , , , key] of commands) assert.ok(stdout.includes(`pulumi config set --secret --path '${key}'`), key);

    await example.configure();
    await example.project.up();
    const { urls } = (await example.project.outputs()) as { urls: { dockerhub: string } };
    assert.equal((await pull(aws, `${urls.dockerhub}/library/nginx:1.27`, root(ACCOUNT))).status, 200);
    assert.match(await readFile(join(example.project.directory, "Pulumi.yaml"), "utf8"), /^name: company-cache$/m);
    await finish(example);
  });

  it("eks: the node role pulls what charts ask for", async () => {
    const example = await open("eks");
    const nodeRole = await createRole(aws, "eks-nodes", ACCOUNT);
    await deploy(example);
    const images = await imagesOf(example.project);
    assert.deepEqual(images, example.readme.printed[1]?.split(/\s+/));
    const kept = images.filter((image) => !image.startsWith(`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/`));
    assert.deepEqual(kept, ["registry.example.com/metrics/proxy:2.4"]);

    const nodes = await assume(aws, nodeRole);
    const others = await assume(aws, await createRole(aws, "others", ACCOUNT));
    for (const image of images.filter((image) => !kept.includes(image))) {
      assert.equal((await pull(aws, image, nodes)).status, 200, image);
      await assert.rejects(pull(aws, image, others), { name: "AccessDeniedException" });
    }
    await finish(example);
  });

  it("ecs-fargate: the execution role pulls what the task definition asks for", async () => {
    const example = await open("ecs-fargate");
    await deploy(example);
    const { containers } = (await example.project.outputs()) as { containers: string[] };
    const [nginx = ""] = containers.map((container) => container.replace(/^\w+: /, ""));
    const { roles } = await inventory(aws, ACCOUNT);
    const execution = await asRole(
      aws,
      `arn:aws:iam::${ACCOUNT}:role/${roles.find((name) => /^execution-/.test(name))}`,
    );
    assert.equal((await pull(aws, nginx, execution)).status, 200);
    await finish(example);
  });

  it("multi-region: a pull in each Region, and another Region that changes nothing else", async () => {
    const example = await open("multi-region");
    await deploy(example);
    const { nginx } = (await example.project.outputs()) as { nginx: Record<string, string> };
    assert.deepEqual(Object.keys(nginx).sort(), ["eu-west-1", "us-east-1"]);
    for (const image of Object.values(nginx)) assert.equal((await pull(aws, image, root(ACCOUNT))).status, 200, image);

    await example.configure(1);
    const { same, create, ...others } = (await example.project.up()).changes;
    assert.deepEqual(others, { update: 0, replace: 0, delete: 0 });
    assert.ok(create === 6 && same === 13, "two rules, two templates, a secret and its version are new");
    await finish(example);
  });

  it("organization: the accounts that may pull, and those that may not", async () => {
    const example = await open("organization");
    await createAdministrator(aws, OTHER, ACCOUNT);
    await deploy(example);
    const { urls, nodeRoleArn } = (await example.project.outputs()) as {
      urls: Record<string, string>;
      nodeRoleArn: string;
    };
    const pullers: [string, Identity, number, number][] = [
      ["an account outside of the organization", root("222222222222"), 403, 403],
      ["the role of the consumer", await asRole(aws, nodeRoleArn), 200, 200],
      ["another account of the organization", root(MEMBER), 200, 403],
    ];
    // First pulls, and then pulls of what is cached.
    for (const [who, identity, hub, quay] of [...pullers, ...pullers]) {
      assert.equal((await pull(aws, `${urls.dockerhub}/library/nginx:1.27`, identity)).status, hub, who);
      assert.equal((await pull(aws, `${urls.quay}/prometheus/prometheus:v3.0.1`, identity)).status, quay, who);
    }
    await finish(example);
  });

  it("ecr-to-ecr: only the other account's statement allows pulls", async () => {
    const region = "eu-central-1";
    const example = await open("ecr-to-ecr");
    await createAdministrator(aws, OTHER, ACCOUNT);
    // The platform's own repositories, filled by a cache there.
    const upstream = ecr(aws, root(OTHER), region);
    const rule = { ecrRepositoryPrefix: "base", upstreamRegistryUrl: "quay.io" };
    await upstream.send(new CreatePullThroughCacheRuleCommand(rule));
    for (const name of ["prometheus/prometheus:v3.0.1", "argoproj/argocd:v2.14.0"]) {
      const { status } = await pull(aws, `${OTHER}.dkr.ecr.${region}.amazonaws.com/base/${name}`, root(OTHER));
      assert.equal(status, 200);
    }

    await deploy(example);
    const { urls } = (await example.project.outputs()) as { urls: Record<string, string> };
    assert.equal((await pull(aws, `${urls.platform}/prometheus/prometheus:v3.0.1`, root(ACCOUNT))).status, 200);
    await finish(example);

    await example.project.up();
    await upstream.send(new DeleteRegistryPolicyCommand({}));
    assert.notEqual((await pull(aws, `${urls.platform}/argoproj/argocd:v2.14.0`, root(ACCOUNT))).status, 200);
  });

  it("platform-and-apps: apps of two accounts pull through the platform's cache", async () => {
    const start = (name: string, config: Record<string, string>, env?: NodeJS.ProcessEnv) =>
      engine.project({ name, directory: join(examples, "platform-and-apps", name), config, env });
    const platform = await start("platform", {});
    await platform.configSet("accounts[0]", OTHER, { path: true });
    const web = await start("web", { platform: "organization/platform/test" });
    const reports = await start("reports", { platform: "organization/platform/test" }, rootCredentials(OTHER));

    const early = await web.preview({ expectFailure: true });
    assert.notEqual(early.code, 0, "an app's preview fails while the platform is not deployed");
    await platform.up();
    for (const app of [web, reports]) {
      const preview = await app.preview();
      assert.deepEqual(summary(preview), summary(await app.up()));
      const { role, image } = (await app.outputs()) as { role: string; image: string };
      assert.match(image, new RegExp(`^${ACCOUNT}\\.dkr\\.ecr\\.us-east-1\\.amazonaws\\.com/quay/`));
      assert.equal((await pull(aws, image, await asRole(aws, role))).status, 200, image);
      const { same, ...changes } = (await app.up()).changes;
      assert.deepEqual(changes, NOTHING);
    }
    for (const project of [reports, web, platform]) await project.destroy();
  });

  it("declare the packages that they use, and the component's peers", () => {
    const programs = readdirSync(examples, { recursive: true, encoding: "utf8" }).filter(
      (file) => basename(file) === "index.js" && !file.includes("node_modules"),
    );
    assert.ok(programs.length >= 10, programs.join());
    for (const program of programs) assertDependencies(join(examples, dirname(program)));
  });
});

const HAND_MADE_SECRET = "ecr-pullthroughcache/hub";

/** The operation on each resource. A preview reports a component twice. */
function summary({ steps }: DeploymentResult): string[] {
  return [...new Set(steps.map(({ op, urn }) => `${op} ${urn}`))].sort();
}

function assertDependencies(directory: string): void {
  const sources = readdirSync(directory).filter((file) => file.endsWith(".js"));
  const required = sources
    .flatMap((file) => [...readFileSync(join(directory, file), "utf8").matchAll(/(?<!\.)\brequire\("([^."][^"]*)"\)/g)])
    .map(([, name = ""]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? "");
  const { dependencies } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  const expected = new Set([...required, "@pulumi/aws", "@pulumi/pulumi"]);
  assert.deepEqual(Object.keys(dependencies), [...expected].sort(), directory);
}

/** The images of all Kubernetes workloads in the stack. */
async function imagesOf(project: Project): Promise<string[]> {
  const { deployment } = await project.exportStack();
  const inputs = deployment.resources?.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
  return [...JSON.stringify(inputs).matchAll(/"image":"([^"]+)"/g)].map(([, image = ""]) => image).sort();
}

/** A session of a role that trusts only a service. The test lets the account's root assume it too. */
async function asRole(aws: LocalAws, arn: string): Promise<Identity> {
  const [, , , , account = ""] = arn.split(":");
  const RoleName = arn.split("/").at(-1);
  await iam(aws, account).send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust(account) }));
  return assume(aws, arn);
}
