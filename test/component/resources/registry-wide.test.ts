import assert from "node:assert/strict";
import type { PullThroughCacheArgs } from "../../../component/args";
import { PullThroughCache } from "../../../component/index";
import { statementMark } from "../../../component/plan/registry-wide";
import { ACCOUNT, Monitor, REGION } from "./monitor";
import { failing, OTHER, run } from "./programs";
import { Refusals } from "./refusals";

const SCANNING = "AWS::ECR::RegistryScanningConfiguration";
const POLICY = "AWS::ECR::RegistryPolicy";
const THEIRS: { readonly [type: string]: object } = {
  [SCANNING]: {
    ScanType: "BASIC",
    Rules: [{ ScanFrequency: "SCAN_ON_PUSH", RepositoryFilters: [{ Filter: "prod/*", FilterType: "WILDCARD" }] }],
  },
  [POLICY]: {
    // AWS also stores a statement without a list.
    PolicyText: { Statement: { Sid: "Theirs", Effect: "Deny", Principal: "*", Action: "*", Resource: "*" } },
  },
};

/** Answers to lookups of a registry's settings: the current settings, or the provider's error. */
const answering = (current: { readonly [type: string]: object } | string) => ({
  "aws:cloudcontrol/getResource:getResource": ({ typeName }: { typeName: string }) => {
    if (typeof current === "string") return failing(current)();
    return { properties: JSON.stringify(current[typeName] ?? {}) };
  },
});

