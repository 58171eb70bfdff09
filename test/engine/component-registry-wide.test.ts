import assert from "node:assert/strict";
import {
  type ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { assume, createRole, ecr, root } from "../support/aws";
import { cacheProgram, changed } from "../support/cache";
import { type Engine, startEngine } from "../support/engine";

const REPLICATION = {
  Sid: "Replication",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::444455556666:root" },
  Action: "ecr:ReplicateImage",
  Resource: "*",
};

const args = (more = "") => `{
  registries: { quay: { access: { accounts: ["777788889999"] } } },
  scanning: { ${more} }, registryPolicy: { ${more} },
}`;

describe("registry-wide settings", () => {
  let engine: Engine;
  before(async () => {
    engine = await startEngine();
  });
  after(() => engine?.stop());

  async function setUp(client: ECRClient) {
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [REPLICATION] });
    await client.send(new PutRegistryPolicyCommand({ policyText }));
    const filter = { filter: "prod/*", filterType: "WILDCARD" as const };
    const rules = [{ scanFrequency: "SCAN_ON_PUSH" as const, repositoryFilters: [filter] }];
    await client.send(new PutRegistryScanningConfigurationCommand({ scanType: "BASIC", rules }));
  }

  async function filtersOf(client: ECRClient) {
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    return scanningConfiguration?.rules?.flatMap(({ repositoryFilters = [] }) =>
      repositoryFilters.map(({ filter }) => filter),
    );
  }

  async function sidsOf(client: ECRClient) {
    const { policyText = "" } = await client.send(new GetRegistryPolicyCommand({}));
    return JSON.parse(policyText).Statement.map(({ Sid }: { Sid: string }) => Sid);
  }

  const client = (region: string) => ecr(engine.aws, root("111122223333"), region);
  const OWN = /^PullThroughCache[0-9a-f]{8}1Principals$/;

  it("keep what others wrote, name it in the preview, and stay with it when the stack is destroyed", async () => {
    const region = client("us-east-1");
    await setUp(region);
    const project = await engine.project({ name: "keep", program: cacheProgram(args()) });
    const preview = await project.preview();
    const said = preview.stdout + preview.stderr;
    assert.match(
      said,
      /The registry policy of us-east-1 has content that others wrote \("Replication"\)\. It is kept\./,
    );
    assert.match(
      said,
      /The registry scanning configuration of us-east-1 has content that others wrote \(SCAN_ON_PUSH of prod\/\*\)\. It is kept\./,
    );
    await project.up();
    const sids = await sidsOf(region);
    assert.equal(sids[0], "Replication");
    assert.match(sids[1] ?? "", OWN);
    assert.deepEqual(await filtersOf(region), ["prod/*", "quay/*"]);
    assert.deepEqual(changed(await project.up()), []);

    const destroyed = await project.destroy();
    assert.match(destroyed.stdout, /RegistryPolicy cache delet.*\[retain\]|RegistryPolicy.*retain/);
    assert.deepEqual(await sidsOf(region), sids);
    assert.deepEqual(await filtersOf(region), ["prod/*", "quay/*"]);
  });

  it("return to the defaults when the stack is destroyed, if nobody else has set them", async () => {
    const project = await engine.project({
      name: "alone",
      config: { "aws:region": "eu-west-1" },
      program: cacheProgram(args()),
    });
    const region = client("eu-west-1");
    const { stdout } = await project.up();
    assert.doesNotMatch(stdout, /what others wrote|cannot be read/);
    assert.match((await sidsOf(region))[0] ?? "", OWN);
    await project.destroy();
    await assert.rejects(sidsOf(region), { name: "RegistryPolicyNotFoundException" });
    assert.deepEqual(await filtersOf(region), []);
  });

  it("lose what others wrote only with overwrite, and the preview says so", async () => {
    const region = client("eu-central-1");
    await setUp(region);
    const config = { "aws:region": "eu-central-1" };
    const project = await engine.project({ name: "overwrite", config, program: cacheProgram(args("overwrite: true")) });
    const { stdout, stderr } = await project.preview();
    assert.match(
      stdout + stderr,
      /has content that others wrote \("Replication"\)\. It is removed, because overwrite is true\./,
    );
    await project.up();
    assert.deepEqual(await filtersOf(region), ["quay/*"]);
    assert.equal((await sidsOf(region)).length, 1);
  });

  it("are refused in the preview if they cannot be merged", async () => {
    const region = client("us-west-2");
    await setUp(region);
    const project = await engine.project({
      name: "mixed",
      config: { "aws:region": "us-west-2" },
      program: cacheProgram('{ registries: { quay: {} }, scanning: { scanType: "ENHANCED" } }'),
    });
    const { code, stdout, stderr } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    const said = stdout + stderr;
    assert.match(
      said,
      /scanning: the Region has scan type BASIC, with rules that others wrote \(SCAN_ON_PUSH of prod\/\*\)\./,
    );
    assert.doesNotMatch(said, /unhandled exception|transform failed/);
    assert.deepEqual(await filtersOf(region), ["prod/*"]);
  });

  it("are written with a warning by a deployer who may not read them", async () => {
    const statement = (Effect: string, Action: string) => ({ Effect, Action, Resource: "*" });
    const policy = {
      Version: "2012-10-17",
      Statement: [statement("Allow", "*"), statement("Deny", "cloudformation:GetResource")],
    };
    const deployer = await assume(engine.aws, await createRole(engine.aws, "111122223333", "deployer", policy));
    const project = await engine.project({
      name: "blind",
      config: { "aws:region": "us-east-2" },
      program: cacheProgram(args()),
      env: {
        AWS_ACCESS_KEY_ID: deployer.accessKeyId,
        AWS_SECRET_ACCESS_KEY: deployer.secretAccessKey,
        AWS_SESSION_TOKEN: deployer.sessionToken,
      },
    });
    const { stdout } = await project.up();
    assert.match(
      stdout,
      /The registry policy of us-east-2 cannot be read without the permissions cloudformation:GetResource and ecr:GetRegistryPolicy, so what others wrote there is overwritten/,
    );
    assert.deepEqual(await filtersOf(client("us-east-2")), ["quay/*"]);
  });
});
