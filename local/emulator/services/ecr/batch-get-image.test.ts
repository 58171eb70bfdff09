import assert from "node:assert/strict";
import type { ImageIdentifier } from "@aws-sdk/client-ecr";
import { cachesForSuite, FIRST, NGINX } from "../../testing/caches";
import { ACCOUNT, refused } from "../../testing/support";

const HUB = "registry-1.docker.io";

describe("emulator: BatchGetImage through the cache", () => {
  const { cloud, hubSecretArn, puller } = cachesForSuite();
  const get = (imageIds: ImageIdentifier[], repositoryName = NGINX, place = {}) =>
    cloud.ecr(place).batchGetImage({ registryId: ACCOUNT, repositoryName, imageIds });
  /** The codes of what failed. Each failure names its image, and says why in words. */
  const failures = async (call: ReturnType<typeof get>) =>
    (await call).failures?.map(({ imageId, failureCode, failureReason }) => {
      assert.ok(imageId && failureReason, failureCode);
      return failureCode;
    });
  const asked = async () =>
    (await cloud.control<{ requests: Record<string, number> }>("GET", "upstreams")).requests[HUB];

  it("by tag creates the repository, imports the list with its children, and asks the upstream once", async () => {
    const first = await get([{ imageTag: "1.27" }]);
    assert.equal(first.images?.[0]?.imageId?.imageTag, "1.27");
    const before = await asked();
    const { manifests } = JSON.parse(first.images?.[0]?.imageManifest ?? "") as { manifests: { digest: string }[] };
    const platforms = await get(manifests.map(({ digest }) => ({ imageDigest: digest })));
    assert.equal(platforms.images?.length, 2);
    assert.deepEqual((await get([{ imageTag: "1.27" }])).images, first.images);
    assert.equal(await asked(), before);
    const { imageDetails } = await cloud.ecr().describeImages({ repositoryName: NGINX });
    assert.equal(imageDetails?.length, 3);
    assert.ok(imageDetails?.every(({ lastRecordedPullTime }) => lastRecordedPullTime !== undefined));
  });

  it("never asks the upstream for a digest", async () => {
    const known = await get([{ imageTag: "1.27" }]);
    const imageDigest = known.images?.[0]?.imageId?.imageDigest;
    const next = { host: HUB, repository: "library/nginx", tag: "next" };
    const { digest: other } = await cloud.control<{ digest: string }>("POST", "upstreams/images", next);
    const before = await asked();
    const ids = [{ imageDigest: other }, { imageTag: "next", imageDigest: other }, { imageTag: "1.27", imageDigest }];
    assert.deepEqual(await failures(get(ids)), ["ImageNotFound", "ImageNotFound"]);
    assert.equal(await asked(), before);
    await refused(get([{ imageDigest }], "dockerhub/library/redis"), "RepositoryNotFoundException");
  });

  it("says why the upstream returned nothing, and still serves cached images", async () => {
    await get([{ imageTag: "1.27" }]);
    const stable = () => failures(get([{ imageTag: "1.27" }, { imageTag: "stable" }]));
    assert.deepEqual(await failures(get([{ imageTag: "none" }, {}])), ["ImageNotFound", "MissingDigestAndTag"]);
    await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 });
    assert.deepEqual(await stable(), ["UpstreamTooManyRequests"]);
    await cloud.control("POST", "upstreams/limit", { host: HUB });
    await cloud.control("POST", "upstreams/online", { host: HUB, online: false });
    assert.deepEqual(await stable(), ["UpstreamUnavailable"]);
    await cloud.control("POST", "upstreams/online", { host: HUB, online: true });
    await cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken: "new" });
    assert.deepEqual(await stable(), ["UpstreamAccessDenied"]);
    await cloud.secrets().deleteSecret({ SecretId: hubSecretArn(), ForceDeleteWithoutRecovery: true });
    await refused(get([{ imageTag: "stable" }]), "UnableToGetUpstreamImageException", /secret does not exist/);
  });

  it("needs the permissions of a first pull", async () => {
    const read = ["ecr:BatchGetImage", ...FIRST.filter((action) => action !== "ecr:CreateRepository")];
    const keys = await puller(read);
    await refused(get([{ imageTag: "1.27" }], NGINX, { keys }), "RepositoryNotFoundException");
    await get([{ imageTag: "1.27" }]);
    assert.deepEqual(await failures(get([{ imageTag: "latest" }], NGINX, { keys })), []);
  });
});
