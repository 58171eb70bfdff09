import assert from "node:assert/strict";
import { runCli } from "../support/cli";
import { ACCOUNT, cloudForSuite, createHub, REGION, withAws } from "./support";

describe("report", () => {
  const cloud = cloudForSuite();
  const report = (...args: string[]) => runCli(["report", ...args]);

  beforeEach(async () => {
    await createHub(cloud);
    const ecr = cloud.ecr();
    await ecr.createPullThroughCacheRule({
      ...{ ecrRepositoryPrefix: "hub/k8s", upstreamRegistryUrl: "registry.k8s.io" },
    });
    await ecr.batchGetImage({ repositoryName: "hub/library/nginx", imageIds: [{ imageTag: "1.27" }] });
    for (const repositoryName of ["hub/mine", "hub/k8s/pause", "hubble/own"])
      await ecr.createRepository({ repositoryName });
  });

  /** What ECR bills for: the index is no image of its own. */
  const stored = async () => {
    const { imageDetails = [] } = await cloud.ecr().describeImages({ repositoryName: "hub/library/nginx" });
    const images = imageDetails.filter(({ imageManifestMediaType = "" }) => !/index|list/.test(imageManifestMediaType));
    return {
      images: images.length,
      bytes: images.reduce((sum, { imageSizeInBytes = 0 }) => sum + imageSizeInBytes, 0),
    };
  };

  it("counts each repository once, for its most specific cache, with its cost", async () => {
    const { code, stdout, stderr } = await report("--json", "--price", "1000");
    assert.deepEqual([code, stderr.split("\n")[0]], [0, `Account ${ACCOUNT}, Region ${REGION}`]);
    const shown = JSON.parse(stdout);
    const { images, bytes } = await stored();
    assert.ok(images > 0 && bytes > 0);
    const cost = (bytes / 1e9) * 1000;
    const rows = shown.repositories.map((one: Record<string, unknown>) => [
      one.cache,
      one.repository,
      one.images,
      one.bytes,
      one.cost,
      one.hasLifecycle,
    ]);
    assert.deepEqual(rows, [
      ["hub", "hub/library/nginx", images, bytes, cost, true],
      ["hub/k8s", "hub/k8s/pause", 0, 0, 0, false],
      ["hub", "hub/mine", 0, 0, 0, false],
    ]);
    const sums = shown.caches.map((one: Record<string, unknown>) => [one.cache, one.repositories, one.cost]);
    assert.deepEqual(sums, [
      ["hub", 2, cost],
      ["hub/k8s", 1, 0],
    ]);
    // Ten US cents a gigabyte: https://aws.amazon.com/ecr/pricing.
    const [first] = JSON.parse((await report("--json")).stdout).repositories;
    assert.equal(first.cost, (bytes / 1e9) * 0.1);
    assert.deepEqual(
      [shown.account, shown.total.withoutLifecycle, shown.total.repositories, shown.unchecked],
      [ACCOUNT, 2, 3, []],
    );
  });

  it("leaves the repositories of other caches out with --prefix", async () => {
    const { stdout } = await report("--json", "--prefix", "hub");
    const names = JSON.parse(stdout).repositories.map(({ repository }: { repository: string }) => repository);
    assert.deepEqual(names, ["hub/library/nginx", "hub/mine"]);
  });

  for (const [format, expected] of [
    ["table", /hub +registry-1\.docker\.io +2 .*hub\/library\/nginx.*3 repositories, \d+ images, [\d.]+ GB/s],
    ["csv", /^Region,Cache,Repository,Images,GB,USD\/month,.*\n[\w-]+,hub,hub\/library\/nginx,\d+,[\d.]+,0\.00,/],
    ["html", /^<!doctype html>.*<svg.*hub\/library\/nginx.*<\/svg>.*<td>hub\/library\/nginx<\/td>/s],
  ] as const) {
    it(`prints ${format}`, async () => {
      const { code, stdout } = await report("--format", format);
      assert.equal(code, 0);
      assert.match(stdout, expected);
      assert.doesNotMatch(stdout, /<script|<link|src=|hubble/);
    });
  }

  it("names the Regions of its plots if there are several", async () => {
    const plots = async (...regions: string[]) =>
      (await report("--format", "html", ...regions.flatMap((one) => ["--region", one]))).stdout.match(
        /<svg.*?<\/svg>/gs,
      ) ?? [];
    assert.doesNotMatch((await plots()).join(), new RegExp(REGION));
    await cloud.ecr({ region: "us-west-2" }).createPullThroughCacheRule({
      ...{ ecrRepositoryPrefix: "k8s", upstreamRegistryUrl: "registry.k8s.io" },
    });
    const both = (await plots(REGION, "us-west-2")).join();
    assert.match(both, new RegExp(`hub/library/nginx \\(${REGION}\\)`));
    assert.match(both, /k8s \(us-west-2\)/);
  });

  for (const price of ["free", "-1", "1e9"]) {
    it(`refuses the price ${price}`, async () => assert.equal((await report(`--price=${price}`)).code, 2));
  }
});

