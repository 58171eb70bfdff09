import assert from "node:assert/strict";
import { applyLifecyclePolicy } from "../../../../../../local/emulator/services/ecr/lifecycle/evaluate";
import { newRepository } from "../../../../../../local/emulator/services/ecr/repositories";
import type { Image, Repository } from "../../../../../../local/emulator/state/model";

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;

interface Given extends Partial<Image> {
  readonly tags?: readonly string[];
}

/** A repository with images that were pushed now, unless they say otherwise. Their digests are their names. */
function repositoryOf(given: { readonly [digest: string]: Given }, rules: object[]): Repository {
  const repository = newRepository("app", 0);
  for (const [digest, { tags = [], ...more }] of Object.entries(given)) {
    const image = { digest, mediaType: "", manifest: "", children: [], blobs: [], sizeInBytes: 0, pushedAt: NOW };
    repository.images.set(digest, { ...image, ...more });
    for (const tag of tags) repository.imageTags.set(tag, { digest, validatedAt: NOW });
  }
  repository.lifecyclePolicy = JSON.stringify({
    rules: rules.map((rule, index) => ({ rulePriority: index + 1, action: { type: "expire" }, ...rule })),
  });
  return repository;
}

const applied = (given: { readonly [digest: string]: Given }, ...selections: object[]) => {
  const repository = repositoryOf(
    given,
    selections.map((selection) => ({ selection })),
  );
  return applyLifecyclePolicy(repository, NOW)
    .map(({ digest }) => digest)
    .sort();
};

const keep = (countNumber: number, more: object = {}) => ({
  tagStatus: "any",
  countType: "imageCountMoreThan",
  countNumber,
  ...more,
});
const days = (countType: string, countNumber: number, more: object = {}) => ({
  tagStatus: "any",
  countType,
  countUnit: "days",
  countNumber,
  ...more,
});
const daysAgo = (count: number) => NOW - count * DAY;
const archive = { type: "transition", targetStorageClass: "archive" };

