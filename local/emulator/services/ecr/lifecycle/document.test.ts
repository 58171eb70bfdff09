import assert from "node:assert/strict";
import { checkLifecyclePolicy } from "./document";

const any = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 };
const tagged = { ...any, tagStatus: "tagged", tagPatternList: ["v*"] };
const expire = { type: "expire" };
const archived = {
  tagStatus: "any",
  storageClass: "archive",
  countType: "sinceImageTransitioned",
  countUnit: "days",
  countNumber: 90,
};
const rule = (selection: object, more: object = {}) => ({ rulePriority: 1, selection, action: expire, ...more });
const rules = (...list: unknown[]) => JSON.stringify({ rules: list });

const REFUSED: readonly (readonly [text: string, reason: string])[] = [
  ["{", "the policy is not valid JSON"],
  ["[]", "the policy must be an object"],
  ["null", "the policy must be an object"],
  ["{}", "rules must be a list"],
  [JSON.stringify({ rules: [rule(any)], version: 1 }), "the policy holds the unknown property version"],
  [rules("x"), "a rule must be an object"],
  [rules(rule(any, { enabled: true })), "a rule holds the unknown property enabled"],
  [rules(rule(any, { rulePriority: "1" })), "rulePriority must be an integer of at least 1"],
  [rules(rule(any, { description: 1 })), "description must be a string"],
  [rules({ rulePriority: 1, action: expire }), "selection must be an object"],
  [rules({ rulePriority: 1, selection: any }), "action must be an object"],
  [rules(rule({ ...any, tags: [] })), "selection holds the unknown property tags"],
  [rules(rule({ ...any, tagStatus: "all" })), "tagStatus must be tagged, untagged or any"],
  [
    rules(rule({ ...any, tagPatternList: ["a"] })),
    "tagPatternList and tagPrefixList cannot be used with tagStatus any",
  ],
  [
    rules(rule({ ...any, tagStatus: "untagged", tagPrefixList: ["a"] })),
    "tagPatternList and tagPrefixList cannot be used with tagStatus untagged",
  ],
  [rules(rule({ ...tagged, tagPatternList: [] })), "tagPatternList must be a list with at least one item"],
  [rules(rule({ ...tagged, tagPatternList: "v*" })), "tagPatternList must be a list with at least one item"],
  [rules(rule({ ...tagged, tagPatternList: ["v*", 1] })), "tagPatternList must hold non-empty strings"],
  [
    rules(rule({ ...tagged, tagPatternList: undefined, tagPrefixList: [""] })),
    "tagPrefixList must hold non-empty strings",
  ],
  [rules(rule({ ...tagged, tagPatternList: ["a b"] })), "a b is no pattern of image tags"],
  [rules(rule({ ...tagged, tagPatternList: ["x".repeat(129)] })), `${"x".repeat(129)} is no pattern of image tags`],
  [rules(rule({ ...tagged, tagPatternList: ["*a*b*c*d*"] })), "a tag pattern holds at most 4 wildcards"],
  [rules(rule({ ...any, storageClass: "glacier" })), "storageClass must be standard or archive"],
  [rules(rule({ ...any, storageClass: "archive" })), "imageCountMoreThan requires storageClass standard"],
  [rules(rule({ ...archived, storageClass: undefined })), "sinceImageTransitioned requires storageClass archive"],
  [rules(rule(any, { action: { type: "expire", days: 1 } })), "action holds the unknown property days"],
  [rules(rule(any, { action: {} })), "action type must be expire or transition"],
  [
    rules(rule(archived, { action: { type: "transition", targetStorageClass: "archive" } })),
    "sinceImageTransitioned can be used with action expire only",
  ],
  [
    rules(rule({ ...any, countType: "sinceImagePulled", countUnit: "days" })),
    "sinceImagePulled cannot be used with action expire",
  ],
  [
    rules(rule({ ...any, countType: "sinceImagePushed", countUnit: "hours" })),
    "countUnit must be days with sinceImagePushed",
  ],
  [
    rules(
      rule({ ...tagged, tagPatternList: ["a", "b"] }),
      rule({ ...tagged, tagPatternList: ["b", "a", "a"] }, { rulePriority: 2 }),
    ),
    "each rule needs a set of tag patterns or prefixes of its own",
  ],
  [
    rules(rule(archived), rule({ ...archived, tagStatus: "untagged" }, { rulePriority: 2 })),
    "a rule with tagStatus any must have the highest rulePriority",
  ],
];

describe("emulator: the document of a lifecycle policy", () => {
  for (const [text, reason] of REFUSED) {
    it(`is refused because ${reason.slice(0, 80)}: ${text.slice(0, 120)}`, () => {
      assert.throws(() => checkLifecyclePolicy(text), {
        name: "InvalidParameterException",
        message: `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
      });
    });
  }

  it("is read in the order of priority, with patterns, prefixes, counts and storage classes", () => {
    const read = checkLifecyclePolicy(
      rules(
        rule(any, { rulePriority: 30, description: "the rest" }),
        rule({ ...tagged, tagPatternList: ["*a*b*c*d", "x".repeat(128)] }, { rulePriority: 20 }),
        rule({ ...tagged, tagPatternList: undefined, tagPrefixList: ["a"] }, { rulePriority: 10 }),
        rule({ ...tagged, tagPatternList: undefined, tagPrefixList: ["b"] }, { rulePriority: 11 }),
        rule({ ...tagged, tagPatternList: ["a"] }, { rulePriority: 12 }),
        rule(archived, { rulePriority: 40 }),
        rule(
          { ...any, tagStatus: "untagged", countType: "sinceImagePulled", countUnit: "days", storageClass: "standard" },
          { rulePriority: 5, action: { type: "transition", targetStorageClass: "archive" } },
        ),
      ),
    );
    assert.deepEqual(
      read.map(({ priority, tagStatus, countType, countNumber, storageClass, action }) => [
        priority,
        tagStatus,
        countType,
        countNumber,
        storageClass,
        action,
      ]),
      [
        [5, "untagged", "sinceImagePulled", 3, "standard", "transition"],
        [10, "tagged", "imageCountMoreThan", 3, "standard", "expire"],
        [11, "tagged", "imageCountMoreThan", 3, "standard", "expire"],
        [12, "tagged", "imageCountMoreThan", 3, "standard", "expire"],
        [20, "tagged", "imageCountMoreThan", 3, "standard", "expire"],
        [30, "any", "imageCountMoreThan", 3, "standard", "expire"],
        [40, "any", "sinceImageTransitioned", 90, "archive", "expire"],
      ],
    );
    assert.deepEqual(
      read.map(({ tagPatterns, tagPrefixes }) => [tagPatterns.length, tagPrefixes.length]),
      [
        [0, 0],
        [0, 1],
        [0, 1],
        [1, 0],
        [2, 0],
        [0, 0],
        [0, 0],
      ],
    );
  });
});
