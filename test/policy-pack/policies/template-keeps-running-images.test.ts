import assert from "node:assert/strict";
import { templateKeepsRunningImages } from "../../../policy-pack/policies/template-keeps-running-images";
import { later, lifecycleOf, passes, run, template, undecidedFor } from "../support";
import { archive, days, expire, keep, rules, tagged } from "./lifecycles";

describe("template-keeps-running-images", () => {
  const policy = templateKeepsRunningImages;
  const judge = (lifecyclePolicy: unknown, config: object = {}) =>
    run(policy, [template("t", { lifecyclePolicy })], config);

  it("passes what keeps images for a week or several of them, and what another policy reports", async () => {
    for (const lifecycle of [
      lifecycleOf(keep(2)),
      lifecycleOf(days("untagged", 14), keep(50)),
      lifecycleOf(days("any", 30)),
      // One image at a time has the tag.
      lifecycleOf(keep(1, tagged("latest")), keep(10)),
      // The rule for all tags above it takes every image away from it.
      lifecycleOf({ ...days("tagged", 30), ...tagged("*") }, days("tagged", 1, tagged("v*"))),
      rules(archive(1, { tagStatus: "any" })),
      "not JSON",
      undefined,
    ]) {
      assert.deepEqual(await judge(lifecycle), passes, String(lifecycle));
    }
    const other = template("t", { appliedFors: ["REPLICATION"], lifecyclePolicy: lifecycleOf(keep(1)) });
    assert.deepEqual(await run(policy, [other]), passes);
  });

  it("reports one image and one day, each with what it takes away", async () => {
    assert.deepEqual((await judge(lifecycleOf(keep(1)))).violations, [
      "t: The lifecyclePolicy keeps only 1 image: the next one takes the place of one that may still run.",
    ]);
    assert.deepEqual((await judge(lifecycleOf(days("untagged", 1), days("any", 6)))).violations, [
      "t: The lifecyclePolicy expires untagged images 1 day after their push, even if they still run.",
      "t: The lifecyclePolicy expires images 6 days after their push, even if they still run.",
    ]);
    const archived = days("any", 90, { storageClass: "archive", countType: "sinceImageTransitioned" });
    const both = rules(archive(1, { tagStatus: "any" }), expire(2, archived));
    assert.deepEqual(await judge(both, { fewestDays: 100 }), passes, "what is in the archive does not run");
    assert.equal((await judge(lifecycleOf(keep(3)), { fewestImages: 4 })).violations.length, 1);
  });

  it("waits for a lifecycle policy that is not known yet", async () => {
    assert.deepEqual(await judge(later), undecidedFor(policy, "t"));
  });
});
