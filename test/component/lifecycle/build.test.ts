import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { LifecycleArgs } from "../../../component/args";
import { buildLifecyclePolicy, DEFAULT_LIFECYCLE } from "../../../component/lifecycle/build";
import { settingsIssues } from "../../../component/plan/settings";
import { ARCHIVE, archived, EXPIRE, problems, unpulled } from "../documents/support";

const days = (countNumber: number) => ({ countType: "sinceImagePushed", countUnit: "days", countNumber });
const newest = (countNumber: number) => ({ countType: "imageCountMoreThan", countNumber });

describe("lifecycle builder", () => {
  /** The rules of a document, whose priorities are their order. */
  const built = (settings: LifecycleArgs) =>
    buildLifecyclePolicy(settings).rules.map(({ rulePriority, description, selection, action }, index) => {
      assert.equal(rulePriority, index + 1);
      return [description, selection, action];
    });

  it("keeps the newest 50 images by default, and expires none by age, which would remove images of ECS services", () => {
    assert.deepEqual(built(DEFAULT_LIFECYCLE), [
      ["Keep the newest 50 images", { tagStatus: "any", ...newest(50) }, EXPIRE],
    ]);
  });

  it("puts tagged images first in their order, then untagged, then any", () => {
    const tagged = [
      { tagPatterns: ["release-*", "*-lts"], keepImages: 1 },
      { tagPatterns: ["nightly*"], expireAfterDays: 3 },
    ];
    assert.deepEqual(built({ expireAfterDays: 1, expireUntaggedAfterDays: 2, tagged }), [
      [
        "Keep the newest 1 image tagged release-* and *-lts",
        { tagStatus: "tagged", tagPatternList: ["release-*", "*-lts"], ...newest(1) },
        EXPIRE,
      ],
      [
        "Expire images after 3 days tagged nightly*",
        { tagStatus: "tagged", tagPatternList: ["nightly*"], ...days(3) },
        EXPIRE,
      ],
      ["Expire untagged images after 2 days", { tagStatus: "untagged", ...days(2) }, EXPIRE],
      ["Expire images after 1 day", { tagStatus: "any", ...days(1) }, EXPIRE],
    ]);
  });

  it("archives what nobody pulls, and deletes it from the archive", () => {
    const settings = { expireUntaggedAfterDays: 30, archiveUnpulledAfterDays: 1, deleteArchivedAfterDays: 90 };
    assert.deepEqual(built(settings).slice(1), [
      ["Archive images that were not pulled for 1 day", { ...unpulled, countNumber: 1 }, ARCHIVE],
      ["Delete archived images after 90 days", archived, EXPIRE],
    ]);
    assert.deepEqual(problems(buildLifecyclePolicy(settings)), []);
  });

  it("turns every valid setting into a document that ECR accepts, with the rule for any image last", () => {
    const count = fc.integer({ min: 1, max: 10_000 });
    const patterns = fc.uniqueArray(fc.stringMatching(/^[a-z0-9._-]{1,20}\*?$/), { minLength: 1, maxLength: 3 });
    const either = fc.oneof(fc.record({ keepImages: count }), fc.record({ expireAfterDays: count }));
    const taggedEntry = fc.tuple(patterns, either).map(([tagPatterns, kept]) => ({ tagPatterns, ...kept }));
    const settings: fc.Arbitrary<LifecycleArgs> = fc
      .tuple(
        either,
        fc.option(count, { nil: undefined }),
        fc.uniqueArray(taggedEntry, { maxLength: 10, selector: (entry) => [...entry.tagPatterns].sort().join(" ") }),
      )
      .map(([kept, expireUntaggedAfterDays, list]) => ({ ...kept, expireUntaggedAfterDays, tagged: list }));
    fc.assert(
      fc.property(settings, (lifecycle) => {
        const document = buildLifecyclePolicy(lifecycle);
        assert.deepEqual(problems(document), []);
        assert.deepEqual(settingsIssues({ lifecycle }, [], []), []);
        assert.deepEqual(
          document.rules.map(({ rulePriority }) => rulePriority),
          document.rules.map((_, index) => index + 1),
        );
        assert.equal(document.rules.at(-1)?.selection.tagStatus, "any");
      }),
    );
  });
});
