import assert from "node:assert/strict";
import { described } from "./described";
import everything from "./everything.json";
import { REGION } from "./monitor";
import { EVERYTHING, run } from "./programs";

type Everything = Record<string, { aliases?: string[]; dependencies?: string[]; onError?: string[] }>;

const ELSEWHERE = "ap-south-1";

describe("everything that the component can create", () => {
  const registered = async (regions?: string[]) =>
    described((await run({ ...EVERYTHING, regions })).monitor.requests) as Everything;
  const isOfAlerts = (resource: string) => /^(Event|Topic)/.test(resource);

  it("is registered with its inputs and options, and nothing else is", async () => {
    assert.deepEqual(await registered(), everything);
  });

  it("has the same inputs and options if its Region is given, and the Region is in its names", async () => {
    const withoutRegion = (all: object) => JSON.parse(JSON.stringify(all).replaceAll(`@${REGION}`, "")) as Everything;
    const found = withoutRegion(await registered([REGION]));
    for (const { dependencies } of Object.values(found)) dependencies?.sort();
    for (const [resource, description] of Object.entries(found).filter(([resource]) => isOfAlerts(resource))) {
      // They continue others only in this direction.
      assert.deepEqual(description.aliases, [resource.split(" ")[1]]);
      delete description.aliases;
    }
    assert.deepEqual(found, withoutRegion(everything));
  });

  it("is the same in each further Region, continues nothing there, and says what to run if a Region fails", async () => {
    const found = await registered([REGION, ELSEWHERE]);
    const added = Object.entries(found).filter(([resource]) => resource.includes(`@${ELSEWHERE}`));
    for (const [resource, { aliases = [], ...description }] of added) {
      const { aliases: _, ...atHome } = found[resource.replace(ELSEWHERE, REGION)] ?? {};
      assert.deepEqual(JSON.parse(JSON.stringify(description).replaceAll(ELSEWHERE, REGION)), atHome, resource);
      assert.deepEqual(aliases, isOfAlerts(resource) ? [] : [resource.split(" ")[1]]);
      if (/^(Pull\w+Rule|Secret) /.test(resource)) assert.equal(description.onError?.length, 1, resource);
    }
    assert.equal(added.length, Object.keys(everything).filter((resource) => `${resource}@${REGION}` in found).length);
  });
});
