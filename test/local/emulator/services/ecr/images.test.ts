import assert from "node:assert/strict";
import type { BatchDeleteImageCommandInput, DescribeImagesCommandInput, ImageIdentifier } from "@aws-sdk/client-ecr";
import { whole } from "../../answers";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud } from "../../support";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DAY_SECONDS = 24 * 60 * 60;
const repositoryName = "quay/argoproj/argocd";

interface Pulled {
  readonly imageDigest: string;
  readonly manifest: string;
  readonly children: readonly string[];
}

describe("emulator: images of a repository", () => {
  const cloud = TestCloud.forSuite();
  let [latest, release]: Pulled[] = [];
  beforeEach(async () => {
    await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    latest = await pull("latest");
    release = await pull("v2.14.0");
  });

  async function pull(tag: string): Promise<Pulled> {
    const { status, body, headers } = await cloud.pull(repositoryName, tag);
    assert.equal(status, 200);
    const { manifests } = JSON.parse(body) as { manifests: { digest: string }[] };
    const imageDigest = String(headers["docker-content-digest"]);
    return { imageDigest, manifest: body, children: manifests.map(({ digest }) => digest) };
  }

  const tagged = () => [
    { imageDigest: latest?.imageDigest, imageTag: "latest" },
    { imageDigest: release?.imageDigest, imageTag: "v2.14.0" },
  ];
  const children = () => [latest, release].flatMap((image) => image?.children ?? []);
  const untagged = () => children().map((imageDigest) => ({ imageDigest }));
  const inOrder = (ids: readonly ImageIdentifier[] = []) =>
    [...ids].sort((a, b) => `${a.imageTag} ${a.imageDigest}`.localeCompare(`${b.imageTag} ${b.imageDigest}`));

  type Filter = DescribeImagesCommandInput["filter"];
  const listed = async (filter?: Filter) =>
    inOrder((await cloud.ecr().listImages({ repositoryName, filter })).imageIds);
  const described = async (filter?: Filter) => {
    const { imageDetails = [] } = await cloud.ecr().describeImages({ repositoryName, filter });
    return imageDetails.map(({ imageDigest }) => imageDigest).sort();
  };

  /** Archives the lists, because nobody pulls them. Their children stay. */
  async function archive(): Promise<void> {
    const selection = { tagStatus: "any", countType: "sinceImagePulled", countUnit: "days", countNumber: 30 };
    const action = { type: "transition", targetStorageClass: "archive" };
    const lifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, selection, action }] }, undefined, 4);
    await cloud.ecr().putLifecyclePolicy({ repositoryName, lifecyclePolicyText });
    await cloud.control("POST", "clock", { advanceSeconds: 31 * DAY_SECONDS });
    await cloud.control("POST", "lifecycle", { account: ACCOUNT, region: REGION });
  }

  it("are listed with every tag, or without one, as the filter says", async () => {
    assert.deepEqual(await listed(), inOrder([...tagged(), ...untagged()]));
    assert.deepEqual(await listed({ tagStatus: "ANY" }), inOrder([...tagged(), ...untagged()]));
    assert.deepEqual(await listed({ tagStatus: "TAGGED" }), inOrder(tagged()));
    assert.deepEqual(await listed({ tagStatus: "UNTAGGED" }), inOrder(untagged()));
    assert.deepEqual(
      await described({ tagStatus: "TAGGED" }),
      tagged()
        .map(({ imageDigest }) => imageDigest)
        .sort(),
    );
    assert.deepEqual(await described({ tagStatus: "UNTAGGED" }), children().sort());
  });

  it("are listed and described in pages, by default of 100", async () => {
    const list = (more = {}) => cloud.ecr().listImages({ repositoryName, ...more });
    const describe = (more = {}) => cloud.ecr().describeImages({ repositoryName, ...more });
    const all = (await list()).imageIds ?? [];
    const first = await list({ maxResults: 4 });
    const rest = await list({ maxResults: 4, nextToken: first.nextToken });
    assert.deepEqual([first.imageIds, rest.imageIds], [all.slice(0, 4), all.slice(4)]);
    assert.equal(rest.nextToken, undefined);
    const details = (await describe()).imageDetails ?? [];
    const start = await describe({ maxResults: 5 });
    const end = await describe({ maxResults: 5, nextToken: start.nextToken });
    assert.deepEqual([start.imageDetails, end.imageDetails], [details.slice(0, 5), details.slice(5)]);
    assert.equal(end.nextToken, undefined);
    // Each publication adds a list and its two platforms.
    for (let images = 6; images <= 99; images += 3) {
      await cloud.control("POST", "upstreams/images", { host: "quay.io", repository: "argoproj/argocd", tag: "next" });
      await cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS + 1 });
      await pull("next");
    }
    const [ids, shown] = [await list(), await describe()];
    assert.deepEqual([ids.imageIds?.length, shown.imageDetails?.length], [100, 100]);
    assert.equal((await list({ nextToken: ids.nextToken })).imageIds?.length, 2);
    assert.equal((await describe({ nextToken: shown.nextToken })).imageDetails?.length, 2);
  });

  it("are described with their sizes, types and times", async () => {
    await cloud.ecr().putImageScanningConfiguration({
      repositoryName,
      imageScanningConfiguration: { scanOnPush: true },
    });
    await cloud.control("POST", "clock", { advanceSeconds: 2 * DAY_SECONDS });
    const older = await pull("v2.13.2");
    await cloud.control("POST", "clock", { advanceSeconds: 3 * DAY_SECONDS });
    await cloud.ecr().batchGetImage({ repositoryName, imageIds: [{ imageDigest: older.imageDigest }] });
    const imageIds = [{ imageTag: "v2.13.2" }, { imageDigest: older.children[0] }];
    const { imageDetails, nextToken } = await cloud.ecr().describeImages({ repositoryName, imageIds });
    assert.equal(nextToken, undefined);
    const [list, platform] = imageDetails ?? [];
    const { body } = await cloud.pull(repositoryName, older.children[0] ?? "");
    const { layers } = JSON.parse(body) as { layers: { size: number }[] };
    const common = { registryId: ACCOUNT, repositoryName, imageStatus: "ACTIVE" };
    assert.deepEqual(whole(list), {
      ...common,
      imageDigest: older.imageDigest,
      imageSizeInBytes: 0,
      imageTags: ["v2.13.2"],
      imagePushedAt: "day 2",
      imageManifestMediaType: INDEX,
      lastRecordedPullTime: "day 5",
    });
    assert.deepEqual(whole(platform), {
      ...common,
      imageDigest: older.children[0],
      imageSizeInBytes: layers.reduce((sum, { size }) => sum + size, 0),
      imagePushedAt: "day 2",
      imageManifestMediaType: MANIFEST,
      artifactMediaType: "application/vnd.oci.image.config.v1+json",
      imageScanStatus: { status: "COMPLETE", description: "The scan was completed successfully." },
      imageScanFindingsSummary: { imageScanCompletedAt: "day 2", findingSeverityCounts: {} },
    });
  });

  it("that are archived are shown only to who asks for them, and not pulled", async () => {
    await archive();
    assert.deepEqual(await listed(), inOrder(untagged()));
    assert.deepEqual(await listed({ imageStatus: "ARCHIVED" }), inOrder(tagged()));
    assert.deepEqual(await listed({ imageStatus: "ANY" }), inOrder([...tagged(), ...untagged()]));
    assert.deepEqual(await listed({ imageStatus: "ARCHIVED", tagStatus: "UNTAGGED" }), []);
    const archived = tagged().map(({ imageDigest }) => imageDigest);
    assert.deepEqual(await described(), children().sort());
    assert.deepEqual(await described({ imageStatus: "ACTIVE" }), children().sort());
    assert.deepEqual(await described({ imageStatus: "ARCHIVED" }), archived.sort());
    const { imageDetails = [] } = await cloud.ecr().describeImages({
      repositoryName,
      imageIds: [{ imageTag: "latest" }],
    });
    const { imageStatus, lastArchivedAt } = imageDetails[0] ?? {};
    assert.deepEqual(whole([imageStatus, lastArchivedAt]), ["ARCHIVED", "day 31"]);
    const imageId = { imageDigest: latest?.imageDigest };
    const { failures } = await cloud.ecr().batchGetImage({ repositoryName, imageIds: [imageId] });
    assert.deepEqual(failures, [{ imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" }]);
  });

  it("are given out by tag and by digest, whole", async () => {
    const imageDigest = release?.imageDigest;
    const imageIds = [{ imageTag: "v2.14.0" }, { imageDigest }, { imageTag: "v2.14.0", imageDigest }, {}];
    const image = {
      registryId: ACCOUNT,
      repositoryName,
      imageManifest: release?.manifest,
      imageManifestMediaType: INDEX,
    };
    assert.deepEqual(whole(await cloud.ecr().batchGetImage({ repositoryName, imageIds })), {
      images: [
        { ...image, imageId: { imageDigest, imageTag: "v2.14.0" } },
        { ...image, imageId: { imageDigest } },
        { ...image, imageId: { imageDigest, imageTag: "v2.14.0" } },
      ],
      failures: [
        {
          imageId: {},
          failureCode: "MissingDigestAndTag",
          failureReason: "Neither digest nor tag is given",
        },
      ],
    });
  });

  const bad = (imageDigest: string): [ImageIdentifier, string] => [{ imageDigest }, "InvalidImageDigest"];
  const unknown: [ImageIdentifier, string][] = [
    [{}, "MissingDigestAndTag"],
    bad(`sha256:${"a".repeat(63)}`),
    bad(`sha256:${"a".repeat(65)}`),
    bad(`sha512:${"a".repeat(64)}`),
    bad(`a sha256:${"a".repeat(64)}`),
    bad(""),
    [{ imageTag: "none" }, "ImageNotFound"],
    [{ imageDigest: `sha256:${"a".repeat(64)}` }, "ImageNotFound"],
    [{ imageDigest: `sha256:${"a".repeat(64)}`, imageTag: "latest" }, "ImageNotFound"],
  ];
  it("that do not exist are failures of a deletion, each with its code", async () => {
    const imageIds: [ImageIdentifier, string][] = [
      ...unknown,
      [{ imageTag: "none", imageDigest: latest?.imageDigest }, "ImageNotFound"],
      [{ imageTag: "latest", imageDigest: release?.imageDigest }, "ImageTagDoesNotMatchDigest"],
    ];
    const asked = imageIds.map(([imageId]) => imageId);
    const { failures, ...answer } = await cloud.ecr().batchDeleteImage({ repositoryName, imageIds: asked });
    assert.deepEqual(
      failures?.map(({ imageId, failureCode }) => [imageId, failureCode]),
      imageIds,
    );
    assert.ok(failures?.every(({ failureReason }) => failureReason));
    assert.deepEqual(answer.imageIds, []);
    assert.deepEqual(await listed(), inOrder([...tagged(), ...untagged()]));
  });

  it("that do not exist are named when they are described", async () => {
    const describe = (imageId: ImageIdentifier) => cloud.ecr().describeImages({ repositoryName, imageIds: [imageId] });
    const place = `the repository with name '${repositoryName}' in the registry with id '${ACCOUNT}'`;
    const message = (id: string) => new RegExp(`^The image with imageId {${id}} does not exist within ${place}$`);
    const none = `sha256:${"0".repeat(64)}`;
    await refused(
      describe({ imageTag: "none" }),
      "ImageNotFoundException",
      message("imageDigest:'null', imageTag:'none'"),
    );
    await refused(
      describe({ imageDigest: none }),
      "ImageNotFoundException",
      message(`imageDigest:'${none}', imageTag:'null'`),
    );
  });

  const remove = async (imageIds: BatchDeleteImageCommandInput["imageIds"]) =>
    whole(await cloud.ecr().batchDeleteImage({ repositoryName, imageIds }));

  it("go with their last tag, or by digest with all their tags", async () => {
    assert.deepEqual(await remove([{ imageTag: "latest" }]), { imageIds: [tagged()[0]], failures: [] });
    assert.deepEqual(await listed(), inOrder([...tagged().slice(1), ...untagged()]));
    assert.deepEqual(await remove([{ imageDigest: release?.imageDigest }]), { imageIds: [tagged()[1]], failures: [] });
    assert.deepEqual(await listed(), inOrder(untagged()));
    assert.deepEqual(await remove(untagged()), { imageIds: untagged(), failures: [] });
    assert.deepEqual(await listed(), []);
  });

  it("stay while a manifest list names them", async () => {
    const imageId = { imageDigest: latest?.children[1] };
    assert.deepEqual(await remove([imageId]), {
      imageIds: [],
      failures: [
        {
          imageId,
          failureCode: "ImageReferencedByManifestList",
          failureReason: `Requested image referenced by manifest list: [${latest?.imageDigest}]`,
        },
      ],
    });
    assert.deepEqual(await listed(), inOrder([...tagged(), ...untagged()]));
  });

  it("are shown to another account by the name of the registry, if the repository's policy allows it", async () => {
    const place = { account: OTHER_ACCOUNT };
    const describe = () => cloud.ecr(place).describeImages({ registryId: ACCOUNT, repositoryName });
    const list = () => cloud.ecr(place).listImages({ registryId: ACCOUNT, repositoryName });
    await refused(describe(), "AccessDeniedException", /ecr:DescribeImages/);
    const policyText = allow(["ecr:DescribeImages", "ecr:ListImages"], { Principal: { AWS: OTHER_ACCOUNT } });
    await cloud.ecr().setRepositoryPolicy({ repositoryName, policyText });
    const { imageDetails = [] } = await describe();
    assert.deepEqual(new Set(imageDetails.map(({ registryId }) => registryId)), new Set([ACCOUNT]));
    assert.deepEqual(inOrder((await list()).imageIds), await listed());
  });
});
