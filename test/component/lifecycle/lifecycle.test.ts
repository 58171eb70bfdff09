import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { LifecycleArgs } from "../../../component/args";
import { buildLifecyclePolicy, DEFAULT_LIFECYCLE } from "../../../component/lifecycle/build";
import { validateLifecyclePolicy } from "../../../component/lifecycle/validate";
import { settingsIssues, settingsWarnings } from "../../../component/plan/settings";
import { formatPath } from "../../../component/problems/issue";

/** All problems of a document, as `path: message`. */
function problems(document: unknown): string[] {
  const json = typeof document === "string" ? document : JSON.stringify(document);
  return validateLifecyclePolicy(json).map(({ path, message }) => `${formatPath(path)}: ${message}`);
}

const EXPIRE = { type: "expire" };
const ARCHIVE = { type: "transition", targetStorageClass: "archive" };
const untagged = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 };
const any = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 };
const tagged = { tagStatus: "tagged", tagPatternList: ["v*"], countType: "imageCountMoreThan", countNumber: 5 };
const archived = {
  tagStatus: "any",
  storageClass: "archive",
  countType: "sinceImageTransitioned",
  countUnit: "days",
  countNumber: 90,
};

function rule(selection: object, action: object = EXPIRE, rulePriority = 1) {
  return { rulePriority, selection, action };
}

function single(selection: object, action: object = EXPIRE) {
  return { rules: [rule(selection, action)] };
}

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

