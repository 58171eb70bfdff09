import assert from "node:assert/strict";
import type { LifecycleArgs } from "../../../component/args";
import { lifecycleWarnings, planLifecycle } from "../../../component/plan/lifecycle";
import type { Issue } from "../../../component/problems/issue";
import { formatPath } from "../../../component/problems/print";
import { ARCHIVE, any, archived, EXPIRE, rules, single, unpulled } from "../documents/support";

const AT = ["defaults", "lifecycle"];

function issues(lifecycle: LifecycleArgs): string[] {
  const found: Issue[] = [];
  planLifecycle(lifecycle, AT, found);
  return found.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

describe("lifecycle settings", () => {
  it("expire something", () => {
    assert.deepEqual(issues({}), ["defaults.lifecycle: expires nothing: give keepImages or expireAfterDays"]);
    assert.deepEqual(issues({ tagged: [] }), ["defaults.lifecycle.tagged: needs at least one rule"]);
  });

  it("have one rule for any image", () => {
    const start = "defaults.lifecycle: ECR allows one rule for any image: give either";
    assert.deepEqual(issues({ keepImages: 1, expireAfterDays: 1 }), [`${start} keepImages or expireAfterDays`]);
    assert.deepEqual(issues({ expireAfterDays: 1, archiveUnpulledAfterDays: 1 }), [
      `${start} expireAfterDays or archiveUnpulledAfterDays`,
    ]);
  });

  it("have one count for tagged images", () => {
    for (const entry of [{ tagPatterns: ["a"] }, { tagPatterns: ["a"], keepImages: 1, expireAfterDays: 1 }]) {
      assert.deepEqual(issues({ tagged: [entry] }), [
        "defaults.lifecycle.tagged[0]: give either keepImages or expireAfterDays",
      ]);
    }
  });

  it("report what ECR refuses of the patterns at the setting", () => {
    assert.deepEqual(issues({ keepImages: 1, tagged: [{ tagPatterns: ["*****"], keepImages: 1 }] }), [
      "defaults.lifecycle.tagged[0].tagPatterns: a pattern has at most 4 '*'",
    ]);
    const same = { tagPatterns: ["a"], keepImages: 1 };
    assert.deepEqual(issues({ tagged: [same, same] }), [
      "defaults.lifecycle.tagged: two rules of storage class standard select the same tags",
    ]);
  });

  it("exclude a document", () => {
    assert.deepEqual(issues({ policy: JSON.stringify(single(any)) }), []);
    assert.deepEqual(issues({ policy: JSON.stringify(single(any)), keepImages: 1 }), [
      "defaults.lifecycle.policy: the document cannot be combined with other lifecycle settings",
    ]);
    assert.deepEqual(issues({ policy: JSON.stringify(single(any)), keepImages: undefined }), []);
    assert.deepEqual(issues({ policy: "{}" }), ["defaults.lifecycle.policy.rules: must be a list of rules"]);
  });
});

describe("lifecycle by last pull", () => {
  it("excludes the other rules for any image, and deletes from the archive only what is archived", () => {
    assert.deepEqual(issues({ keepImages: 5, archiveUnpulledAfterDays: 60 }), [
      "defaults.lifecycle: ECR allows one rule for any image: give either keepImages or archiveUnpulledAfterDays",
    ]);
    assert.deepEqual(issues({ keepImages: 5, deleteArchivedAfterDays: 90 }), [
      "defaults.lifecycle.deleteArchivedAfterDays: nothing is archived: give archiveUnpulledAfterDays too",
    ]);
  });

  it("warns that several tag patterns select only images with a tag for each", () => {
    const tagged = [
      { tagPatterns: ["v*"], keepImages: 9 },
      { tagPatterns: ["v*", "prod-*"], keepImages: 5 },
    ];
    const [patterns] = lifecycleWarnings({ tagged }, AT);
    assert.deepEqual(patterns?.path, ["defaults", "lifecycle", "tagged", 1, "tagPatterns"]);
    assert.match(patterns.message, /only if it has a tag for each of these patterns/);
  });

  it("warns in each preview that an archived image cannot be pulled", () => {
    const [warning, ...more] = lifecycleWarnings({ archiveUnpulledAfterDays: 60 }, AT);
    assert.deepEqual(more, []);
    assert.equal(formatPath(warning?.path ?? []), "defaults.lifecycle.archiveUnpulledAfterDays");
    assert.match(warning?.message ?? "", /a pull of an archived image fails as not found/);
  });

  it("warns of a document that archives with any of its rules, and not of one that ECR refuses", () => {
    const warned = (policy: string) => lifecycleWarnings({ policy }, AT).map(({ path }) => formatPath(path));
    const both = rules([unpulled, ARCHIVE], [archived, EXPIRE]);
    assert.deepEqual(warned(JSON.stringify(both)), ["defaults.lifecycle.policy"]);
    for (const other of [JSON.stringify(single(any)), JSON.stringify({ ...both, version: 1 }), "{", "{}"])
      assert.deepEqual(warned(other), [], other);
  });
});
