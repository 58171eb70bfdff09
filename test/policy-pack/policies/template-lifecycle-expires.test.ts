import assert from "node:assert/strict";
import { defaultKeepImages } from "../../../policy-pack/aws/lifecycle/default";
import { templateLifecycleExpires as policy } from "../../../policy-pack/policies/template-lifecycle-expires";
import { configured, fails, judges, later, lifecycleOf, passes, remediate, run, template, undecided } from "../support";
import { archive, days, expire, expireAny, keep, rules, tagged } from "./lifecycles";

const holding = (lifecyclePolicy: unknown) => template("t", { lifecyclePolicy });
const none = holding(undefined);
const prefixed = (...tagPrefixList: string[]) => ({ tagStatus: "tagged", tagPrefixList });
const one = (more: object) => rules({ ...expire(1, expireAny), ...more });
const any = (more: object) => lifecycleOf({ ...expireAny, ...more });
/** Selects what has been in the archive for some days. */
const stored = (tagStatus: string, more: object = {}) =>
  days(tagStatus, 90, { storageClass: "archive", countType: "sinceImageTransitioned", ...more });
const [tags, untagged] = [archive(1, tagged("*")), archive(1, { tagStatus: "untagged" })];
const all = archive(1, { tagStatus: "any" });
const inFifty = (count: number) => lifecycleOf(...Array.from({ length: count }, (_, i) => keep(1, tagged(`v${i}*`))));
const second = (rule: object) => ({ ...rule, rulePriority: 2 });
const brackets = "[".repeat(10_000) + "]".repeat(10_000);
const slow = Array.from({ length: 60 }, (_, i) => `*${"a".repeat(i + 1)}*b*a*`);

const missing = "t: The template has no lifecyclePolicy.";
const never = /^t: The lifecyclePolicy can never expire an image: the rule /;
const shielded = /^t: The lifecyclePolicy can never expire an image: rules of higher priority select everything/;
const asked = (config: object, ...selections: object[]) => configured(config, holding(lifecycleOf(...selections)));
const max = { maxImages: 5 };
const week = { maxUntaggedDays: 7 };

