import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { assume, createRole, ecr, root } from "../support/aws";
import { cacheProgram, changed } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

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
    // A set: AWS gets its items in any order.
    return scanningConfiguration?.rules
      ?.flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter }) => filter))
      .sort();
  }

  async function sidsOf(client: ECRClient) {
    const { policyText = "" } = await client.send(new GetRegistryPolicyCommand({}));
    return JSON.parse(policyText).Statement.map(({ Sid }: { Sid: string }) => Sid);
  }

  const client = (region: string) => ecr(engine.aws, root("111122223333"), region);
  const OWN = /^PullThroughCache[0-9a-f]{8}1Principals$/;

  /** Another stack or person adds to both settings. */
  async function addAsOthers(client: ECRClient) {
    const { policyText = "" } = await client.send(new GetRegistryPolicyCommand({}));
    const policy = JSON.parse(policyText);
    policy.Statement.push({ ...REPLICATION, Sid: "Later" });
    await client.send(new PutRegistryPolicyCommand({ policyText: JSON.stringify(policy) }));
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    const filter = { filter: "later/*", filterType: "WILDCARD" as const };
    const rules = [{ scanFrequency: "MANUAL" as const, repositoryFilters: [filter] }];
    await client.send(
      new PutRegistryScanningConfigurationCommand({
        scanType: scanningConfiguration?.scanType,
        rules:
          scanningConfiguration?.rules?.map((rule) => ({
            ...rule,
            repositoryFilters: [...(rule.repositoryFilters ?? []), filter],
          })) ?? rules,
      }),
    );
  }

  it("keep what others wrote, and name it in the preview", async () => {
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
  });

  const GONE: readonly [string, string, (project: Project) => Promise<unknown>][] = [
    ["the stack is destroyed", "eu-west-1", (project) => project.destroy()],
    ["the stack is destroyed after a refresh", "eu-west-2", (project) => project.destroy({ args: ["--refresh"] })],
    [
      "the arguments are removed",
      "eu-west-3",
      async (project) => {
        await project.setProgram(cacheProgram("{ registries: { quay: {} } }"));
        await project.up();
      },
    ],
  ];
  for (const [what, name, go] of GONE) {
    it(`stay when ${what}, also what others wrote since the last update`, async () => {
      const region = client(name);
      const config = { "aws:region": name };
      const project = await engine.project({ name: `gone-${name}`, config, program: cacheProgram(args()) });
      await project.up();
      await addAsOthers(region);
      await go(project);
      const [own, later] = await sidsOf(region);
      assert.match(own ?? "", OWN);
      assert.equal(later, "Later");
      assert.deepEqual(await filtersOf(region), ["later/*", "quay/*"]);
    });
  }

  it("lose what others wrote only with overwrite, and the preview says so; then they go with the stack", async () => {
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
    await project.destroy();
    await assert.rejects(sidsOf(region), { name: "RegistryPolicyNotFoundException" });
    assert.deepEqual(await filtersOf(region), []);
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

  it("are not written by a deployer who may not read them, except with overwrite", async () => {
    const statement = (Effect: string, Action: string) => ({ Effect, Action, Resource: "*" });
    const policy = {
      Version: "2012-10-17",
      Statement: [statement("Allow", "*"), statement("Deny", "cloudformation:GetResource")],
    };
    const region = client("us-east-2");
    await setUp(region);
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
    for (const run of [project.preview, project.up]) {
      const { code, stdout, stderr } = await run({ expectFailure: true });
      assert.notEqual(code, 0);
      assert.match(
        stdout + stderr,
        /The registry (policy|scanning configuration) of us-east-2 cannot be read: .*needs the permissions cloudformation:GetResource and ecr:GetRegistry/s,
      );
      assert.doesNotMatch(stdout + stderr, /unhandled exception/);
    }
    assert.deepEqual(await filtersOf(region), ["prod/*"]);
    assert.deepEqual(await sidsOf(region), ["Replication"]);
    await project.setProgram(cacheProgram(args("overwrite: true")));
    const { stdout } = await project.up();
    assert.match(stdout, /of us-east-2 cannot be read: .*What others wrote there is removed/s);
    assert.deepEqual(await filtersOf(region), ["quay/*"]);
  });

  it("are managed by one component of a stack", async () => {
    const more = `new PullThroughCache("other", { registries: { k8s: {} }, scanning: {} });`;
    const config = { "aws:region": "ap-southeast-1" };
    const project = await engine.project({ name: "twice", config, program: cacheProgram(args(), { more }) });
    const { code, stdout, stderr } = await project.preview({ expectFailure: true });
    assert.notEqual(code, 0);
    assert.match(
      stdout + stderr,
      /scanning: (cache|other) manages it for ap-southeast-1 already: .* its scanningFilters/,
    );
  });

  describe("are still the component's own", () => {
    const access = (accounts: string, registries: string) =>
      cacheProgram(
        `{ registries: { ${registries} }, registryPolicy: {}, defaults: { access: { accounts: [${accounts}] } } }`,
      );
    const before = access('"777788889999", "666677778888"', "ghcr: { registry: 'quay' }, k8s: {}");
    const after = access('"777788889999"', "k8s: {}");

    /** Renames something, and returns the project that has it then. Its next update has the new name. */
    type Rename = (project: Project) => Promise<{ project: Project; env?: NodeJS.ProcessEnv; program?: string }>;
    const RENAMED: readonly [string, string, Rename][] = [
      ["nothing", "ap-south-1", async (project) => ({ project })],
      [
        "the stack is renamed",
        "ap-northeast-1",
        async (project) => {
          await project.pulumi(["stack", "rename", "renamed"]);
          return { project, env: { PULUMI_STACK: "renamed" } };
        },
      ],
      [
        "the project is renamed",
        "ap-northeast-2",
        async (project) => {
          await project.pulumi(["stack", "rename", "organization/another-project/test"]);
          const file = join(project.directory, "Pulumi.yaml");
          await writeFile(file, (await readFile(file, "utf8")).replace(/^name: .*/, "name: another-project"));
          return { project };
        },
      ],
      [
        "the component is renamed",
        "ap-northeast-3",
        async (project) => ({
          project,
          program: after.replace('"cache"', '"other"').replace(/\{\}\);/, '{ aliases: [{ name: "cache" }] });'),
        }),
      ],
      [
        "the component is moved to another stack",
        "ca-central-1",
        async (project) => {
          const target = await engine.project({ name: "moved", config: { "aws:region": "ca-central-1" }, program: "" });
          await target.up();
          const { resources = [] } = (await project.exportStack()).deployment;
          const component = resources.find(({ type }) => type.endsWith(":PullThroughCache"))?.urn ?? "";
          const [source, dest] = ["own-ca-central-1", "moved"].map((name) => `organization/${name}/test`);
          await project.pulumi(["state", "move", "--yes", "--source", source ?? "", "--dest", dest ?? "", component]);
          return { project: target };
        },
      ],
    ];
    for (const [what, name, rename] of RENAMED) {
      it(`if ${what}: what an entry and an account had goes in the same update`, async () => {
        const region = client(name);
        await setUp(region);
        const config = { "aws:region": name };
        const first = await engine.project({ name: `own-${name}`, config, program: before });
        await first.up();
        const { project, env, program = after } = await rename(first);
        await project.setProgram(program);
        await project.up({ env });
        const { policyText = "" } = await region.send(new GetRegistryPolicyCommand({}));
        const [others, own, ...more] = JSON.parse(policyText).Statement;
        assert.deepEqual([others.Sid, more], ["Replication", []]);
        assert.deepEqual(own.Principal, { AWS: ["arn:aws:iam::777788889999:root"] });
        assert.match(JSON.stringify(own.Resource), /repository\/k8s\/\*/);
        assert.doesNotMatch(policyText, /666677778888|ghcr/);
      });
    }

    it("if nobody has access any more: the policy gives nobody anything", async () => {
      const region = client("sa-east-1");
      const config = { "aws:region": "sa-east-1" };
      const project = await engine.project({ name: "nobody", config, program: before });
      await project.up();
      await project.setProgram(cacheProgram("{ registries: { k8s: {} }, registryPolicy: {} }"));
      const { stderr } = await project.preview();
      assert.match(stderr, /registryPolicy: lets nobody in/);
      await project.up();
      const { policyText = "" } = await region.send(new GetRegistryPolicyCommand({}));
      assert.doesNotMatch(policyText, /666677778888|777788889999/);
    });
  });
});