describe("lifecycle policy document", () => {
  it("is accepted when it follows the rules", () => {
    const accepted = [
      single(untagged),
      single(any),
      single(tagged),
      single({ ...tagged, tagPatternList: undefined, tagPrefixList: ["v"] }),
      single({ ...tagged, tagPatternList: ["*a*b*c*"] }),
      single({ ...any, storageClass: "standard" }),
      single({ ...any, countType: "sinceImagePulled", countUnit: "days" }, ARCHIVE),
      {
        rules: [
          rule({ ...any, countType: "sinceImagePulled", countUnit: "days" }, ARCHIVE, 1),
          rule(archived, EXPIRE, 2),
        ],
      },
      { rules: [rule(any, EXPIRE, 9), rule(untagged, EXPIRE, 2), rule(tagged, EXPIRE, 1)] },
      { rules: [{ ...rule(any), description: "keeps what is used" }] },
    ];
    for (const document of accepted) assert.deepEqual(problems(document), [], JSON.stringify(document));
  });

  const refused: [string, unknown, RegExp][] = [
    ["is JSON", "{", /^: must be a JSON document$/],
    ["is a map", "[]", /^: /],
    ["has rules", {}, /^rules: /],
    ["has at least one rule", { rules: [] }, /^rules: needs at least one rule$/],
    [
      "has at most 50 rules",
      { rules: Array.from({ length: 51 }, (_, i) => rule({ ...tagged, tagPatternList: [`v${i}`] }, EXPIRE, i + 1)) },
      /^rules: ECR allows at most 50 rules$/,
    ],
    [
      "has at most 30,720 characters",
      { rules: [{ ...rule(any), description: "x".repeat(30_720) }] },
      /^: the document has \d+ characters; ECR allows 30720$/,
    ],
    ["has no unknown field", { ...single(any), version: 1 }, /^version: unknown/],
    [
      "has no unknown field in a selection",
      single({ ...any, tagPatterns: ["v"] }),
      /selection\.tagPatterns: unknown; did you mean "tagPatternList"/,
    ],
    ["has a priority", { rules: [{ ...rule(any), rulePriority: undefined }] }, /^rules\[0\]\.rulePriority: /],
    ["has a priority of 1 or more", { rules: [rule(any, EXPIRE, 0)] }, /rulePriority: must be 1 or more$/],
    ["has a whole priority", { rules: [rule(any, EXPIRE, 1.5)] }, /rulePriority: must be a whole number$/],
    [
      "has unique priorities",
      { rules: [rule(untagged), rule(tagged)] },
      /^rules: two rules have the same rulePriority$/,
    ],
    ["knows three tag statuses", single({ ...any, tagStatus: "all" }), /tagStatus: must be tagged, untagged or any$/],
    ["needs patterns for tagged", single({ ...tagged, tagPatternList: undefined }), /tagStatus: tagged needs either/],
    ["takes one list for tagged", single({ ...tagged, tagPrefixList: ["v"] }), /tagStatus: tagged needs either/],
    ["takes no empty list", single({ ...tagged, tagPatternList: [] }), /tagPatternList: cannot be empty$/],
    ["takes no empty pattern", single({ ...tagged, tagPatternList: [""] }), /tagPatternList\[0\]: cannot be empty$/],
    [
      "takes no patterns for untagged",
      single({ ...untagged, tagPatternList: ["v"] }),
      /untagged excludes tagPatternList/,
    ],
    ["takes no prefixes for any", single({ ...any, tagPrefixList: ["v"] }), /any excludes tagPatternList/],
    [
      "takes four wildcards in a pattern",
      single({ ...tagged, tagPatternList: ["a", "*a*b*c*d*"] }),
      /tagPatternList: a pattern has at most 4 '\*'$/,
    ],
    ["knows four count types", single({ ...any, countType: "imageCount" }), /countType: must be imageCountMoreThan, /],
    [
      "needs a unit for days",
      single({ ...untagged, countUnit: undefined }),
      /countUnit: sinceImagePushed needs the unit days$/,
    ],
    [
      "needs a unit for pulled",
      single({ ...any, countType: "sinceImagePulled" }, ARCHIVE),
      /countUnit: sinceImagePulled needs/,
    ],
    [
      "needs a unit for transitioned",
      single({ ...archived, countUnit: undefined }),
      /countUnit: sinceImageTransitioned needs/,
    ],
    ["has no unit for a count", single({ ...any, countUnit: "days" }), /countUnit: imageCountMoreThan has no unit$/],
    ["knows days only", single({ ...untagged, countUnit: "weeks" }), /countUnit: must be days$/],
    ["has a count", single({ ...any, countNumber: undefined }), /countNumber: /],
    ["has a positive count", single({ ...any, countNumber: 0 }), /countNumber: must be 1 or more$/],
    ["has a whole count", single({ ...any, countNumber: 2.5 }), /countNumber: must be a whole number$/],
    [
      "knows two storage classes",
      single({ ...any, storageClass: "cold" }),
      /storageClass: must be standard or archive$/,
    ],
    [
      "expires from the archive by transition",
      single({ ...archived, storageClass: undefined }),
      /sinceImageTransitioned needs storageClass archive$/,
    ],
    [
      "counts in standard only",
      single({ ...any, storageClass: "archive" }),
      /imageCountMoreThan is only for storageClass standard$/,
    ],
    [
      "keeps in the archive for 90 days",
      single({ ...archived, countNumber: 89 }),
      /countNumber: an archived image is kept for at least 90 days$/,
    ],
    [
      "does not archive what is archived",
      single(archived, ARCHIVE),
      /action\.type: an archived image can only expire$/,
    ],
    [
      "does not expire by pulls",
      single({ ...any, countType: "sinceImagePulled", countUnit: "days" }),
      /action\.type: sinceImagePulled can only archive/,
    ],
    ["knows two actions", single(any, { type: "delete" }), /action\.type: must be expire or transition$/],
    [
      "has a target for a transition",
      single(any, { type: "transition" }),
      /targetStorageClass: transition needs the target archive$/,
    ],
    [
      "knows one target",
      single(any, { type: "transition", targetStorageClass: "cold" }),
      /targetStorageClass: must be archive$/,
    ],
    [
      "has no target to expire",
      single(any, { type: "expire", targetStorageClass: "archive" }),
      /targetStorageClass: expire has no target$/,
    ],
    [
      "has any last",
      { rules: [rule(any, EXPIRE, 1), rule(untagged, EXPIRE, 2)] },
      /tagStatus any must have the highest rulePriority of storage class standard$/,
    ],
    [
      "has any once in a storage class",
      { rules: [rule(any, EXPIRE, 1), rule(any, EXPIRE, 2)] },
      /tagStatus any must have the highest/,
    ],
    [
      "has untagged once",
      { rules: [rule(untagged, EXPIRE, 1), rule(untagged, EXPIRE, 2)] },
      /only one rule of storage class standard may select untagged/,
    ],
    [
      "selects the same tags once",
      {
        rules: [
          rule({ ...tagged, tagPatternList: ["a", "b"] }, EXPIRE, 1),
          rule({ ...tagged, tagPatternList: ["b", "a"] }, EXPIRE, 2),
        ],
      },
      /two rules of storage class standard select the same tags$/,
    ],
  ];
  for (const [title, document, message] of refused) {
    it(title, () => {
      const found = problems(document);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", message);
    });
  }

  it("reports every rule's problems at once, below the given path", () => {
    const json = JSON.stringify({
      rules: [rule({ ...any, countUnit: "days" }), rule({ ...untagged, countUnit: undefined })],
    });
    const at = validateLifecyclePolicy(json, ["defaults", "lifecycle", "policy"]).map(({ path }) => formatPath(path));
    assert.deepEqual(at, [
      "defaults.lifecycle.policy.rules[0].selection.countUnit",
      "defaults.lifecycle.policy.rules[1].selection.countUnit",
      "defaults.lifecycle.policy.rules",
    ]);
  });
});