judges(policy, {
  "passes what expires images, and templates that are not for caches": [
    passes,
    template("t"),
    template("t", { appliedFors: ["REPLICATION"], lifecyclePolicy: "" }),
    template("t", { customRoleArn: later, resourceTags: { a: later } }),
    template("t", { appliedFors: later }),
    ...[
      rules(tags, expire(2, keep(3))),
      rules(second(untagged), expire(3, keep(3))),
      rules(expire(1, keep(3, tagged("v*"))), second(tags)),
      rules(archive(1, tagged("v*")), expire(2, keep(3, tagged("*")))),
      rules(archive(1, tagged("v1")), expire(2, keep(3, prefixed("v")))),
      rules(archive(1, prefixed("v1")), expire(2, keep(3, tagged("v*")))),
      rules(all, expire(2, stored("any"))),
      lifecycleOf(days("tagged", 5, prefixed("v", "v1"))),
      lifecycleOf(days("tagged", 5, tagged("v*", "*-rc*"))),
      lifecycleOf(days("tagged", 5, { tagPatternList: slow })),
      { rules: [expire(1, expireAny)] },
    ].map(holding),
  ],
  "passes what ECR just accepts": [
    passes,
    ...[
      lifecycleOf(expireAny).padEnd(30_720),
      inFifty(50),
      lifecycleOf(keep(1, tagged("*a*b*c*"))),
      lifecycleOf(keep(1, tagged("a".repeat(128)))),
      any({ storageClass: "standard" }),
      one({ description: "" }),
      rules(expire(1, days("untagged", 1)), expire(3, expireAny)),
      rules(all, expire(2, stored("untagged")), expire(3, days("any", 400, stored("any")))),
      rules(expire(1, days("untagged", 1)), second(all), expire(3, stored("untagged"))),
    ].map(holding),
  ],
  "fails a template without a lifecycle policy": [
    missing,
    none,
    template("t", { appliedFors: [later, "PULL_THROUGH_CACHE"], lifecyclePolicy: undefined }),
  ],
  "does not count rules that select nothing": [
    never,
    ...[
      days("tagged", 5, prefixed("v", "latest")),
      days("tagged", 5, tagged("*-prod", "*-dev")),
      days("tagged", 5, tagged("*a*", "b*c", "bc")),
      stored("any"),
    ].map((selection) => holding(lifecycleOf(selection))),
  ],
  "does not count a rule if rules of higher priority select its images, whatever their order": [
    shielded,
    ...[
      rules(tags, expire(2, keep(3, tagged("v*")))),
      rules(expire(5, keep(3, tagged("v*"))), tags),
      rules(tags, second(untagged), expire(3, keep(3))),
      rules(archive(1, tagged("v*")), expire(2, keep(3, tagged("v1*")))),
      rules(archive(1, prefixed("v")), expire(2, keep(3, tagged("v1")))),
      rules(archive(1, tagged("v*")), expire(2, keep(3, prefixed("v1")))),
    ].map(holding),
  ],
  "does not count archiving as expiring": [/archiving alone deletes nothing/, holding(rules(all))],
  "keeps every repository within maxImages": [
    passes,
    asked({ maxImages: 3 }, expireAny),
    asked(max, keep(2, tagged("v*")), keep(3)),
    asked(max, keep(5, tagged("*"))),
    asked(max, days("untagged", 1), keep(5)),
  ],
  "fails more than maxImages": [
    "t: The lifecyclePolicy keeps up to 12 tagged images of a repository, and maxImages is 5.",
    asked(max, keep(9, tagged("v*")), keep(3)),
  ],
  "fails what does not limit every repository": [
    /does not limit every repository to 5/,
    asked(max, keep(3, tagged("v*"))),
    asked(max, keep(3, tagged("*", "v*"))),
    asked(max, days("tagged", 1, tagged("v*")), keep(3)),
    asked(max, days("any", 1)),
  ],
  "keeps untagged images for maxUntaggedDays": [passes, asked(week, days("untagged", 7), expireAny)],
  "fails what keeps untagged images longer": [
    /within 7 days/,
    asked(week, days("untagged", 8), expireAny),
    // The rule above decides.
    asked(week, keep(10, { tagStatus: "untagged" }), days("any", 7)),
  ],
  "waits for a policy or an appliedFors that is not known yet": [
    undecided("t"),
    holding({ rules: [expire(1, { ...expireAny, countNumber: later })] }),
    template("t", { appliedFors: later, lifecyclePolicy: undefined }),
  ],
  "reports once which templates it cannot judge yet, and judges the others": [
    (own) => ({
      ...undecided("a", "b", "c and 1 more")(own),
      violations: ["bad: The template has no lifecyclePolicy."],
    }),
    [
      ...["d", "c", "a", "b", "a"].map((name) => template(name, { lifecyclePolicy: later })),
      template("bad", { lifecyclePolicy: undefined }),
    ],
  ],
  "judges names that are included and not excluded": [
    missing,
    configured({ include: ["*"] }, none),
    configured({ include: ["new-*", "t"] }, none),
  ],
  "ignores other names": [
    passes,
    ...[{ exclude: ["*"] }, { include: ["new-*"] }, { include: [] }].map((config) => configured(config, none)),
  ],
});

const selection = "rules[0].selection";
const lists = `${selection} needs exactly one of tagPatternList and tagPrefixList, with text in it`;
const archiving = `${selection}: storageClass archive goes with sinceImageTransitioned, and only with it`;
const action = { type: "expire", targetStorageClass: "archive" };

