import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { RegionalRules } from "../../../component/rewrite/transform";
import { Monitor, REGION } from "../resources/monitor";
import { inspect, rewrite } from "./support";

const url = (region: string) => `111122223333.dkr.ecr.${region}.amazonaws.com/quay`;
const rulesOf = (region: string) => [{ upstream: "quay.io", url: url(region) }];
const RULES = { [REGION]: rulesOf(REGION), "eu-west-1": rulesOf("eu-west-1") };
const KNOWN = pulumi.output(RULES) as unknown as RegionalRules;
const UNKNOWN = pulumi.output(pulumi.unknown);
const DAEMON = "aws:ecs/daemonTaskDefinition:DaemonTaskDefinition";

/** Where a workload is, and the Region that it pulls from, or undefined if it keeps its image. */
const PLACES: readonly (readonly [what: string, type: string, region: unknown, pulledFrom: string | undefined])[] = [
  ["of the provider's Region", DAEMON, undefined, REGION],
  ["with a Region of its own", DAEMON, "eu-west-1", "eu-west-1"],
  ["whose Region is an Output", DAEMON, pulumi.output("eu-west-1"), "eu-west-1"],
  ["in a Region that has no cache", DAEMON, "ap-south-1", undefined],
  ["without a Region", "aws-native:ecs:TaskDefinition", "eu-west-1", REGION],
];

describe("a workload of a cache in several Regions", () => {
  beforeEach(() => Monitor.start());

  const rewritten = async (type: string, region: unknown, byRegion = KNOWN) => {
    const given = { containerDefinitions: [{ image: "quay.io/org/app:1" }], region };
    const { props, infos } = await rewrite(type, given, {}, rulesOf(REGION), byRegion);
    return { image: (props as typeof given | undefined)?.containerDefinitions[0]?.image, infos };
  };

  for (const [what, type, region, pulledFrom] of PLACES) {
    it(`${what} ${pulledFrom ? "pulls from there" : "keeps its image, and that is said"}`, async () => {
      const { image, infos } = await rewritten(type, region);
      assert.equal(image, pulledFrom && `${url(pulledFrom)}/org/app:1`);
      const kept =
        '0 of 1 container images are pulled through the cache; 1 in a Region without the cache. The cache is not in ap-south-1: add it to "regions", or set rewriteImages.region to pull from one Region everywhere.';
      assert.deepEqual(infos, [pulledFrom ? "1 of 1 container images are pulled through the cache." : kept]);
    });
  }

  it("whose Region is not known yet has an image that is not known yet", async () => {
    for (const [region, byRegion] of [
      [UNKNOWN, KNOWN],
      ["eu-west-1", UNKNOWN as unknown as RegionalRules],
    ] as const) {
      const { image, infos } = await rewritten(DAEMON, region, byRegion);
      assert.deepEqual(await inspect(image), { secret: false, unknown: true });
      assert.match(infos.join(), /1 not known before the update/);
    }
  });
});