describe("lifecycle settings", () => {
  const issues = (lifecycle: LifecycleArgs) =>
    settingsIssues({ lifecycle }, ["defaults"], []).map(({ path, message }) => `${formatPath(path)}: ${message}`);

  it("expire something", () => {
    assert.deepEqual(issues({}), ["defaults.lifecycle: expires nothing: give keepImages or expireAfterDays"]);
    assert.match(issues({ tagged: [] })[0] ?? "", /^defaults\.lifecycle\.tagged: needs at least one rule$/);
  });

  it("have one rule for any image", () => {
    assert.match(
      issues({ keepImages: 1, expireAfterDays: 1 })[0] ?? "",
      /^defaults\.lifecycle: .*either keepImages or/,
    );
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
    assert.match(
      issues({ tagged: [same, same] })[0] ?? "",
      /^defaults\.lifecycle\.tagged: two rules .* the same tags$/,
    );
  });

  it("exclude a document", () => {
    assert.deepEqual(issues({ policy: JSON.stringify(single(any)) }), []);
    assert.match(
      issues({ policy: JSON.stringify(single(any)), keepImages: 1 })[0] ?? "",
      /cannot be combined with other lifecycle settings/,
    );
    assert.match(issues({ policy: "{}" })[0] ?? "", /^defaults\.lifecycle\.policy\.rules: /);
  });
});

describe("lifecycle by last pull", () => {
  const issues = (lifecycle: LifecycleArgs) =>
    settingsIssues({ lifecycle }, [], []).map(({ path, message }) => `${formatPath(path)}: ${message}`);

  it("archives what nobody pulls and deletes it from the archive later, in a document that ECR accepts", () => {
    const document = buildLifecyclePolicy({
      expireUntaggedAfterDays: 30,
      archiveUnpulledAfterDays: 60,
      deleteArchivedAfterDays: 90,
    });
    assert.deepEqual(
      document.rules.slice(1).map(({ selection, action }) => [selection, action]),
      [
        [{ tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 60 }, ARCHIVE],
        [archived, EXPIRE],
      ],
    );
    assert.deepEqual(problems(document), []);
  });

  it("excludes the other rules for any image, and deletes from the archive only what is archived", () => {
    assert.deepEqual(issues({ keepImages: 5, archiveUnpulledAfterDays: 60 }), [
      "lifecycle: ECR allows one rule for any image: give either keepImages or archiveUnpulledAfterDays",
    ]);
    assert.deepEqual(issues({ keepImages: 5, deleteArchivedAfterDays: 90 }), [
      "lifecycle.deleteArchivedAfterDays: nothing is archived: give archiveUnpulledAfterDays too",
    ]);
  });

  it("warns in each preview that an archived image cannot be pulled", () => {
    const [warning, ...more] = settingsWarnings({ lifecycle: { archiveUnpulledAfterDays: 60 } }, ["defaults"]);
    assert.deepEqual(more, []);
    assert.equal(formatPath(warning?.path ?? []), "defaults.lifecycle.archiveUnpulledAfterDays");
    assert.match(warning?.message ?? "", /a pull of an archived image fails as not found/);
  });
});
