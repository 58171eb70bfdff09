import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { RewriteReport } from "../../../component/rewrite/report";
import { createTransform, type RegionalRules } from "../../../component/rewrite/transform";
import { Monitor, REGION } from "../resources/monitor";

const url = (region: string) => `111122223333.dkr.ecr.${region}.amazonaws.com/quay`;
const rulesOf = (region: string) => [{ upstream: "quay.io", url: url(region) }];
const RULES = { [REGION]: rulesOf(REGION), "eu-west-1": rulesOf("eu-west-1") };
const KNOWN = pulumi.output(RULES) as unknown as RegionalRules;
const ECS = "aws:ecs/taskDefinition:TaskDefinition";
const APP = "quay.io/org/app:1";
const UNKNOWN = pulumi.output(pulumi.unknown);

/** Where a workload is, and the image that it gets, or undefined if it keeps its own. */
const PLACES: readonly (readonly [what: string, type: string, region: unknown, image: string | undefined])[] = [
  ["of the provider's Region", ECS, undefined, `${url(REGION)}/org/app:1`],
  ["with a Region of its own", ECS, "eu-west-1", `${url("eu-west-1")}/org/app:1`],
  ["whose Region is an Output", ECS, pulumi.output("eu-west-1"), `${url("eu-west-1")}/org/app:1`],
  ["in a Region that has no cache", ECS, "ap-south-1", undefined],
  ["without a Region", "aws-native:ecs:TaskDefinition", "eu-west-1", `${url(REGION)}/org/app:1`],
];

describe("a workload of a cache in several Regions", () => {
  const lines: string[] = [];
  const rewritten = async (type: string, region: unknown, byRegion = KNOWN) => {
    lines.length = 0;
    await Monitor.start();
    const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void lines.push(line) };
    const report = new RewriteReport(log, false);
    const transform = createTransform(rulesOf(REGION), {}, report, undefined, byRegion);
    const containerDefinitions = type.startsWith("aws-native") ? [{ image: APP }] : JSON.stringify([{ image: APP }]);
    const result = await transform({
      custom: true,
      type,
      name: "web",
      props: { containerDefinitions, region },
      opts: {},
    });
    await report.print();
    return result?.props.containerDefinitions;
  };

  for (const [what, type, region, image] of PLACES) {
    it(`${what} ${image ? "pulls from there" : "keeps its image, and that is said"}`, async () => {
      const changed = await rewritten(type, region);
      const found = typeof changed === "string" ? JSON.parse(changed) : changed;
      assert.deepEqual(found, image && [{ image }]);
      if (image === undefined)
        assert.deepEqual(lines, [
          '0 of 1 container images are pulled through the cache; 1 in a Region without the cache. The cache is not in ap-south-1: add it to "regions", or set rewriteImages.region to pull from one Region everywhere.',
        ]);
    });
  }

  it("whose Region is not known yet has an image that is not known yet", async () => {
    for (const [region, byRegion] of [
      [UNKNOWN, KNOWN],
      ["eu-west-1", UNKNOWN as unknown as RegionalRules],
    ] as const) {
      const { isKnown } = (await rewritten(ECS, region, byRegion)) as unknown as { isKnown: Promise<boolean> };
      assert.equal(await isKnown, false);
      assert.match(lines.join(), /1 not known before the update/);
    }
  });
});
