import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCreationTemplateCommand,
  DescribeRepositoryCreationTemplatesCommand,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { control, ecr, inventory, root } from "../support/aws";
import { cacheProgram, changed } from "../support/cache";
import { type DeploymentResult, type Engine, type Project, startEngine } from "../support/engine";

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
    for (const regions of ["", `regions: ["us-east-1", "eu-west-1"],`]) {
      const args = `{ ${regions} ${CREDENTIALS}, registryPolicy: {}, defaults: { access: { accounts: ["${OTHER}"] } },
        registries: {
          dockerhub: {}, all: { registry: "quay", prefix: "ROOT" },
          other: { registry: "${OTHER}.dkr.ecr.us-east-1.amazonaws.com" },
          own: { registry: "${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com", createRole: false },
        } }`;
      const more = "exports.urls = cache.urls; exports.image = cache.image('nginx'); cache.grantPull(deployer);";
      await project.setProgram(cacheProgram(args, { before: ASSUMING, options: "{ provider }", more }));
      const preview = await project.preview();
      assert.doesNotMatch(preview.stdout, /undefined/);
      const up = await project.up();
      assert.deepEqual(changed(preview).sort(), changed(up).sort());
      assert.equal(
        ((await project.outputs()) as { image: string }).image,
        `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/dockerhub/library/nginx`,
      );
      assert.deepEqual(changed(await project.up()), []);
      await project.destroy();
    }
  });

  describe("waits while ECR does not see a new secret or role", () => {
    const hide = (fromEcrSeconds: number) =>
      control(engine.aws, "PUT", "faults", {
        rules: [
          { service: "secretsmanager", operation: "CreateSecret", kind: "hide", fromEcrSeconds },
          { service: "iam", operation: "CreateRole", kind: "hide", fromEcrSeconds },
        ],
      });
    const seconds = Number(process.env.INVISIBLE_SECONDS ?? 4);
    afterEach(() => control(engine.aws, "DELETE", "faults"));

    it("in a program", async () => {
      const project = await engine.project({ name: "waiting" });
      const args = `{ registries: { dockerhub: { resourceTags: { a: "b" } },
        other: { registry: "${OTHER}.dkr.ecr.us-east-1.amazonaws.com" } }, ${CREDENTIALS} }`;
      await project.setProgram(cacheProgram(args));
      await hide(seconds);
      const { stdout } = await project.up();
      assert.match(stdout, /retrying create due to on-error hook request/);
      assert.deepEqual((await inventory(engine.aws, ACCOUNT)).regions["us-east-1"]?.rules.slice().sort(), [
        "dockerhub",
        "other",
      ]);
      assert.deepEqual(changed(await project.up()), []);
    });

    it("as a plugin of other languages", async () => {
      const project = await engine.project({ name: "remote-waiting", program: REMOTE });
      const component = resolve(__dirname, "../../component");
      const plugins = `plugins:\n  providers:\n    - name: pull-through-cache\n      path: ${component}\n`;
      await appendFile(join(project.directory, "Pulumi.yaml"), plugins);
      await hide(seconds);
      const { stdout } = await project.up();
      assert.match(stdout, /retrying create due to on-error hook request/);
      assert.deepEqual((await inventory(engine.aws, ACCOUNT)).regions["us-east-1"]?.rules, ["dockerhub"]);
    });
  });

  describe("if resources already exist", () => {
    let project: Project;

    before(async () => {
      project = await engine.project({ name: "existing" });
    });

    const shown = ({ stdout, stderr }: DeploymentResult) => stdout + stderr;

    async function refused(args: string, more = ""): Promise<string> {
      await project.setProgram(cacheProgram(args, { more }));
      const preview = await project.preview({ expectFailure: true });
      assert.notEqual(preview.code, 0);
      return shown(preview);
    }

    async function byHand(prefix: string): Promise<void> {
      const client = ecr(engine.aws, root(ACCOUNT));
      await client.send(
        new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: prefix, upstreamRegistryUrl: "quay.io" }),
      );
      await client.send(
        new CreateRepositoryCreationTemplateCommand({
          prefix,
          appliedFor: ["PULL_THROUGH_CACHE"],
          description: "made by hand",
        }),
      );
    }

    it("says so in the preview, and adopts rule and template in one update, without replacing them", async () => {
      await byHand("quay");
      const before = await createdAt("quay");
      const text = await refused("{ registries: { quay: {}, k8s: {} } }");
      assert.match(text, /template "quay" in us-east-1 already exists.*"made by hand".*adopt: true.*another prefix/s);

      const adopting = "{ registries: { quay: { adopt: true }, k8s: {} } }";
      await project.setProgram(cacheProgram(adopting));
      const preview = await project.preview();
      const up = await project.up();
      assert.deepEqual(changed(preview).sort(), changed(up).sort());
      assert.deepEqual(changed(up).sort(), [
        "create PullThroughCacheRule cache-k8s",
        "create RepositoryCreationTemplate cache-k8s",
        "import PullThroughCacheRule cache-quay",
        "import RepositoryCreationTemplate cache-quay",
        "update RepositoryCreationTemplate cache-quay",
      ]);
      assert.equal(await createdAt("quay"), before);
      for (const args of [adopting, "{ registries: { quay: {}, k8s: {} } }"]) {
        await project.setProgram(cacheProgram(args));
        assert.deepEqual(changed(await project.up()), []);
      }
      await project.destroy();
    });

    async function createdAt(prefix: string): Promise<string | undefined> {
      const command = new DescribeRepositoryCreationTemplatesCommand({ prefixes: [prefix] });
      const { repositoryCreationTemplates = [] } = await ecr(engine.aws, root(ACCOUNT)).send(command);
      return repositoryCreationTemplates[0]?.createdAt?.toISOString();
    }

    it("adopts in each Region, and does not adopt its own resources there", async () => {
      await byHand("quay");
      const args = `{ registries: { quay: {} }, regions: ["us-east-1", "eu-west-1"], adopt: true }`;
      await project.setProgram(cacheProgram(args));
      const up = changed(await project.up());
      assert.ok(up.includes("import PullThroughCacheRule cache-quay@us-east-1"), up.join(", "));
      assert.ok(up.includes("create PullThroughCacheRule cache-quay@eu-west-1"), up.join(", "));
      assert.deepEqual(changed(await project.up()), []);
      await project.destroy();
    });

    it("names the secret of a rule that was retained, when it is adopted with another one", async () => {
      const args = (more: string) =>
        `{ registries: { ghcr: { ${more} } }, credentials: { ghcr: { username: "someone", accessToken: "invented" } } }`;
      await project.setProgram(cacheProgram(args(""), { options: "{ retainOnDelete: true }" }));
      await project.up();
      const { resources = [] } = (await project.exportStack()).deployment;
      const secret = resources.find(({ type }) => type === "aws:secretsmanager/secret:Secret")?.outputs?.arn;
      await project.destroy();
      await project.setProgram(cacheProgram(args("adopt: true")));
      const { stdout, stderr } = await project.up();
      assert.ok((stdout + stderr).includes(`that is adopted uses the secret ${secret}, and will use another`));
      await project.destroy();
    });

    it("refuses to adopt what would be replaced", async () => {
      await byHand("k8s");
      const text = await refused("{ registries: { k8s: {} }, adopt: true }");
      assert.match(text, /rule "k8s" in us-east-1 already exists.*quay\.io.*cannot be adopted.*another upstream/s);
    });

    it("adopts the role that an interrupted update left", async () => {
      const args = (more: string) => `{ registries: { quay: { resourceTags: { a: "b" } } }, ${more} }`;
      const iam = new IAMClient({ endpoint: engine.aws.url, region: "us-east-1", credentials: root(ACCOUNT) });
      const trust = { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" };
      await iam.send(
        new CreateRoleCommand({
          RoleName: "existing-test-cache-template",
          Description: "Lets Amazon ECR create the repositories of a pull through cache",
          AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
        }),
      );
      assert.match(await refused(args("")), /IAM role "existing-test-cache-template" already exists/);
      await project.setProgram(cacheProgram(args("adopt: true")));
      assert.ok(changed(await project.up()).includes("import Role cache-template"));
      await project.destroy();
      assert.equal((await inventory(engine.aws, ACCOUNT)).empty, true);
    });

    it("refuses two components that claim one prefix", async () => {
      const more = `new PullThroughCache("other", { registries: { images: { registry: "quay", prefix: "k8s" } } });`;
      const text = await refused("{ registries: { k8s: {} } }", more);
      assert.match(text, /"k8s" in us-east-1 is created twice, as (cache|other)-k8s and as (cache|other)-k8s/);
    });
  });
});
