import assert from "node:assert/strict";
import { defaultKeepImages } from "../../policy-pack/aws/default-lifecycle";
import { templateLifecycleExpires as policy } from "../../policy-pack/policies/template-lifecycle-expires";
import { later, lifecycleOf, passes, remediate, run, template, undecidedFor } from "./support";

const days = (tagStatus: string, countNumber: number, more: object = {}) => ({
  tagStatus,
  countType: "sinceImagePushed",
  countUnit: "days",
  countNumber,
  ...more,
});
const expireAny = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 };

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

  it("leaves alone templates that are not applied for caches, whatever their lifecycle", async () => {
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
      assert.match(await violation(lifecycle), /No rule of the lifecyclePolicy can ever take an image/);
    });
  }

  it("counts lists of tags that one tag can have", async () => {
    assert.equal(await violation(lifecycleOf(days("tagged", 5, { tagPrefixList: ["v", "v1"] }))), "");
    assert.equal(await violation(lifecycleOf(days("tagged", 5, { tagPatternList: ["v*", "*-rc*"] }))), "");
  });

  it("does not take archiving for expiring", async () => {
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

  for (const [title, lifecycle] of [
    ["malformed JSON", '{"rules": ['],
    ["a list instead of an object", "[]"],
    ["no rules", '{"rules": []}'],
    ["an empty selection", lifecycleOf({})],
    ["a count of zero", lifecycleOf({ ...expireAny, countNumber: 0 })],
    ["a unit on a count of images", lifecycleOf({ ...expireAny, countUnit: "days" })],
    ["an any rule that is not last", lifecycleOf(expireAny, days("untagged", 1))],
    ["two rules for untagged images", lifecycleOf(days("untagged", 1), days("untagged", 2))],
    ["tagged without tags", lifecycleOf(days("tagged", 1))],
    ["five wildcards", lifecycleOf(days("tagged", 1, { tagPatternList: ["*a*b*c*d*"] }))],
    ["expiry by last pull", lifecycleOf(days("any", 1, { countType: "sinceImagePulled" }))],
    ["51 rules", lifecycleOf(...Array.from({ length: 51 }, () => expireAny))],
    ["31,000 characters", `${lifecycleOf(expireAny)}${" ".repeat(31_000)}`],
    ["deep nesting", `{"rules": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
  ] as const) {
    it(`fails what ECR would refuse: ${title}`, async () => {
      assert.match(await violation(lifecycle), /^t: ECR would refuse the lifecyclePolicy: /);
    });
  }

  it("answers in time for patterns made to be slow", async () => {
    const tagPatternList = Array.from({ length: 60 }, (_, i) => `*${"a".repeat(i + 1)}*b*a*`);
    assert.equal(await violation(lifecycleOf(days("tagged", 5, { tagPatternList }))), "");
  });

  it("holds to the configured maxima", async () => {
    assert.equal(await violation(lifecycleOf(expireAny), { maxImages: 3 }), "");
    assert.match(
      await violation(lifecycleOf(expireAny), { maxImages: 2 }),
      /keeps up to 3 tagged images of a repository, and maxImages is 2/,
    );
    assert.equal(await violation(lifecycleOf(days("untagged", 7), expireAny), { maxUntaggedDays: 7 }), "");
    assert.match(await violation(lifecycleOf(days("untagged", 8), expireAny), { maxUntaggedDays: 7 }), /within 7 days/);
  });

  it("says once which templates it cannot judge yet, and judges the others", async () => {
    const stack = [
      ...["a", "b", "c", "d"].map((name) => template(name, { lifecyclePolicy: later })),
      template("bad", { lifecyclePolicy: undefined }),
    ];
    assert.deepEqual(await run(policy, stack), {
      violations: ["bad: The template has no lifecyclePolicy."],
      notes: undecidedFor(policy, "a", "b", "c and 1 more").notes,
    });
  });

  it("is not kept from judging by unknown values that do not matter", async () => {
    assert.deepEqual(await run(policy, [template("t", { customRoleArn: later, resourceTags: { a: later } })]), passes);
    assert.deepEqual(await run(policy, [template("t", { appliedFors: later })]), passes);
    const open = template("t", { appliedFors: later, lifecyclePolicy: undefined });
    assert.deepEqual(await run(policy, [open]), undecidedFor(policy, "t"));
    const sure = template("t", { appliedFors: [later, "PULL_THROUGH_CACHE"], lifecyclePolicy: undefined });
    assert.equal((await run(policy, [sure])).violations.length, 1);
  });

  it("leaves out excluded names, and names that are not included", async () => {
    const bad = template("legacy-hub", { lifecyclePolicy: undefined });
    assert.deepEqual(await run(policy, [bad], { exclude: ["legacy-*"] }), passes);
    assert.deepEqual(await run(policy, [bad], { include: ["new-*"] }), passes);
    assert.equal((await run(policy, [bad], { include: ["*-hub"] })).violations.length, 1);
  });

  it("adds a lifecycle policy that passes, when remediation is asked for", async () => {
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