describe("settings that a Region has once", () => {
  let monitor: Monitor;

  async function deploy(
    current: Parameters<typeof answering>[0],
    overwrite = false,
    isPreview = false,
    regions?: string[],
  ): Promise<void> {
    const registries: PullThroughCacheArgs["registries"] = { quay: { access: { accounts: [OTHER] } } };
    const args = { registries, regions, scanning: { overwrite }, registryPolicy: { overwrite } };
    ({ monitor } = await run(args, { answers: answering(current), isEngine: true, isPreview }));
  }

  it("keep what others wrote", async () => {
    await deploy(THEIRS);
    assert.deepEqual(
      monitor.calls.filter(({ token }) => token.startsWith("aws:cloudcontrol")).map(({ args }) => args),
      [SCANNING, POLICY].map((typeName) => ({ typeName, identifier: ACCOUNT })),
    );
    const filters = ["prod/*", "quay/*"].map((filter) => ({ filter, filterType: "WILDCARD" }));
    assert.deepEqual(monitor.find("RegistryScanningConfiguration", "cache").inputs, {
      region: REGION,
      scanType: "BASIC",
      rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: filters }],
    });
    const { policy } = monitor.find("RegistryPolicy", "cache").inputs;
    const { Version, Statement } = JSON.parse(String(policy)) as { Version: string; Statement: { Sid: string }[] };
    assert.equal(Version, "2012-10-17");
    assert.match(Statement.map(({ Sid }) => Sid).join(), /^Theirs,PullThroughCache[0-9a-f]{8}1Principals$/);
  });

  const FORMER: readonly [
    whose: string,
    rule: { registryId?: string; region?: string; name?: string },
    isOwn: boolean,
  ][] = [
    ["of this component", {}, true],
    ["of another account", { registryId: OTHER }, false],
    ["of another Region", { region: "eu-west-1" }, false],
    ["of another component", { name: "other-hub" }, false],
  ];
  for (const [whose, { registryId = ACCOUNT, region = REGION, name = "cache-hub" }, isOwn] of FORMER) {
    it(`${isOwn ? "lose" : "keep"} the statement for a removed rule ${whose}`, async () => {
      const Sid = `${statementMark("hub")}1Principals`;
      const Resource = [`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/hub/*`];
      const ofPartner = { Effect: "Allow", Principal: { AWS: OTHER }, Action: "ecr:BatchImportUpstreamImage" };
      const current = { [POLICY]: { PolicyText: { Statement: [{ ...ofPartner, Sid, Resource }] } } };
      const type = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
      const outputs = { ecrRepositoryPrefix: "hub", registryId, region };
      const state = { [`urn:pulumi:stack::project::${type}::${name}`]: { type, outputs } };
      const answers = {
        ...answering(current),
        "pulumi:pulumi:readStackResourceOutputs": { outputs: state },
      };
      const { monitor } = await run({ registries: { quay: {} }, registryPolicy: {} }, { answers, isEngine: true });
      const { Statement } = JSON.parse(String(monitor.find("RegistryPolicy", "cache").inputs.policy));
      assert.equal(
        Statement.some((one: { Sid: string }) => one.Sid === Sid),
        !isOwn,
      );
    });
  }

  it("let nobody in if nobody has access any more", async () => {
    const { monitor } = await run({ registries: { quay: {} }, registryPolicy: {} });
    const { Statement } = JSON.parse(String(monitor.find("RegistryPolicy", "cache").inputs.policy));
    const [{ Sid, ...statement }, ...others] = Statement;
    assert.match(Sid, /^PullThroughCache[0-9a-f]{8}Nobody$/);
    // The account's own policies decide for its users anyway.
    assert.deepEqual(statement, {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: "ecr:BatchImportUpstreamImage",
      Resource: [`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/quay/*`],
    });
    assert.deepEqual(others, []);
  });

  const refusals = new Refusals();
  before(() => refusals.start());
  after(() => refusals.end());

  async function refused(current: Parameters<typeof answering>[0], reason: RegExp, more = () => {}): Promise<void> {
    for (const isPreview of [true, false]) {
      await Monitor.start(answering(current), { isEngine: true, isPreview });
      const program = () => {
        new PullThroughCache("cache", { registries: { quay: {} }, scanning: {} });
        more();
      };
      await refusals.expect(program, reason);
    }
  }

  it("are managed by one component of a stack", async () => {
    const problem = /- scanning: (cache|other) manages it for us-east-1 already: .* its scanningFilters/;
    const other = { registries: { k8s: {} }, scanning: {} };
    await refused({}, problem, () => void new PullThroughCache("other", other));
  });

  for (const error of ["ThrottlingException: slow down", "AccessDeniedException: no", "the profile was not found"]) {
    it(`fail a preview and an update if they cannot be read: ${error}`, async () => {
      const start = `The registry scanning configuration of us-east-1 cannot be read: .*${error}`;
      const needed = "needs the permissions cloudformation:GetResource and ecr:GetRegistryScanningConfiguration";
      await refused(error, new RegExp(`${start}.*${needed}.*overwrite: true`, "s"));
    });
  }

  it("fail a preview and an update if they cannot be merged", async () => {
    await refused(
      { [SCANNING]: { ScanType: "ENHANCED" } },
      /- scanning: the Region has scan type ENHANCED\. Give scanType: "ENHANCED", or overwrite: true/,
    );
  });

  it("go with the stack only if they are its own as a whole", async () => {
    await deploy(THEIRS, true);
    for (const type of ["RegistryScanningConfiguration", "RegistryPolicy"])
      assert.equal(monitor.find(type, "cache").retainOnDelete, false);
  });

  it("report in a preview what happens to other people's content, once for each setting", async () => {
    const reported = (end: string, ...regions: string[]) =>
      regions
        .flatMap((region) => [
          `The registry policy of ${region} has content that others wrote ("Theirs"). ${end}`,
          `The registry scanning configuration of ${region} has content that others wrote (SCAN_ON_PUSH of prod/*). ${end}`,
        ])
        .sort();
    await deploy(THEIRS, false, true);
    assert.deepEqual([...monitor.log].sort(), reported("It is kept.", REGION));
    await deploy(THEIRS, true, true);
    assert.deepEqual([...monitor.log].sort(), reported("It is removed, because overwrite is true.", REGION));
    await deploy(THEIRS);
    assert.deepEqual(monitor.log, [], "an update does not repeat it");
    for (const overwrite of [false, true]) {
      await deploy({}, overwrite, true);
      assert.deepEqual(monitor.log, [], "there is nothing of others");
    }
    await deploy(THEIRS, false, true, ["eu-west-1", REGION]);
    assert.deepEqual([...monitor.log].sort(), reported("It is kept.", "eu-west-1", REGION));
  });

  it("are written without a word if nobody has set them, and with a warning if overwrite hides what is there", async () => {
    for (const error of ["ResourceNotFoundException: no policy", "couldn't find resource"]) {
      await deploy(error);
      assert.deepEqual(monitor.log, []);
      assert.ok(monitor.find("RegistryPolicy", "cache"));
    }
    await deploy("AccessDeniedException: no", true);
    assert.equal(monitor.log.length, 2);
    for (const line of monitor.log)
      assert.match(line, /cannot be read: .*AccessDenied.*\nWhat others wrote there is removed/s);
  });
});
