import assert from "node:assert/strict";
import { discoveredRepositoryScans } from "../../../policy-pack/policies/discovered-repository-scans";
import { later, passes, repository, rule, run, undecidedFor } from "../support";

const scanned = { imageScanningConfiguration: { scanOnPush: true } };

describe("discovered-repository-scans", () => {
  const policy = discoveredRepositoryScans;
  const config = { cachePrefixes: ["quay"] };

  it("judges a repository by itself, below the prefixes of the configuration", async () => {
    const expected = ["a: The repository is not scanned on push."];
    assert.deepEqual((await run(policy, [repository("a")], config)).violations, expected);
    assert.deepEqual(await run(policy, [repository("a", scanned)], config), passes);
    assert.deepEqual(await run(policy, [repository("a", { name: "own/app" })], config), passes);
    assert.deepEqual(await run(policy, [rule("r"), repository("a")]), passes);
    const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "quay/*" }] }];
    const elsewhere = { scanningElsewhere: { "eu-central-1": { rules } } };
    assert.deepEqual(await run(policy, [repository("a")], { ...config, ...elsewhere }), passes);
    assert.deepEqual(await run(policy, [repository("a", { name: later })], config), undecidedFor(policy, "a"));
  });
});
