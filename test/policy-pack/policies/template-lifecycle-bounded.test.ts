import assert from "node:assert/strict";
import { templateLifecycleBounded } from "../../../policy-pack/policies/template-lifecycle-bounded";
import { later, lifecycleOf, messages, passes, run, template, undecidedFor } from "../support";
import { archive, days, expire, keep, rules, tagged } from "./lifecycles";

describe("template-lifecycle-bounded", () => {
  const policy = templateLifecycleBounded;
  const judge = async (lifecycle: unknown, config: object = {}) =>
    (await run(policy, [template("t", { lifecyclePolicy: lifecycle })], config)).violations;
  const tooLong = (count: number) => [`t: The lifecyclePolicy keeps images for ${count} days.`];
  const forEver = ["t: The lifecyclePolicy never expires images with some tags."];

  it("passes a rule for every tag whose limit can be reached", async () => {
    for (const lifecycle of [
      lifecycleOf(keep(100)),
      lifecycleOf(days("any", 1095)),
      lifecycleOf(days("untagged", 1), keep(5, tagged("*"))),
      lifecycleOf(days("untagged", 1), keep(50)),
      rules(expire(1, keep(5, tagged("v*"))), expire(2, days("any", 30))),
      rules(expire(1, keep(2147483647, { tagStatus: "tagged", tagPrefixList: ["a", "b"] })), expire(2, keep(5))),
    ]) {
      assert.deepEqual(await judge(lifecycle), [], lifecycle);
    }
  });

  it("reports rules for only some tags", async () => {
    for (const lifecycle of [lifecycleOf(keep(5, tagged("v*"))), lifecycleOf(days("untagged", 1))]) {
      assert.deepEqual(await judge(lifecycle), forEver, lifecycle);
    }
  });

  it("reports a count or an age that most repositories never reach, and to lower it", async () => {
    const tooMany = (count: number) => [
      `t: The lifecyclePolicy keeps ${count} images in each repository, and one with fewer never loses any.`,
    ];
    assert.deepEqual(await judge(lifecycleOf(keep(101))), tooMany(101));
    assert.deepEqual(await judge(lifecycleOf(keep(20)), { mostImages: 10 }), tooMany(20));
    const some = rules(expire(1, keep(2147483647, tagged("v*"))), expire(2, keep(5)));
    assert.deepEqual(await judge(some), tooMany(2147483647));
    assert.deepEqual(await judge(lifecycleOf(days("any", 1096))), tooLong(1096));
    assert.deepEqual(await judge(lifecycleOf(days("any", 20)), { mostDays: 10 }), tooLong(20));
    const [message = ""] = await messages(policy, [template("t", { lifecyclePolicy: lifecycleOf(keep(101)) })]);
    assert.match(message, /\nLower the countNumber of that rule to 100 or less\.\n/);
  });

  it("reports a rule for all tags alone: what loses its tag stays", async () => {
    assert.deepEqual(await judge(lifecycleOf(keep(5, tagged("*")))), [
      "t: The lifecyclePolicy never expires untagged images: every image whose tag moved upstream.",
    ]);
  });

  it("counts archiving only if the archive is emptied", async () => {
    const emptied = expire(9, days("any", 90, { storageClass: "archive", countType: "sinceImageTransitioned" }));
    const all = archive(1, { tagStatus: "any" });
    assert.deepEqual(await judge(rules(all, emptied)), []);
    assert.deepEqual(await judge(rules(archive(1, tagged("v*")), expire(2, keep(5)), emptied)), []);
    assert.deepEqual(await judge(rules(archive(1, tagged("v*")), expire(2, keep(5)))), forEver);
    const [first] = JSON.parse(rules({ ...emptied, rulePriority: 1 })).rules;
    assert.deepEqual(
      await judge(rules(first, expire(2, days("any", 1096)))),
      tooLong(1096),
      "the archive is not the rest",
    );
    assert.deepEqual(
      await judge(rules(all, { ...emptied, selection: { ...emptied.selection, countNumber: 1096 } })),
      forEver,
    );
  });

  it("does not repeat what template-lifecycle-expires reports, and waits for unknown policies", async () => {
    for (const lifecycle of [
      undefined,
      "{}",
      lifecycleOf(keep(5, { tagStatus: "tagged", tagPrefixList: ["a", "b"] })),
    ]) {
      assert.deepEqual(await judge(lifecycle), []);
    }
    assert.deepEqual(await run(policy, [template("t", { lifecyclePolicy: later })]), undecidedFor(policy, "t"));
    assert.deepEqual(await run(policy, [template("t", { appliedFors: [], lifecyclePolicy: later })]), passes);
  });
});
