import assert from "node:assert/strict";
import { repositoryHasLifecycle } from "../../../policy-pack/policies/repository-has-lifecycle";
import { later, lifecycleOf, lifecyclePolicy, passes, repository, rule, run, undecidedFor } from "../support";

describe("repository-has-lifecycle", () => {
  const policy = repositoryHasLifecycle;
  const attached = (a: ReturnType<typeof repository>, props: object = {}) =>
    lifecyclePolicy("l", { repository: later, ...props }, { feeds: { repository: [a] } });

  it("passes a repository with a lifecycle policy, by resource or by name", async () => {
    const a = repository("a");
    assert.deepEqual(await run(policy, [rule("r"), a, attached(a)]), passes);
    assert.deepEqual(await run(policy, [rule("r"), a, lifecyclePolicy("l", { repository: "quay/team/app" })]), passes);
  });

  it("fails a repository without one, also when another repository has one", async () => {
    const [a, b] = [repository("a"), repository("b", { name: "quay/b" })];
    const none = (name: string) => `${name}: The stack attaches no lifecycle policy to the repository.`;
    assert.deepEqual((await run(policy, [rule("r"), a, b, attached(b)])).violations, [none("a")]);
    assert.deepEqual((await run(policy, [rule("r"), a])).violations, [none("a")]);
    const elsewhere = lifecyclePolicy("l", { repository: "quay/team/app", region: "us-east-1" });
    assert.deepEqual((await run(policy, [rule("r"), a, elsewhere])).violations, [none("a")]);
    const wrongRegion = attached(a, { region: "us-east-1" });
    assert.deepEqual((await run(policy, [rule("r"), a, wrongRegion])).violations, [none("a")]);
  });

  it("fails a lifecycle policy that cannot expire anything", async () => {
    const a = repository("a");
    const never = lifecycleOf({
      tagStatus: "tagged",
      tagPrefixList: ["a", "b"],
      countType: "imageCountMoreThan",
      countNumber: 1,
    });
    for (const [lifecycle, why] of [
      [never, "the rule with rulePriority 1 wants tags on one image that no single tag can match"],
      ["not json", "it is not a JSON object with `rules`"],
    ]) {
      assert.deepEqual((await run(policy, [rule("r"), a, attached(a, { policy: lifecycle })])).violations, [
        `a: The lifecycle policy of the repository can never expire an image: ${why}.`,
      ]);
    }
  });

  it("advises about one that leaves images with tags, or without, for ever", async () => {
    const a = repository("a");
    const count = { countType: "imageCountMoreThan", countNumber: 5 };
    for (const [selection, kept] of [
      [{ tagStatus: "untagged", ...count }, "images with some tags"],
      [
        { tagStatus: "tagged", tagPatternList: ["*"], ...count },
        "untagged images: every image whose tag moved upstream",
      ],
    ] as const) {
      assert.deepEqual(await run(policy, [rule("r"), a, attached(a, { policy: lifecycleOf(selection) })]), {
        violations: [],
        notes: [`[advisory] a: The lifecycle policy of the repository never expires ${kept}.`],
      });
    }
  });

  it("waits for unknown policies and owners", async () => {
    const a = repository("a");
    assert.deepEqual(await run(policy, [rule("r"), a, attached(a, { policy: later })]), undecidedFor(policy, "a"));
    assert.deepEqual(
      await run(policy, [rule("r"), a, lifecyclePolicy("l", { repository: later })]),
      undecidedFor(policy, "a"),
    );
    const other = repository("b", { name: "app" });
    const ofOneOfTwo = lifecyclePolicy("l", { repository: later }, { feeds: { repository: [other, a] } });
    assert.deepEqual(await run(policy, [rule("r"), a, other, ofOneOfTwo]), undecidedFor(policy, "a"));
    const never = attached(a, { policy: "{}" });
    assert.deepEqual(await run(policy, [rule("r"), a, other, never, ofOneOfTwo]), undecidedFor(policy, "a"));
    assert.deepEqual(await run(policy, [rule("r"), a, other, attached(a), ofOneOfTwo]), passes);
    const neverOfTwo = lifecyclePolicy("l", { repository: later, policy: "{}" }, { feeds: { repository: [other, a] } });
    assert.equal((await run(policy, [rule("r"), a, other, neverOfTwo])).violations.length, 1);
    const somewhere = lifecyclePolicy("l", { repository: later, region: later }, { feeds: { region: [rule("x")] } });
    assert.deepEqual(await run(policy, [rule("r"), a, somewhere]), undecidedFor(policy, "a"));
    const named = lifecyclePolicy(
      "l",
      { repository: "quay/team/app", region: later },
      { feeds: { region: [rule("x")] } },
    );
    assert.deepEqual(await run(policy, [rule("r"), a, named]), undecidedFor(policy, "a"));
  });

  it("ignores excluded names and repositories outside caches", async () => {
    assert.deepEqual(await run(policy, [rule("r"), repository("a")], { exclude: ["a"] }), passes);
    assert.deepEqual(await run(policy, [rule("r"), repository("a", { name: "app" })]), passes);
  });
});
