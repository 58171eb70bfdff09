import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCreationTemplateCommand,
  DescribeRepositoryCreationTemplatesCommand,
} from "@aws-sdk/client-ecr";
import { control, ecr, inventory, root } from "../support/aws";
import { cacheProgram, changed, deploy } from "../support/cache";
import { type Engine, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const CREDENTIALS = `credentials: { dockerhub: { username: "someone", accessToken: pulumi.secret("a-token") } }`;

/** A provider whose configuration is unknown until the role exists. */
const ASSUMING = `
const statement = (more) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
const deployer = new aws.iam.Role("deployer", { name: "deployer",
  assumeRolePolicy: statement({ Principal: { AWS: "arn:aws:iam::${ACCOUNT}:root" }, Action: "sts:AssumeRole" }) });
const policy = new aws.iam.RolePolicy("deployer", { role: deployer.name, policy: statement({ Action: "*", Resource: "*" }) });
const provider = new aws.Provider("assuming", { region: "us-east-1",
  assumeRoles: [{ roleArn: policy.policy.apply(() => deployer.arn) }] });`;

/** Registers the component as other languages do. */
const REMOTE = `
const pulumi = require("@pulumi/pulumi");
class PullThroughCache extends pulumi.ComponentResource {
  constructor(name, args) { super("pull-through-cache:index:PullThroughCache", name, args, {}, true); }
}
new PullThroughCache("cache", { registries: { dockerhub: {} }, ${CREDENTIALS} });`;

describe("the first update", () => {
  let engine: Engine;

  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());
  beforeEach(() => control(engine.aws, "POST", "reset"));

  it("works with a role of the same stack", async () => {
    const project = await engine.project({ name: "assuming" });
    const args = `{ ${CREDENTIALS}, registryPolicy: {}, defaults: { access: { accounts: ["${OTHER}"] } },
      registries: {
        dockerhub: {}, all: { registry: "quay", prefix: "ROOT" },
        other: { registry: "${OTHER}.dkr.ecr.us-east-1.amazonaws.com" },
        own: { registry: "${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com", createRole: false },
      } }`;
    const more = "exports.urls = cache.urls; exports.image = cache.image('nginx'); cache.grantPull(deployer);";
    await project.setProgram(cacheProgram(args, { before: ASSUMING, options: "{ provider }", more }));
    const preview = await project.preview();
    assert.doesNotMatch(preview.stdout, /undefined/);
    assert.deepEqual(changed(preview).sort(), changed(await project.up()).sort());
    const { image } = (await project.outputs()) as { image: string };
    assert.equal(image, `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/dockerhub/library/nginx`);
    assert.deepEqual(changed(await project.up()), []);
    await project.destroy();
  });

  it("waits while ECR does not see a new secret, also as a plugin of other languages", async () => {
    const project = await engine.project({ name: "remote-waiting", program: REMOTE });
    const component = resolve(__dirname, "../../component");
    const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${component}\n`;
    await appendFile(join(project.directory, "Pulumi.yaml"), plugins);
    const fromEcrSeconds = Number(process.env.INVISIBLE_SECONDS ?? 4);
    const rules = [{ service: "secretsmanager", operation: "CreateSecret", kind: "hide", fromEcrSeconds }];
    await control(engine.aws, "PUT", "faults", { rules });
    const { stdout } = await project.up();
    await control(engine.aws, "DELETE", "faults");
    assert.match(stdout, /retrying create due to on-error hook request/);
    assert.deepEqual((await inventory(engine.aws, ACCOUNT)).regions["us-east-1"]?.rules, ["dockerhub"]);
  });

  it("says in the preview what exists already, and adopts it in one update, without replacing anything", async () => {
    const client = ecr(engine.aws, root(ACCOUNT));
    const createdAt = async () => {
      const { repositoryCreationTemplates = [] } = await client.send(
        new DescribeRepositoryCreationTemplatesCommand({ prefixes: ["quay"] }),
      );
      return repositoryCreationTemplates[0]?.createdAt?.toISOString();
    };
    await client.send(
      new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }),
    );
    const template = { prefix: "quay", appliedFor: ["PULL_THROUGH_CACHE" as const], description: "made by hand" };
    await client.send(new CreateRepositoryCreationTemplateCommand(template));
    const before = await createdAt();
    const program = (quay: string) => cacheProgram(`{ registries: { quay: { ${quay} }, k8s: {} } }`);
    const project = await engine.project({ name: "existing", program: program("") });
    const { stdout, stderr } = await project.preview({ expectFailure: true });
    assert.match(
      stdout + stderr,
      /template "quay" in us-east-1 already exists.*"made by hand".*adopt: true.*another prefix/s,
    );

    assert.deepEqual(await deploy(project, program("adopt: true")), [
      "create PullThroughCacheRule cache-k8s",
      "create RepositoryCreationTemplate cache-k8s",
      "import PullThroughCacheRule cache-quay",
      "import RepositoryCreationTemplate cache-quay",
      "update RepositoryCreationTemplate cache-quay",
    ]);
    assert.equal(await createdAt(), before);
    for (const adopt of ["adopt: true", ""]) {
      await project.setProgram(program(adopt));
      assert.deepEqual(changed(await project.up()), []);
    }
  });
});
