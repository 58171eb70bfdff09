import assert from "node:assert/strict";
import { defaultKeepImages } from "../../../policy-pack/aws/lifecycle/default";
import { templateLifecycleExpires as policy } from "../../../policy-pack/policies/template-lifecycle-expires";
import { later, lifecycleOf, passes, remediate, run, template, undecidedFor } from "../support";
import { archive, days, expire, expireAny, keep, rules, tagged } from "./lifecycles";

async function violation(lifecyclePolicy: unknown, config: object = {}): Promise<string> {
  const { violations, notes } = await run(policy, [template("t", { lifecyclePolicy })], config);
  assert.deepEqual(notes, []);
  assert.ok(violations.length <= 1, violations.join("\n"));
  return violations[0] ?? "";
}

describe("template-lifecycle-expires", () => {
  it("passes a template that keeps a number of images", async () => {
    assert.deepEqual(await run(policy, [template("t")]), passes);
  });

  it("fails a template without a lifecycle policy", async () => {
    assert.deepEqual(await run(policy, [template("t", { lifecyclePolicy: undefined })]), {
      violations: ["t: The template has no lifecyclePolicy."],
      notes: [],
    });
  });

  it("ignores templates that are not for caches, whatever their lifecycle", async () => {
    assert.deepEqual(await run(policy, [template("t", { appliedFors: ["REPLICATION"], lifecyclePolicy: "" })]), passes);
  });

  for (const [title, lifecycle] of [
    ["two prefixes that one tag cannot have", lifecycleOf(days("tagged", 5, { tagPrefixList: ["v", "latest"] }))],
    ["two patterns that exclude each other", lifecycleOf(days("tagged", 5, { tagPatternList: ["*-prod", "*-dev"] }))],
    ["three patterns that fit only in pairs", lifecycleOf(days("tagged", 5, { tagPatternList: ["*a*", "b*c", "bc"] }))],
    [
      "an archive that nothing fills",
      lifecycleOf({
        tagStatus: "any",
        storageClass: "archive",
        countType: "sinceImageTransitioned",
        countUnit: "days",
        countNumber: 90,
      }),
    ],
  ] as const) {
    it(`does not count ${title}`, async () => {
      assert.match(await violation(lifecycle), /The lifecyclePolicy can never expire an image: the rule /);
    });
  }

  it("does not count a rule if a rule of higher priority selects its images", async () => {
    const shields = archive(1, tagged("*"));
    assert.match(
      await violation(rules(shields, expire(2, keep(3, tagged("v*"))))),
      /can never expire an image: rules of higher priority select everything/,
    );
    const untagged = archive(2, { tagStatus: "untagged" });
    assert.match(await violation(rules(shields, untagged, expire(3, keep(3)))), /can never expire an image/);
    assert.equal(await violation(rules(shields, expire(2, keep(3)))), "");
    assert.equal(await violation(rules(untagged, expire(3, keep(3)))), "");
    assert.equal(await violation(rules(expire(1, keep(3, tagged("v*"))), archive(2, tagged("*")))), "");
    assert.equal(await violation(rules(archive(1, tagged("v*")), expire(2, keep(3, tagged("*"))))), "");
    assert.match(
      await violation(rules(archive(1, tagged("v*")), expire(2, keep(3, tagged("v1*"))))),
      /can never expire/,
    );
    const prefixed = (...tagPrefixList: string[]) => ({ tagStatus: "tagged", tagPrefixList });
    for (const [wide, narrow] of [
      [prefixed("v"), tagged("v1")],
      [tagged("v*"), prefixed("v1")],
    ] as const) {
      assert.match(await violation(rules(archive(1, wide), expire(2, keep(3, narrow)))), /can never expire/);
      assert.equal(await violation(rules(archive(1, narrow), expire(2, keep(3, wide)))), "");
    }
    // Priorities count, not the order in the document.
    assert.match(await violation(rules(expire(5, keep(3, tagged("v*"))), shields)), /can never expire/);
  });

  it("counts lists of patterns that one tag can match", async () => {
    assert.equal(await violation(lifecycleOf(days("tagged", 5, { tagPrefixList: ["v", "v1"] }))), "");
    assert.equal(await violation(lifecycleOf(days("tagged", 5, { tagPatternList: ["v*", "*-rc*"] }))), "");
  });

  it("does not count archiving as expiring", async () => {
    const archive = {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 30 },
      action: { type: "transition", targetStorageClass: "archive" },
    };
    const expire = {
      rulePriority: 2,
      selection: {
        tagStatus: "any",
        storageClass: "archive",
        countType: "sinceImageTransitioned",
        countUnit: "days",
        countNumber: 90,
      },
      action: { type: "expire" },
    };
    assert.match(await violation(JSON.stringify({ rules: [archive] })), /archiving alone deletes nothing/);
    assert.equal(await violation(JSON.stringify({ rules: [archive, expire] })), "");
  });

  const LISTS = "rules[0].selection needs exactly one of tagPatternList and tagPrefixList, with text in it";
  const PRIORITY = "rules[0].rulePriority must be an integer of 1 or more";
  for (const [title, lifecycle, reason] of [
    ["malformed JSON", '{"rules": [', "it is not a JSON object with `rules`"],
    ["a list instead of an object", "[]", "it is not a JSON object with `rules`"],
    ["no rules", '{"rules": []}', "it is not a JSON object with `rules`"],
    [
      "an empty selection",
      lifecycleOf({}),
      "rules[0].selection.tagStatus must be tagged, untagged or any; rules[0].selection.countType is not one that ECR knows; rules[0].selection.countNumber must be a positive integer",
    ],
    [
      "a count of zero",
      lifecycleOf({ ...expireAny, countNumber: 0 }),
      "rules[0].selection.countNumber must be a positive integer",
    ],
    [
      "a unit on a count of images",
      lifecycleOf({ ...expireAny, countUnit: "days" }),
      "rules[0].selection.countUnit must be days with a since* count and absent otherwise",
    ],
    [
      "an any rule that is not last",
      lifecycleOf(expireAny, days("untagged", 1)),
      "a rule with tagStatus any must have the highest rulePriority",
    ],
    [
      "two rules for untagged images",
      lifecycleOf(days("untagged", 1), days("untagged", 2)),
      "only one rule may select untagged images",
    ],
    ["tagged without tags", lifecycleOf(days("tagged", 1)), LISTS],
    [
      "five wildcards",
      lifecycleOf(days("tagged", 1, { tagPatternList: ["*a*b*c*d*"] })),
      "rules[0].selection.tagPatternList may have at most 4 wildcards in a pattern",
    ],
    [
      "expiry by last pull",
      lifecycleOf(days("any", 1, { countType: "sinceImagePulled" })),
      "rules[0].selection: sinceImagePulled can archive images but not expire them",
    ],
    [
      "51 rules",
      lifecycleOf(...Array.from({ length: 51 }, (_, i) => keep(1, tagged(`v${i}*`)))),
      "it has more than 50 rules",
    ],
    ["a priority of 0", rules({ ...expire(0, expireAny) }), PRIORITY],
    ["a negative priority", rules({ ...expire(-1, expireAny) }), PRIORITY],
    ["a priority that is no whole number", rules({ ...expire(1.5, expireAny) }), PRIORITY],
    [
      "the same priority twice",
      rules(expire(1, days("untagged", 1)), expire(1, expireAny)),
      "rulePriority must be unique",
    ],
    [
      "the same tags twice",
      rules(expire(1, keep(1, tagged("a", "b"))), expire(2, keep(2, tagged("b", "a")))),
      "two rules select the same tags",
    ],
    [
      "a key that no rule has",
      rules({ ...expire(1, expireAny), enabled: true }),
      "rules[0] has a key that ECR does not know",
    ],
    [
      "a key that no document has",
      JSON.stringify({ rules: [expire(1, expireAny)], version: 1 }),
      "it has a key that ECR does not know",
    ],
    [
      "a key that no selection has",
      lifecycleOf({ ...expireAny, tags: [] }),
      "rules[0].selection has a key that ECR does not know",
    ],
    [
      "a key that no action has",
      rules({ ...expire(1, expireAny), action: { type: "expire", days: 1 } }),
      "rules[0].action has a key that ECR does not know",
    ],
    [
      "a description that is no text",
      rules({ ...expire(1, expireAny), description: 7 }),
      "rules[0].description must be text",
    ],
    [
      "tags with a status of any",
      lifecycleOf({ ...expireAny, tagPatternList: [] }),
      "rules[0].selection may list tags only with tagStatus tagged",
    ],
    ["an empty prefix", lifecycleOf(days("tagged", 1, { tagPrefixList: [""] })), LISTS],
    [
      "a pattern that no tag has",
      lifecycleOf(days("tagged", 1, { tagPatternList: ["a b"] })),
      "rules[0].selection.tagPatternList has an invalid pattern",
    ],
    ["both lists of tags", lifecycleOf(days("tagged", 1, { tagPatternList: ["a"], tagPrefixList: ["b"] })), LISTS],
    [
      "a storage class that does not exist",
      lifecycleOf({ ...expireAny, storageClass: "glacier" }),
      "rules[0].selection: storageClass archive goes with sinceImageTransitioned, and only with it",
    ],
    [
      "archiving twice",
      rules({
        ...archive(1, {
          tagStatus: "any",
          storageClass: "archive",
          countType: "sinceImageTransitioned",
          countNumber: 90,
        }),
      }),
      "rules[0].selection: sinceImageTransitioned can only expire images",
    ],
    [
      "an archive of 89 days",
      lifecycleOf(days("any", 89, { storageClass: "archive", countType: "sinceImageTransitioned" })),
      "rules[0].selection.countNumber must be at least 90 in the archive",
    ],
    [
      "a target for expiry",
      rules({ ...expire(1, expireAny), action: { type: "expire", targetStorageClass: "archive" } }),
      "rules[0].action: transition needs targetStorageClass archive, expire has none",
    ],
    [
      "no action",
      rules({ rulePriority: 1, selection: expireAny, action: { type: "delete" } }),
      "rules[0].action.type must be expire or transition",
    ],
    ["31,000 characters", `${lifecycleOf(expireAny)}${" ".repeat(31_000)}`, "it is longer than 30720 characters"],
    [
      "deep nesting",
      `{"rules": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
      "rules[0] needs `selection` and `action`",
    ],
  ] as const) {
    it(`fails what ECR would refuse: ${title}`, async () => {
      assert.equal(await violation(lifecycle), `t: ECR would refuse the lifecyclePolicy: ${reason}.`);
    });
  }

  it("passes what ECR just accepts", async () => {
    const inArchive = (more: object = {}) =>
      days("any", 90, { storageClass: "archive", countType: "sinceImageTransitioned", ...more });
    const toArchive = archive(1, { tagStatus: "any" });
    for (const lifecycle of [
      lifecycleOf(expireAny).padEnd(30_720),
      lifecycleOf(...Array.from({ length: 50 }, (_, i) => keep(1, tagged(`v${i}*`)))),
      lifecycleOf(keep(1, tagged("*a*b*c*"))),
      lifecycleOf(keep(1, tagged("a".repeat(128)))),
      lifecycleOf({ ...expireAny, storageClass: "standard" }),
      rules({ ...expire(1, expireAny), description: "" }),
      rules(expire(1, days("untagged", 1)), expire(3, expireAny)),
      rules(toArchive, expire(2, inArchive())),
      rules(toArchive, expire(2, inArchive({ tagStatus: "untagged" })), expire(3, days("any", 400, inArchive()))),
      rules(
        expire(1, days("untagged", 1)),
        archive(2, { tagStatus: "any" }),
        expire(3, inArchive({ tagStatus: "untagged" })),
      ),
    ]) {
      assert.equal(await violation(lifecycle), "", lifecycle.slice(0, 300));
    }
    assert.match(await violation(lifecycleOf(expireAny).padEnd(30_721)), /longer than 30720/);
  });

  it("fails two rules for the same images of the archive", async () => {
    const emptied = (priority: number, tagStatus: string, more: object = {}) =>
      expire(priority, days(tagStatus, 90, { storageClass: "archive", countType: "sinceImageTransitioned", ...more }));
    const toArchive = archive(1, { tagStatus: "any" });
    for (const [lifecycle, reason] of [
      [rules(toArchive, emptied(2, "untagged"), emptied(3, "untagged")), /only one rule may select untagged images/],
      [rules(toArchive, emptied(2, "any"), emptied(3, "untagged")), /must have the highest rulePriority/],
      [rules(toArchive, emptied(2, "tagged", tagged("a")), emptied(3, "tagged", tagged("a"))), /select the same tags/],
    ] as const) {
      assert.match(await violation(lifecycle), reason);
    }
  });

  it("reports up to three reasons at once", async () => {
    const selection = { tagStatus: "all", countType: "sinceImagePushed", countNumber: 1, tags: [] };
    assert.equal(
      await violation(rules({ rulePriority: 1, selection, action: { type: "delete", days: 1 } })),
      "t: ECR would refuse the lifecyclePolicy: rules[0].selection has a key that ECR does not know; " +
        "rules[0].selection.tagStatus must be tagged, untagged or any; " +
        "rules[0].selection.countUnit must be days with a since* count and absent otherwise.",
    );
    const action = rules({ ...expire(1, expireAny), action: { type: "delete", days: 1 } });
    assert.match(await violation(action), /action has a key .*; rules\[0\]\.action\.type must be/);
    const status = lifecycleOf({ ...expireAny, tagPatternList: ["a"], tags: [] });
    assert.match(await violation(status), /selection has a key .*; .*selection may list tags only/);
    const list = lifecycleOf(days("tagged", 1, { tagPatternList: ["a", 1], tags: [] }));
    assert.match(await violation(list), /selection has a key .*; .*needs exactly one of/);
  });

  it("checks a policy that is an object, once all of it is known", async () => {
    const object = (countNumber: unknown) => ({ rules: [expire(1, { ...expireAny, countNumber })] });
    assert.equal(await violation(object(3)), "");
    assert.match(await violation(object(0)), /countNumber must be a positive integer/);
    assert.deepEqual(await run(policy, [template("t", { lifecyclePolicy: object(later) })]), undecidedFor(policy, "t"));
  });

  it("answers in time for patterns made to be slow", async () => {
    const tagPatternList = Array.from({ length: 60 }, (_, i) => `*${"a".repeat(i + 1)}*b*a*`);
    assert.equal(await violation(lifecycleOf(days("tagged", 5, { tagPatternList }))), "");
  });

  it("counts every rule that selects tagged images against maxImages", async () => {
    const max = { maxImages: 5 };
    assert.equal(await violation(rules(expire(1, keep(2, tagged("v*"))), expire(2, keep(3))), max), "");
    assert.match(
      await violation(rules(expire(1, keep(9, tagged("v*"))), expire(2, keep(3))), max),
      /keeps up to 12 tagged/,
    );
    assert.match(await violation(lifecycleOf(keep(3, tagged("v*"))), max), /does not limit every repository to 5/);
    assert.match(await violation(lifecycleOf(keep(3, tagged("*", "v*"))), max), /does not limit every repository to 5/);
    assert.match(await violation(lifecycleOf(days("tagged", 1, tagged("v*")), keep(3)), max), /does not limit every/);
    assert.match(await violation(lifecycleOf(days("any", 1)), max), /does not limit every repository to 5/);
    assert.equal(await violation(lifecycleOf(keep(5, tagged("*"))), max), "");
    assert.equal(await violation(lifecycleOf(days("untagged", 1), keep(5)), max), "");
  });

  it("enforces the configured maximums", async () => {
    assert.equal(await violation(lifecycleOf(expireAny), { maxImages: 3 }), "");
    assert.match(
      await violation(lifecycleOf(expireAny), { maxImages: 2 }),
      /keeps up to 3 tagged images of a repository, and maxImages is 2/,
    );
    assert.equal(await violation(lifecycleOf(days("untagged", 7), expireAny), { maxUntaggedDays: 7 }), "");
    assert.match(await violation(lifecycleOf(days("untagged", 8), expireAny), { maxUntaggedDays: 7 }), /within 7 days/);
    const shielded = rules(expire(1, keep(10, { tagStatus: "untagged" })), expire(2, days("any", 7)));
    assert.match(await violation(shielded, { maxUntaggedDays: 7 }), /within 7 days/, "the rule above decides");
  });

  it("reports once which templates it cannot judge yet, and judges the others", async () => {
    const stack = [
      ...["a", "b", "c", "d"].map((name) => template(name, { lifecyclePolicy: later })),
      template("bad", { lifecyclePolicy: undefined }),
    ];
    assert.deepEqual(await run(policy, stack), {
      violations: ["bad: The template has no lifecyclePolicy."],
      notes: undecidedFor(policy, "a", "b", "c and 1 more").notes,
    });
  });

  it("judges despite unknown values that do not matter", async () => {
    assert.deepEqual(await run(policy, [template("t", { customRoleArn: later, resourceTags: { a: later } })]), passes);
    assert.deepEqual(await run(policy, [template("t", { appliedFors: later })]), passes);
    const open = template("t", { appliedFors: later, lifecyclePolicy: undefined });
    assert.deepEqual(await run(policy, [open]), undecidedFor(policy, "t"));
    const sure = template("t", { appliedFors: [later, "PULL_THROUGH_CACHE"], lifecyclePolicy: undefined });
    assert.equal((await run(policy, [sure])).violations.length, 1);
  });

  it("ignores excluded names, and names that are not included", async () => {
    const bad = template("legacy-hub", { lifecyclePolicy: undefined });
    assert.deepEqual(await run(policy, [bad], { exclude: ["legacy-*"] }), passes);
    assert.deepEqual(await run(policy, [bad], { include: ["new-*"] }), passes);
    assert.equal((await run(policy, [bad], { include: ["*-hub"] })).violations.length, 1);
    assert.equal((await run(policy, [bad], { include: ["new-*", "legacy-*"] })).violations.length, 1);
    assert.deepEqual(await run(policy, [bad], { exclude: ["legacy-*", "*-hub"] }), passes);
    assert.deepEqual(await run(policy, [bad], { include: [] }), passes);
  });

  it("adds a lifecycle policy that passes, if remediation is on", async () => {
    const mended = remediate(policy, template("t", { lifecyclePolicy: undefined }));
    assert.equal(await violation(mended?.lifecyclePolicy, { maxImages: defaultKeepImages }), "");
    assert.equal(remediate(policy, template("t", { lifecyclePolicy: "{}" })), undefined);
    assert.equal(remediate(policy, template("t", { lifecyclePolicy: later })), undefined);
    assert.equal(
      remediate(policy, template("t", { lifecyclePolicy: undefined, appliedFors: ["REPLICATION"] })),
      undefined,
    );
    assert.equal(remediate(policy, template("t", { lifecyclePolicy: undefined }), { exclude: ["t"] }), undefined);
  });
});
