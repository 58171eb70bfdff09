import assert from "node:assert/strict";
import { validateLifecyclePolicy } from "../../../component/documents/lifecycle";
import { formatPath } from "../../../component/problems/print";
import {
  ARCHIVE,
  any,
  archived,
  EXPIRE,
  prefixed,
  problems,
  RULES,
  rule,
  rules,
  single,
  tagged,
  unpulled,
  untagged,
} from "./support";

const archivedUntagged = { ...archived, tagStatus: "untagged" };
const patterns = (...tagPatternList: string[]) => ({ ...tagged, tagPatternList });
const many = (count: number) =>
  rules(...Array.from({ length: count }, (_, index) => [patterns(`v${index}`), EXPIRE] as const));

/** Documents that ECR refuses, and the message at its path. */
const REFUSED: readonly (readonly [document: unknown, path: string, message: string])[] = [
  ["{", "", "must be a JSON document"],
  ["[]", "", "must be a JSON object"],
  [{}, "rules", "must be a list of rules"],
  [{ rules: [] }, "rules", "needs at least one rule"],
  [many(51), "rules", "ECR allows at most 50 rules"],
  [{ ...single(any), version: 1 }, "version", "unknown; known here: rules"],
  [{ rules: [{ ...rule(any), rulePriority: undefined }] }, "rules[0].rulePriority", "must be a whole number"],
  [{ rules: [rule(any, EXPIRE, 0)] }, "rules[0].rulePriority", "must be 1 or more"],
  [{ rules: [rule(any, EXPIRE, 1.5)] }, "rules[0].rulePriority", "must be a whole number"],
  [{ rules: [{ ...rule(any), description: 7 }] }, "rules[0].description", "must be a string"],
  [{ rules: [rule(untagged), rule(tagged)] }, "rules", "two rules have the same rulePriority"],
  [
    rules([any, EXPIRE], [untagged, EXPIRE]),
    "rules",
    "the rule with tagStatus any must have the highest rulePriority of storage class standard",
  ],
  [
    rules([archived, EXPIRE], [archivedUntagged, EXPIRE]),
    "rules",
    "the rule with tagStatus any must have the highest rulePriority of storage class archive",
  ],
  [
    rules([untagged, EXPIRE], [untagged, EXPIRE]),
    "rules",
    "only one rule of storage class standard may select untagged images",
  ],
  [
    rules([archivedUntagged, EXPIRE], [archivedUntagged, EXPIRE]),
    "rules",
    "only one rule of storage class archive may select untagged images",
  ],
  [
    rules([patterns("a", "b"), EXPIRE], [patterns("b", "a"), EXPIRE]),
    "rules",
    "two rules of storage class standard select the same tags",
  ],
  [rules([prefixed, EXPIRE], [prefixed, EXPIRE]), "rules", "two rules of storage class standard select the same tags"],
];

/** The same for one rule, with paths below it. */
const REFUSED_RULES: readonly (readonly [selection: object, path: string, message: string, action?: object])[] = [
  [{ ...any, tagPatterns: ["v"] }, "selection.tagPatterns", 'unknown; did you mean "tagPatternList"?'],
  [{ ...any, tagStatus: "all" }, "selection.tagStatus", "must be tagged, untagged or any"],
  [
    { ...tagged, tagPatternList: undefined },
    "selection.tagStatus",
    "tagged needs either tagPatternList or tagPrefixList",
  ],
  [{ ...tagged, tagPrefixList: ["v"] }, "selection.tagStatus", "tagged needs either tagPatternList or tagPrefixList"],
  [{ ...untagged, tagPatternList: ["v"] }, "selection.tagStatus", "untagged excludes tagPatternList and tagPrefixList"],
  [patterns(), "selection.tagPatternList", "cannot be empty"],
  [{ ...tagged, tagPatternList: "v" }, "selection.tagPatternList", "must be a list"],
  [patterns(""), "selection.tagPatternList[0]", "cannot be empty"],
  [patterns("a", "*a*b*c*d*"), "selection.tagPatternList", "a pattern has at most 4 '*'"],
  [patterns("a", "a b"), "selection.tagPatternList", "a pattern has 1 to 128 letters, digits, '.', '_', '-' and '*'"],
  [
    { ...any, countType: "imageCount" },
    "selection.countType",
    "must be imageCountMoreThan, sinceImagePushed, sinceImagePulled or sinceImageTransitioned",
  ],
  [{ ...untagged, countUnit: undefined }, "selection.countUnit", "sinceImagePushed needs the unit days"],
  [{ ...any, countUnit: "days" }, "selection.countUnit", "imageCountMoreThan has no unit"],
  [{ ...untagged, countUnit: "weeks" }, "selection.countUnit", "must be days"],
  [{ ...any, countNumber: 0 }, "selection.countNumber", "must be 1 or more"],
  [{ ...archived, countNumber: 89 }, "selection.countNumber", "an archived image is kept for at least 90 days"],
  [{ ...any, storageClass: "cold" }, "selection.storageClass", "must be standard or archive"],
  [
    { ...archived, storageClass: undefined },
    "selection.storageClass",
    "sinceImageTransitioned needs storageClass archive",
  ],
  [
    { ...any, storageClass: "archive" },
    "selection.storageClass",
    "imageCountMoreThan is only for storageClass standard",
  ],
  [archived, "action.type", "an archived image can only expire", ARCHIVE],
  [unpulled, "action.type", "sinceImagePulled can only archive: use transition, or sinceImagePushed to expire"],
  [any, "action.type", "must be expire or transition", { type: "delete" }],
  [any, "action.targetStorageClass", "transition needs the target archive", { type: "transition" }],
  [any, "action.targetStorageClass", "must be archive", { ...ARCHIVE, targetStorageClass: "cold" }],
  [any, "action.targetStorageClass", "expire has no target", { ...ARCHIVE, type: "expire" }],
];

describe("lifecycle policy document", () => {
  it("is accepted when it follows the rules", () => {
    for (const [selection, action] of RULES) assert.deepEqual(problems(single(selection, action)), []);
    for (const document of [
      { rules: [rule(any, EXPIRE, 9), rule(untagged, EXPIRE, 2), rule(tagged, EXPIRE, 1)] },
      { rules: [{ ...rule(any), description: "keeps what is used" }] },
      many(50),
      rules([patterns("v"), EXPIRE], [patterns("v", "b"), EXPIRE], [prefixed, EXPIRE]),
      rules([archivedUntagged, EXPIRE], [untagged, EXPIRE], [archived, EXPIRE], [unpulled, ARCHIVE]),
    ]) {
      assert.deepEqual(problems(document), [], JSON.stringify(document));
    }
  });

  for (const [document, path, message] of REFUSED) {
    it(`is refused as a whole: ${message}`, () => assert.deepEqual(problems(document), [`${path}: ${message}`]));
  }

  for (const [selection, path, message, action] of REFUSED_RULES) {
    it(`is refused for a rule: ${path} ${message}`, () =>
      assert.deepEqual(problems(single(selection, action)), [`rules[0].${path}: ${message}`]));
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
    assert.deepEqual(validateLifecyclePolicy("{}".padEnd(30_721), ["policy"]), [
      { path: ["policy"], message: "the document has 30721 characters; ECR allows 30720" },
    ]);
  });
});
