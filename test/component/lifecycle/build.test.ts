import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { LifecycleArgs } from "../../../component/args";
import { buildLifecyclePolicy, DEFAULT_LIFECYCLE } from "../../../component/lifecycle/build";
import { settingsIssues } from "../../../component/plan/settings";
import { problems } from "../documents/support";

describe("lifecycle builder", () => {
  it("keeps the newest 50 images by default, and expires none by age, which would remove images of ECS services", () => {
    assert.deepEqual(buildLifecyclePolicy(DEFAULT_LIFECYCLE), {
      rules: [
        {
          rulePriority: 1,
          description: "Keep the newest 50 images",
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
          action: { type: "expire" },
        },
      ],
    });
  });

  it("puts tagged images first in their order, then untagged, then any", () => {
    const document = buildLifecyclePolicy({
      expireAfterDays: 1,
      expireUntaggedAfterDays: 2,
      tagged: [
        { tagPatterns: ["release-*", "*-lts"], keepImages: 1 },
        { tagPatterns: ["nightly*"], expireAfterDays: 3 },
      ],
    });
    assert.deepEqual(document.rules, [
      {
        rulePriority: 1,
        description: "Keep the newest 1 image tagged release-* and *-lts",
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["release-*", "*-lts"],
          countType: "imageCountMoreThan",
          countNumber: 1,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: "Expire images after 3 days tagged nightly*",
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["nightly*"],
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: 3,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 3,
        description: "Expire untagged images after 2 days",
        selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 2 },
        action: { type: "expire" },
      },
      {
        rulePriority: 4,
        description: "Expire images after 1 day",
        selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 },
        action: { type: "expire" },
      },
    ]);
  });

  it("archives what nobody pulls, and deletes it from the archive", () => {
    const archived = (archiveUnpulledAfterDays: number, deleteArchivedAfterDays: number) =>
      buildLifecyclePolicy({ archiveUnpulledAfterDays, deleteArchivedAfterDays }).rules;
    assert.deepEqual(archived(30, 90), [
      {
        rulePriority: 1,
        description: "Archive images that were not pulled for 30 days",
        selection: { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 30 },
        action: { type: "transition", targetStorageClass: "archive" },
      },
      {
        rulePriority: 2,
        description: "Delete archived images after 90 days",
        selection: {
          tagStatus: "any",
          storageClass: "archive",
          countType: "sinceImageTransitioned",
          countUnit: "days",
          countNumber: 90,
        },
        action: { type: "expire" },
      },
    ]);
    assert.match(archived(1, 90)[0]?.description ?? "", / 1 day$/);
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
