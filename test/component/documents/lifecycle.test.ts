import assert from "node:assert/strict";
import { validateLifecyclePolicy } from "../../../component/documents/lifecycle";
import { formatPath } from "../../../component/problems/print";
import { ARCHIVE, any, archived, EXPIRE, problems, rule, single, tagged, untagged } from "./support";

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
      { rules: Array.from({ length: 50 }, (_, i) => rule({ ...tagged, tagPatternList: [`v${i}`] }, EXPIRE, i + 1)) },
      {
        rules: [
          rule({ ...tagged, tagPatternList: ["a"] }, EXPIRE, 1),
          rule({ ...tagged, tagPatternList: ["a", "b"] }, EXPIRE, 2),
          rule({ ...tagged, tagPatternList: undefined, tagPrefixList: ["a"] }, EXPIRE, 3),
        ],
      },
      { rules: [rule({ ...archived, tagStatus: "untagged" }, EXPIRE, 1), rule(untagged, EXPIRE, 2)] },
    ];
    for (const document of accepted) assert.deepEqual(problems(document), [], JSON.stringify(document));
  });

  it("has 30,720 characters or fewer", () => {
    const of = (length: number) => JSON.stringify({ rules: [{ ...rule(any), description: "x".repeat(length) }] });
    const room = 30_720 - of(0).length;
    assert.deepEqual(validateLifecyclePolicy(of(room)), []);
    assert.deepEqual(validateLifecyclePolicy(of(room + 1), ["policy"]), [
      { path: ["policy"], message: "the document has 30721 characters; ECR allows 30720" },
    ]);
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
    [
      "takes only characters of tags in a pattern",
      single({ ...tagged, tagPatternList: ["a", "a b"] }),
      /^rules\[0\]\.selection\.tagPatternList: a pattern has 1 to 128 letters, digits, '\.', '_', '-' and '\*'$/,
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
      /selection\.storageClass: sinceImageTransitioned needs storageClass archive$/,
    ],
    [
      "counts in standard only",
      single({ ...any, storageClass: "archive" }),
      /selection\.storageClass: imageCountMoreThan is only for storageClass standard$/,
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
      "has any last in the archive too",
      { rules: [rule(archived, EXPIRE, 1), rule({ ...archived, tagStatus: "untagged" }, EXPIRE, 2)] },
      /^rules: the rule with tagStatus any must have the highest rulePriority of storage class archive$/,
    ],
    [
      "has untagged once in the archive",
      { rules: [1, 2].map((priority) => rule({ ...archived, tagStatus: "untagged" }, EXPIRE, priority)) },
      /^rules: only one rule of storage class archive may select untagged images$/,
    ],
    [
      "selects the same prefixes once",
      {
        rules: [1, 2].map((priority) =>
          rule({ ...tagged, tagPatternList: undefined, tagPrefixList: ["a"] }, EXPIRE, priority),
        ),
      },
      /^rules: two rules of storage class standard select the same tags$/,
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