/** Source: Amazon ECR User Guide, "How the lifecycle policy works" and "Lifecycle policy properties". */
describe("emulator: what a lifecycle policy does", () => {
  it("removes images with their tags, and says so", () => {
    const given = { a: { tags: ["one", "two"] }, b: {} };
    const repository = repositoryOf(given, [{ rulePriority: 7, selection: keep(1, { tagStatus: "untagged" }) }]);
    assert.deepEqual(applyLifecyclePolicy(repository, NOW), []);
    assert.equal(repository.lifecycleEvaluatedAt, NOW);
    repository.images.set("c", { ...(repository.images.get("b") as Image), digest: "c", pushedAt: daysAgo(1) });
    const selection = days("sinceImagePushed", 1, { tagStatus: "tagged", tagPrefixList: ["o"] });
    repository.lifecyclePolicy = JSON.stringify({
      rules: [
        { rulePriority: 7, selection: keep(1, { tagStatus: "untagged" }), action: { type: "expire" } },
        { rulePriority: 9, selection, action: { type: "expire" } },
      ],
    });
    assert.deepEqual(applyLifecyclePolicy(repository, NOW + 2 * DAY), [
      { repository: "app", digest: "c", tags: [], rulePriority: 7, action: "expire" },
      { repository: "app", digest: "a", tags: ["one", "two"], rulePriority: 9, action: "expire" },
    ]);
    assert.deepEqual([[...repository.images.keys()], [...repository.imageTags.keys()]], [["b"], []]);
  });

  it("archives images with their tags, and says so", () => {
    const selection = days("sinceImagePulled", 30);
    const given = { a: { tags: ["one"], pushedAt: daysAgo(31) } };
    const repository = repositoryOf(given, [{ selection, action: archive }]);
    assert.deepEqual(applyLifecyclePolicy(repository, NOW), [
      { repository: "app", digest: "a", tags: ["one"], rulePriority: 1, action: "transition" },
    ]);
    assert.equal(repository.images.get("a")?.archivedAt, NOW);
    assert.deepEqual([...repository.imageTags.keys()], ["one"]);
    assert.deepEqual(applyLifecyclePolicy(repository, NOW + DAY), [], "an archived image is not archived again");
  });

  it("does nothing to a repository without a policy", () => {
    const repository = { ...repositoryOf({ a: {} }, []), lifecyclePolicy: undefined };
    assert.deepEqual(applyLifecyclePolicy(repository, NOW), []);
    assert.equal(repository.lifecycleEvaluatedAt, undefined);
  });

  it("keeps the newest images, whatever their order", () => {
    const given = { a: { pushedAt: daysAgo(2) }, b: { pushedAt: daysAgo(1) }, c: { pushedAt: daysAgo(3) }, d: {} };
    assert.deepEqual(applied(given, keep(4)), []);
    assert.deepEqual(applied(given, keep(3)), ["c"]);
    assert.deepEqual(applied(given, keep(1)), ["a", "b", "c"]);
  });

  it("counts full days since an image was pushed", () => {
    const given = { old: { pushedAt: daysAgo(2) - 1 }, limit: { pushedAt: daysAgo(2) }, new: {} };
    assert.deepEqual(applied(given, days("sinceImagePushed", 2)), ["old"]);
    assert.deepEqual(applied(given, days("sinceImagePushed", 1)), ["limit", "old"]);
  });

  it("counts full days since an image was last pulled, or pushed if it never was", () => {
    const pushedAt = daysAgo(50);
    const given = {
      never: { pushedAt },
      late: { pushedAt, lastPulledAt: daysAgo(5) },
      long: { lastPulledAt: daysAgo(31) },
    };
    const rule = { selection: days("sinceImagePulled", 30), action: archive };
    const actions = applyLifecyclePolicy(repositoryOf(given, [rule]), NOW);
    assert.deepEqual(actions.map(({ digest }) => digest).sort(), ["long", "never"]);
  });

  it("counts full days since an image was archived", () => {
    const pushedAt = daysAgo(500);
    const given = {
      old: { pushedAt, archivedAt: daysAgo(91) },
      late: { pushedAt, archivedAt: daysAgo(89) },
      active: { pushedAt, lastPulledAt: pushedAt },
    };
    const storageClass = "archive";
    assert.deepEqual(applied(given, days("sinceImageTransitioned", 90, { storageClass })), ["old"]);
    assert.deepEqual(applied(given, days("sinceImagePushed", 90)), ["active"], "archived images are not looked at");
  });

  const tags = { release: { tags: ["v1.0", "latest"] }, test: { tags: ["test-v"] }, bare: {} };
  const tagged = (lists: object) => days("sinceImagePushed", 1, { tagStatus: "tagged", ...lists });
  const old = Object.fromEntries(
    Object.entries(tags).map(([digest, given]) => [digest, { pushedAt: daysAgo(2), ...given }]),
  );
  const selections: [object, string[]][] = [
    [tagged({ tagPrefixList: ["v"] }), ["release"]],
    [tagged({ tagPrefixList: ["test"] }), ["test"]],
    [tagged({ tagPrefixList: ["1.0"] }), []],
    [tagged({ tagPrefixList: ["v", "la"] }), ["release"]],
    [tagged({ tagPrefixList: ["v", "test"] }), []],
    [tagged({ tagPatternList: ["*v"] }), ["test"]],
    [tagged({ tagPatternList: ["*"] }), ["release", "test"]],
    [tagged({ tagPatternList: ["v*", "latest"] }), ["release"]],
    [tagged({ tagPatternList: ["v*", "none"] }), []],
    [days("sinceImagePushed", 1, { tagStatus: "untagged" }), ["bare"]],
    [days("sinceImagePushed", 1), ["bare", "release", "test"]],
  ];
  for (const [selection, wanted] of selections) {
    it(`selects ${wanted.join(" and ") || "nothing"} by ${JSON.stringify(selection)}`, () => {
      assert.deepEqual(applied(old, selection), wanted);
    });
  }

  it("leaves to a later rule what no earlier rule names", () => {
    const protect = keep(9, { tagStatus: "tagged", tagPatternList: ["latest"] });
    assert.deepEqual(applied(old, protect, days("sinceImagePushed", 1)), ["bare", "test"]);
  });

  it("keeps what a manifest list names, until the list is gone", () => {
    const pushedAt = daysAgo(2);
    const given = { list: { pushedAt, children: ["part"] }, part: { pushedAt } };
    const repository = repositoryOf(given, [{ selection: days("sinceImagePushed", 1) }]);
    const run = () => applyLifecyclePolicy(repository, NOW).map(({ digest }) => digest);
    assert.deepEqual([run(), run(), run()], [["list"], ["part"], []]);
  });
});
