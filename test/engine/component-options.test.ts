import assert from "node:assert/strict";
import { inventory } from "../support/aws";
import { cacheProgram, changed, nameOf } from "../support/cache";
import { type Engine, type ExportedStack, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const COMPONENT = "pull-through-cache:index:PullThroughCache";

/** One of every kind of resource that the component creates. */
const EVERYTHING = `{
  registries: {
    dockerhub: { secret: { readers: ["arn:aws:iam::${ACCOUNT}:root"] } },
    ecr: { registry: "999988887777.dkr.ecr.us-east-1.amazonaws.com" },
  },
  credentials: { dockerhub: { username: "user", accessToken: pulumi.secret("token") } },
  defaults: { resourceTags: { team: "platform" } },
  scanning: {},
  registryPolicy: { statements: [JSON.stringify({
    Effect: "Allow", Principal: { AWS: "arn:aws:iam::${ACCOUNT}:root" }, Action: "ecr:ReplicateImage", Resource: "*",
  })] },
  pullerRoles: { nodes: nodes.name },
}`;
const NODES = `new aws.iam.Role("nodes", { name: "nodes", assumeRolePolicy: JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
}) }`;
const PROVIDER = `
const provider = new aws.Provider("other", {
  region: "eu-west-1", accessKey: "AKIAROOT${OTHER}", secretKey: "local", skipMetadataApiCheck: true,
});
const nodes = ${NODES}, { provider });`;

describe("options of the component", () => {
  let engine: Engine;
  let project: Project;

  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "options" });
  });
  after(() => engine?.stop());

  async function children(): Promise<NonNullable<ExportedStack["deployment"]["resources"]>> {
    const { resources = [] } = (await project.exportStack()).deployment;
    return resources.filter(({ parent }) => parent?.includes(COMPONENT));
  }

  it("provider: reaches every child and every lookup", async () => {
    const options = "{ provider, protect: true, transforms: [transform] }";
    const transform = `
const transform = ({ type, props, opts }) =>
  type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary: "arn:aws:iam::aws:policy/AdministratorAccess" }, opts } : undefined;`;
    const more = "exports.urls = cache.urls;";
    await project.setProgram(cacheProgram(EVERYTHING, { before: PROVIDER + transform, options, more }));
    await project.up();
    const made = await children();
    assert.equal(made.length, 14);
    for (const { urn, provider } of made) {
      assert.match(provider ?? "", /pulumi:providers:aws::other::/, `${urn} has another provider`);
    }
    const { urls } = (await project.outputs()) as { urls: Record<string, string> };
    assert.equal(urls.dockerhub, `${OTHER}.dkr.ecr.eu-west-1.amazonaws.com/dockerhub`);
    assert.equal((await inventory(engine.aws, ACCOUNT)).empty, true);
  });

  it("protect: every child is protected, and nothing is destroyed", async () => {
    for (const { urn, protect } of await children()) assert.equal(protect, true, `${urn} is not protected`);
    const { code, stdout, stderr } = await project.destroy({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /protect/);
    assert.equal((await children()).length, 14);
  });

  it("transforms: see every child", async () => {
    const roles = (await children()).filter(({ type }) => type === "aws:iam/role:Role");
    assert.deepEqual(
      roles.map(({ inputs }) => inputs?.permissionsBoundary),
      ["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess"],
    );
  });

  it("aliases: a component with another name and parent keeps everything", async () => {
    const simple = `{ registries: { quay: {}, k8s: {} }, defaults: { resourceTags: { team: "platform" } } }`;
    await project.pulumi(["state", "unprotect", "--all", "--yes"]);
    // In the default provider's account are other resources: a provider of another account updates those in the state.
    await project.destroy();
    await project.setProgram(cacheProgram(simple));
    await project.up();
    const before = (await children()).map(({ id }) => id).sort();
    const renamed = `const parent = new pulumi.ComponentResource("example:index:Group", "group");
      new PullThroughCache("images", ${simple}, {
        parent, aliases: [{ name: "cache", parent: pulumi.rootStackResource }] });`;
    await project.setProgram(
      `const pulumi = require("@pulumi/pulumi"); const { PullThroughCache } = require("pulumi-pull-through-cache"); ${renamed}`,
    );
    const result = await project.up();
    assert.deepEqual(
      changed(result).filter((change) => !change.startsWith("create Group")),
      [],
    );
    const after = await children();
    assert.deepEqual(after.map(({ id }) => id).sort(), before);
    assert.ok(after.every(({ urn, parent }) => nameOf(urn).startsWith("images-") && nameOf(parent ?? "") === "images"));
  });
});