/** What ECR would refuse, by the reason. */
const refused: Readonly<Record<string, readonly string[]>> = {
  "it is not a JSON object with `rules`": ['{"rules": [', "[]", '{"rules": []}'],
  "it has more than 50 rules": [inFifty(51)],
  "it is longer than 30720 characters": [lifecycleOf(expireAny).padEnd(30_721)],
  "it has a key that ECR does not know": [JSON.stringify({ rules: [expire(1, expireAny)], version: 1 })],
  "rules[0] needs `selection` and `action`": [`{"rules": ${brackets}}`],
  "rules[0] has a key that ECR does not know": [one({ enabled: true })],
  "rules[0].description must be text": [one({ description: 7 })],
  "rules[0].rulePriority must be an integer of 1 or more": [0, -1, 1.5].map((rulePriority) => one({ rulePriority })),
  "rulePriority must be unique": [rules(expire(1, days("untagged", 1)), expire(1, expireAny))],
  "rules[0].action has a key that ECR does not know": [one({ action: { type: "expire", days: 1 } })],
  "rules[0].action.type must be expire or transition": [one({ action: { type: "delete" } })],
  "rules[0].action: transition needs targetStorageClass archive, expire has none": [one({ action })],
  "a rule with tagStatus any must have the highest rulePriority": [
    lifecycleOf(expireAny, days("untagged", 1)),
    rules(all, expire(2, stored("any")), expire(3, stored("untagged"))),
  ],
  "only one rule may select untagged images": [
    lifecycleOf(days("untagged", 1), days("untagged", 2)),
    rules(all, expire(2, stored("untagged")), expire(3, stored("untagged"))),
  ],
  "two rules select the same tags": [
    rules(expire(1, keep(1, tagged("a", "b"))), expire(2, keep(2, tagged("b", "a")))),
    rules(all, expire(2, stored("tagged", tagged("a"))), expire(3, stored("tagged", tagged("a")))),
  ],
  [`${selection}.tagStatus must be tagged, untagged or any; ${selection}.countType is not one that ECR knows; ${selection}.countNumber must be a positive integer`]:
    [lifecycleOf({})],
  [`${selection} has a key that ECR does not know`]: [any({ tags: [] })],
  [`${selection}.countNumber must be a positive integer`]: [
    any({ countNumber: 0 }),
    { rules: [expire(1, { ...expireAny, countNumber: 0 })] } as never,
  ],
  [`${selection}.countUnit must be days with a since* count and absent otherwise`]: [any({ countUnit: "days" })],
  [lists]: [
    lifecycleOf(days("tagged", 1)),
    lifecycleOf(days("tagged", 1, prefixed(""))),
    lifecycleOf(days("tagged", 1, { ...tagged("a"), ...prefixed("b") })),
  ],
  [`${selection}.tagPatternList may have at most 4 wildcards in a pattern`]: [
    lifecycleOf(days("tagged", 1, tagged("*a*b*c*d*"))),
  ],
  [`${selection}.tagPatternList has an invalid pattern`]: [lifecycleOf(days("tagged", 1, tagged("a b")))],
  [`${selection} may list tags only with tagStatus tagged`]: [any({ tagPatternList: [] })],
  [`${selection}: sinceImagePulled can archive images but not expire them`]: [
    lifecycleOf(days("any", 1, { countType: "sinceImagePulled" })),
  ],
  [archiving]: [any({ storageClass: "glacier" })],
  [`${selection}: sinceImageTransitioned can only expire images`]: [rules(archive(1, stored("any")))],
  [`${selection}.countNumber must be at least 90 in the archive`]: [lifecycleOf(stored("any", { countNumber: 89 }))],
  // Up to three reasons.
  [`${selection} has a key that ECR does not know; ${selection}.tagStatus must be tagged, untagged or any; ${selection}.countUnit must be days with a since* count and absent otherwise`]:
    [
      rules({
        rulePriority: 1,
        selection: { tagStatus: "all", countType: "sinceImagePushed", countNumber: 1, tags: [] },
        action: { type: "delete", days: 1 },
      }),
    ],
  "rules[0].action has a key that ECR does not know; rules[0].action.type must be expire or transition": [
    one({ action: { type: "delete", days: 1 } }),
  ],
  [`${selection} has a key that ECR does not know; ${selection} may list tags only with tagStatus tagged`]: [
    any({ tagPatternList: ["a"], tags: [] }),
  ],
  [`${selection} has a key that ECR does not know; ${lists}`]: [
    lifecycleOf(days("tagged", 1, { tagPatternList: ["a", 1], tags: [] })),
  ],
};

describe("template-lifecycle-expires fails what ECR would refuse", () => {
  for (const [reason, documents] of Object.entries(refused)) {
    it(reason, async () => {
      for (const document of documents) {
        const expected = fails(`t: ECR would refuse the lifecyclePolicy: ${reason}.`);
        assert.deepEqual(await run(policy, [holding(document)]), expected);
      }
    });
  }
});

it("template-lifecycle-expires adds a lifecycle policy that passes, if remediation is on", async () => {
  const mended = remediate(policy, holding(undefined));
  const outcome = await run(policy, [holding(mended?.lifecyclePolicy)], { maxImages: defaultKeepImages });
  assert.deepEqual(outcome, passes);
  const others = template("t", { lifecyclePolicy: undefined, appliedFors: ["REPLICATION"] });
  for (const one of [holding("{}"), holding(later), others]) assert.equal(remediate(policy, one), undefined);
  assert.equal(remediate(policy, none, { exclude: ["t"] }), undefined);
});
