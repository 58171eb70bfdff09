import assert from "node:assert/strict";
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  GetLifecyclePolicyPreviewCommand,
  type GetLifecyclePolicyPreviewCommandInput,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  waitUntilLifecyclePolicyPreviewComplete,
} from "@aws-sdk/client-ecr";
import { whole } from "../../../testing/steps";
import { ACCOUNT, REGION, refused, TestCloud } from "../../../testing/support";

type Rule = Record<string, unknown> & { selection: Record<string, unknown> };

const DAY_SECONDS = 24 * 60 * 60;
const REPOSITORY = "quay/argoproj/argocd";

function rule(selection: Record<string, unknown>, more: Record<string, unknown> = {}): Rule {
  return { rulePriority: 1, description: "a rule of this test", selection, action: { type: "expire" }, ...more };
}

const untagged = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 1 };
const any = { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 };
const tagged = { ...any, tagStatus: "tagged", tagPatternList: ["v*"] };
const archive = { action: { type: "transition", targetStorageClass: "archive" } };
const transitioned = {
  tagStatus: "any",
  storageClass: "archive",
  countType: "sinceImageTransitioned",
  countUnit: "days",
  countNumber: 90,
};
const pulled = { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 30 };

describe("emulator: lifecycle policies", () => {
  const cloud = TestCloud.forSuite();
  beforeEach(async () => {
    await cloud.ecr().send(new CreateRepositoryCommand({ repositoryName: "app" }));
  });

  const put = (rules: unknown, repositoryName = "app") =>
    cloud.ecr().send(
      // White space counts: AWS refuses a text of less than 100 characters.
      new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: JSON.stringify({ rules }, undefined, 4) }),
    );

  const accepted: [string, Rule[]][] = [
    ["untagged", [rule(untagged)]],
    ["any", [rule(any)]],
    ["tagged by pattern", [rule(tagged)]],
    ["tagged by prefix", [rule({ ...tagged, tagPatternList: undefined, tagPrefixList: ["v"] })]],
    ["any last, in any order in the list", [rule(any, { rulePriority: 9 }), rule(untagged, { rulePriority: 2 })]],
    ["a transition when not pulled", [rule(pulled, archive)]],
    ["any once for each storage class", [rule(pulled, archive), rule(transitioned, { rulePriority: 2 })]],
    [
      "50 rules",
      Array.from({ length: 50 }, (_, index) =>
        rule({ ...tagged, tagPatternList: [`v${index}*`] }, { rulePriority: index + 1 }),
      ),
    ],
  ];
  it("takes what AWS takes", async () => {
    for (const [what, rules] of accepted)
      await put(rules).catch((error: Error) => assert.fail(`${what}: ${error.message}`));
  });

  const second = { rulePriority: 2 };
  const refusedRules: [string, unknown, RegExp?][] = [
    ["no rules", []],
    [
      "51 rules",
      Array.from({ length: 51 }, (_, index) =>
        rule({ ...tagged, tagPatternList: [`v${index}*`] }, { rulePriority: index + 1 }),
      ),
    ],
    ["one priority twice", [rule(untagged), rule(any)], /unique/],
    ["priority 0", [rule(any, { rulePriority: 0 })]],
    ["any before another rule", [rule(any), rule(untagged, second)], /highest/],
    ["untagged twice", [rule(untagged), rule({ ...untagged, countNumber: 2 }, second)], /untagged/],
    ["the same patterns twice", [rule(tagged), rule({ ...tagged, countNumber: 9 }, second)], /of its own/],
    ["tagged without patterns", [rule({ ...tagged, tagPatternList: undefined })]],
    ["patterns and prefixes", [rule({ ...tagged, tagPrefixList: ["v"] })]],
    ["untagged with patterns", [rule({ ...untagged, tagPatternList: ["v*"] })]],
    ["five wildcards", [rule({ ...tagged, tagPatternList: ["*a*b*c*d*"] })]],
    ["a count with a unit", [rule({ ...any, countUnit: "days" })]],
    ["days without a unit", [rule({ ...untagged, countUnit: undefined })]],
    ["a count of 0", [rule({ ...any, countNumber: 0 })]],
    ["half an image", [rule({ ...any, countNumber: 1.5 })]],
    ["an unknown count type", [rule({ ...any, countType: "olderThan" })]],
    ["an unknown action", [rule(any, { action: { type: "delete" } })]],
    ["a transition to nowhere", [rule(pulled, { action: { type: "transition" } })]],
    ["an expiry with a target", [rule(any, { action: { ...archive.action, type: "expire" } })]],
    ["an expiry when not pulled", [rule(pulled)], /sinceImagePulled/],
    ["89 days in the archive", [rule({ ...transitioned, countNumber: 89 })], /90 days/],
    ["transitioned in standard storage", [rule({ ...transitioned, storageClass: "standard" })]],
    ["a misspelt property", [rule({ ...any, tagstatus: "any" })]],
  ];
  it("refuses what AWS refuses", async () => {
    for (const [what, rules, message] of refusedRules)
      await refused(put(rules), "InvalidParameterException", message).catch((error: Error) =>
        assert.fail(`${what}: ${error.message}`),
      );
  });

  describe("applied to a cached repository", () => {
    beforeEach(async () => {
      const rule = { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" };
      await cloud.ecr().send(new CreatePullThroughCacheRuleCommand(rule));
    });

    const advance = (days: number) => cloud.control("POST", "clock", { advanceSeconds: days * DAY_SECONDS + 60 });
    const apply = () => cloud.control<{ images: unknown[] }>("POST", "lifecycle", { account: ACCOUNT, region: REGION });
    const images = async () =>
      (await cloud.ecr().send(new DescribeImagesCommand({ repositoryName: REPOSITORY }))).imageDetails ?? [];
    const tags = async () => (await images()).flatMap(({ imageTags }) => imageTags ?? []).sort();

    it("keeps the newest images", async () => {
      for (const tag of ["v2.13.2", "v2.14.0", "latest"]) {
        assert.equal((await cloud.pull(REPOSITORY, tag)).status, 200);
        await advance(1);
      }
      await put([rule({ ...tagged, tagPatternList: ["*"], countNumber: 2 })], REPOSITORY);
      assert.equal((await apply()).images.length, 1);
      assert.deepEqual(await tags(), ["latest", "v2.14.0"]);
    });

    it("keeps the children of a manifest list until the list is gone", async () => {
      await cloud.pull(REPOSITORY, "latest");
      await put([rule(untagged)], REPOSITORY);
      await advance(2);
      assert.deepEqual((await apply()).images, []);
      await cloud.control("POST", "upstreams/images", {
        host: "quay.io",
        repository: "argoproj/argocd",
        tag: "latest",
      });
      await cloud.pull(REPOSITORY, "latest");
      await advance(2);
      assert.equal((await images()).length, 6);
      await apply();
      assert.equal((await images()).length, 5, "the old list went, its children are looked at next time");
      await apply();
      assert.equal((await images()).length, 3);
      assert.deepEqual(await tags(), ["latest"]);
    });

    it("does not apply a later rule to images whose tags an earlier rule names", async () => {
      await cloud.pull(REPOSITORY, "latest");
      await cloud.pull(REPOSITORY, "v2.14.0");
      await advance(10);
      const keepLatest = rule({ ...tagged, tagPatternList: ["latest"], countNumber: 5 });
      await put([keepLatest, rule({ ...untagged, tagStatus: "any" }, second)], REPOSITORY);
      await apply();
      assert.deepEqual(await tags(), ["latest"]);
    });

    it("archives images that nobody pulls", async () => {
      await cloud.pull(REPOSITORY, "latest");
      await put([rule(pulled, archive), rule(transitioned, second)], REPOSITORY);
      await advance(31);
      await apply();
      assert.deepEqual(await tags(), []);
      assert.equal((await cloud.pull(REPOSITORY, "latest")).status, 404);
      await advance(91);
      await apply();
      assert.equal((await cloud.pull(REPOSITORY, "latest")).status, 200, "a pull caches it again");
    });

    describe("in a preview", () => {
      const start = (rules?: Rule[]) =>
        cloud.ecr().send(
          new StartLifecyclePolicyPreviewCommand({
            repositoryName: REPOSITORY,
            lifecyclePolicyText: rules && JSON.stringify({ rules }, undefined, 4),
          }),
        );
      const preview = (more: Partial<GetLifecyclePolicyPreviewCommandInput> = {}) =>
        cloud.ecr().send(new GetLifecyclePolicyPreviewCommand({ repositoryName: REPOSITORY, ...more }));
      const finish = () => cloud.control("POST", "clock", { advanceSeconds: 1 });

      it("shows what a policy would do and does nothing", async () => {
        for (const tag of ["v2.13.2", "v2.14.0", "latest"]) {
          await cloud.pull(REPOSITORY, tag);
          await advance(1);
        }
        await refused(preview(), "LifecyclePolicyPreviewNotFoundException");
        await refused(start(), "LifecyclePolicyNotFoundException");
        await refused(start([rule(pulled)]), "InvalidParameterException", /sinceImagePulled/);
        const rules = [
          rule({ ...tagged, tagPatternList: ["v*"], countNumber: 1 }),
          rule({ ...pulled, countNumber: 1 }, { ...second, ...archive }),
        ];
        const started = await start(rules);
        const again = refused(start(rules), "LifecyclePolicyPreviewInProgressException");
        const [running] = await Promise.all([preview(), again]);
        await waitUntilLifecyclePolicyPreviewComplete(
          { client: cloud.ecr(), maxWaitTime: 10, minDelay: 1 },
          { repositoryName: REPOSITORY },
        );
        const lifecyclePolicyText = JSON.stringify({ rules }, undefined, 4);
        const head = { registryId: ACCOUNT, repositoryName: REPOSITORY, lifecyclePolicyText };
        for (const answer of [started, running]) assert.deepEqual(whole(answer), { ...head, status: "IN_PROGRESS" });
        const counts = {
          expiringImageTotalCount: 1,
          transitioningImageTotalCounts: [{ targetStorageClass: "ARCHIVE", imageTotalCount: 1 }],
        };
        const complete = { ...head, status: "COMPLETE", summary: counts };
        assert.deepEqual(whole(await preview()), complete);
        await refused(preview({ maxResults: 1 }), "InvalidParameterException", /does not know/);
        assert.deepEqual(await tags(), ["latest", "v2.13.2", "v2.14.0"]);
      });

      it("counts no transitions if a policy only expires images", async () => {
        for (const tag of ["v2.13.2", "v2.14.0"]) await cloud.pull(REPOSITORY, tag);
        await start([rule({ ...tagged, countNumber: 1 })]);
        await finish();
        assert.deepEqual((await preview()).summary, { expiringImageTotalCount: 1 });
      });

      it("uses the repository's own policy if none is given", async () => {
        await cloud.pull(REPOSITORY, "latest");
        await put([rule({ ...pulled, tagStatus: "any" }, archive)], REPOSITORY);
        await advance(31);
        await start();
        await finish();
        assert.deepEqual((await preview()).summary?.transitioningImageTotalCounts, [
          { targetStorageClass: "ARCHIVE", imageTotalCount: 1 },
        ]);
      });
    });
  });
});
