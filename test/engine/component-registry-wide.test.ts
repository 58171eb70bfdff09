import assert from "node:assert/strict";
import {
  type ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { ecr, root } from "../support/aws";
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

  /** A project that deploys to a Region of its own. */
  const start = (name: string, region: string, program: string) =>
    engine.project({ name, config: { "aws:region": region }, program });
  const client = (region: string) => ecr(engine.aws, root("111122223333"), region);
  const OWN = /^PullThroughCache[0-9a-f]{8}1Principals$/;

  /** Another stack or person adds to both settings. */
  async function addAsOthers(client: ECRClient) {
    const { policyText = "" } = await client.send(new GetRegistryPolicyCommand({}));
    const policy = JSON.parse(policyText);
    policy.Statement.push({ ...REPLICATION, Sid: "Later" });
    await client.send(new PutRegistryPolicyCommand({ policyText: JSON.stringify(policy) }));
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    const { scanType, rules } = scanningConfiguration ?? {};
    rules?.[0]?.repositoryFilters?.push({ filter: "later/*", filterType: "WILDCARD" });
    await client.send(new PutRegistryScanningConfigurationCommand({ scanType, rules }));
  }

  it("keep what others wrote, and name it in the preview", async () => {
    const region = client("us-east-1");
    await setUp(region);
    const project = await engine.project({ name: "keep", program: cacheProgram(args()) });
    const { stdout, stderr } = await project.preview();
    const said = stdout + stderr;
    assert.match(
      said,
      /The registry policy of us-east-1 has content that others wrote \("Replication"\)\. It is kept\./,
    );
    assert.match(
      said,
      /scanning configuration of us-east-1 has content .* \(SCAN_ON_PUSH of prod\/\*\)\. It is kept\./,
    );
    await project.up();
    const sids = await sidsOf(region);
    assert.equal(sids[0], "Replication");
    assert.match(sids[1] ?? "", OWN);
    assert.deepEqual(await filtersOf(region), ["prod/*", "quay/*"]);
    assert.deepEqual(changed(await project.up()), []);
  });

  const GONE: readonly [string, string, (project: Project) => Promise<unknown>][] = [
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
      const project = await start(`gone-${name}`, name, cacheProgram(args()));
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
    const project = await start("overwrite", "eu-central-1", cacheProgram(args("overwrite: true")));
    const { stdout, stderr } = await project.preview();
    assert.match(stdout + stderr, /that others wrote \("Replication"\)\. It is removed, because overwrite is true\./);
    await project.up();
    assert.deepEqual(await filtersOf(region), ["quay/*"]);
    assert.equal((await sidsOf(region)).length, 1);
    await project.destroy();
    await assert.rejects(sidsOf(region), { name: "RegistryPolicyNotFoundException" });
    assert.deepEqual(await filtersOf(region), []);
  });

  describe("are still the component's own", () => {
    const access = (accounts: string, registries: string) =>
      cacheProgram(
        `{ registries: { ${registries} }, registryPolicy: {}, defaults: { access: { accounts: [${accounts}] } } }`,
      );
    const before = access('"777788889999", "666677778888"', "ghcr: { registry: 'quay' }, k8s: {}");
    const after = access('"777788889999"', "k8s: {}");

    /** Renames something, and returns the project that has it then. Its next update has the new name. */
    type Rename = (project: Project) => Promise<{ project: Project; program?: string }>;
    const RENAMED: readonly [string, string, Rename][] = [
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
          const target = await start("moved", "ca-central-1", "");
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
        const first = await start(`own-${name}`, name, before);
        await first.up();
        const { project, program = after } = await rename(first);
        await project.setProgram(program);
        await project.up();
        const { policyText = "" } = await region.send(new GetRegistryPolicyCommand({}));
        const [others, own, ...more] = JSON.parse(policyText).Statement;
        assert.deepEqual([others.Sid, more], ["Replication", []]);
        assert.deepEqual(own.Principal, { AWS: ["arn:aws:iam::777788889999:root"] });
        assert.match(JSON.stringify(own.Resource), /repository\/k8s\/\*/);
        assert.doesNotMatch(policyText, /666677778888|ghcr/);
      });
    }
  });
});
