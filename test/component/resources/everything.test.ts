import assert from "node:assert/strict";
import { described } from "./described";
import everything from "./everything.json";
import { REGION } from "./monitor";
import { EVERYTHING, Programs } from "./programs";

type Everything = Record<string, { aliases?: string[] }>;

describe("everything that the component can create", () => {
  const programs = new Programs();
  const args = { ...EVERYTHING, tags: { team: "platform" } };

  it("is registered with its inputs and options, and nothing else is", async () => {
    await programs.run(args);
    assert.deepEqual(described(programs.monitor.requests), everything);
  });

  it("has the same inputs and options if its Region is given, and the Region is in its names", async () => {
    await programs.run({ ...args, regions: [REGION] });
    const withoutRegion = (all: object) => JSON.parse(JSON.stringify(all).replaceAll(`@${REGION}`, "")) as Everything;
    const found = withoutRegion(described(programs.monitor.requests));
    for (const [resource, description] of Object.entries(found)) {
      // The resources of alerts continue others only in this direction.
      if (/^(Event|Topic)/.test(resource)) delete description.aliases;
    }
    assert.deepEqual(found, withoutRegion(everything));
  });
});