describe("report of an AWS that refuses", () => {
  cloudForSuite();
  const rules = { pullThroughCacheRules: [{ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" }] };
  const images = {
    imageDetails: [
      { imageSizeInBytes: 2e9, imageScanStatus: { status: "FAILED" }, lastRecordedPullTime: 1_790_000_000 },
      { imageSizeInBytes: 1e9, imageScanStatus: { status: "LIMIT_EXCEEDED" }, lastRecordedPullTime: 1_780_000_000 },
      { imageSizeInBytes: 1e9, imageScanStatus: { status: "COMPLETE" }, lastRecordedPullTime: 1_770_000_000 },
    ],
  };
  const answers: Record<string, object> = {
    DescribePullThroughCacheRules: rules,
    DescribeRepositories: { repositories: [{ repositoryName: "hub/app" }] },
    DescribeImages: images,
    GetLifecyclePolicy: {},
  };
  const all = { images: 3, bytes: 4e9, failedScans: 2, lastPull: "2026-09-21T14:13:20.000Z", hasLifecycle: true };

  const sums = { repositories: 1, images: 3, bytes: 4e9, failedScans: 2, withoutLifecycle: 0 };

  for (const [denied, repositories, total] of [
    ["", [all], sums],
    ["DescribeRepositories", [], {}],
    ["DescribeImages", [{ hasLifecycle: true }], { repositories: 1, withoutLifecycle: 0 }],
    ["GetLifecyclePolicy", [{ ...all, hasLifecycle: undefined }], { ...sums, withoutLifecycle: undefined }],
  ] as const) {
    it(denied === "" ? "nothing" : denied, async () => {
      const answer = (call: string) => (call === denied ? undefined : answers[call]);
      const { code, stdout, stderr } = await withAws(answer, () => runCli(["report", "--json"]));
      assert.equal(code, denied === "" ? 0 : 1);
      const shown = JSON.parse(stdout);
      const found = shown.repositories.map((one: typeof all) => {
        const { images: count, bytes, failedScans, lastPull, hasLifecycle } = one;
        return { images: count, bytes, failedScans, lastPull, hasLifecycle };
      });
      const expected = repositories.map((one) => ({
        ...{ images: undefined, bytes: undefined, failedScans: undefined, lastPull: undefined },
        ...one,
      }));
      assert.deepEqual(found, expected);
      for (const sum of [shown.total, shown.caches[0]]) {
        const { repositories: count, images, bytes, failedScans, withoutLifecycle, atLeast } = sum;
        const nothing = Object.fromEntries(Object.keys(sums).map((name) => [name, undefined]));
        assert.deepEqual(
          { repositories: count, images, bytes, failedScans, withoutLifecycle },
          { ...nothing, ...total },
        );
        assert.deepEqual(atLeast, []);
      }
      if (denied !== "") assert.match(stderr, new RegExp(`Not checked: .*ECR ${denied} in .*AccessDenied`));
    });
  }

  const SUMS: [format: string, expected: RegExp][] = [
    [
      "table",
      /^\S+ +hub +quay\.io +2 +at least 3 .* at least 2 +\? +2026-09-21$.*^2 repositories, at least 3 images, at/ms,
    ],
    ["html", /<b>at least 3<\/b><span>images<.*<b>\?<\/b><span>without lifecycle/s],
  ];
  for (const [format, expected] of SUMS) {
    it(`in part, whose sums are no more than known: ${format}`, async () => {
      const repositories = ["hub/app", "hub/hidden"].map((repositoryName) => ({ repositoryName }));
      const partly: typeof answers = { ...answers, DescribeRepositories: { repositories } };
      const answer = (call: string, { repositoryName }: { repositoryName?: string }) =>
        repositoryName === "hub/hidden" ? undefined : partly[call];
      const { stdout } = await withAws(answer, () => runCli(["report", "--format", format]));
      assert.match(stdout, expected);
    });
  }
});
