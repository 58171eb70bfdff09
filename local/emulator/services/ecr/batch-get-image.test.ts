import assert from "node:assert/strict";
import {
  BatchGetImageCommand,
  type BatchGetImageCommandOutput,
  CreatePullThroughCacheRuleCommand,
  DescribeImagesCommand,
  type ImageIdentifier,
  PutRegistryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud, trust } from "../../testing/support";

const NGINX = "dockerhub/library/nginx";
const HUB = "registry-1.docker.io";

describe("emulator: BatchGetImage through the cache", () => {
  const cloud = TestCloud.forSuite();
  beforeEach(async () => {
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const { ARN } = await cloud
      .secrets()
      .send(new CreateSecretCommand({ Name: "ecr-pullthroughcache/hub", SecretString }));
    await cloud.ecr().send(
      new CreatePullThroughCacheRuleCommand({
        ecrRepositoryPrefix: "dockerhub",
        upstreamRegistryUrl: HUB,
        credentialArn: ARN,
      }),
    );
  });

  const get = (imageIds: ImageIdentifier[], repositoryName = NGINX, place = {}): Promise<BatchGetImageCommandOutput> =>
    cloud.ecr(place).send(new BatchGetImageCommand({ registryId: ACCOUNT, repositoryName, imageIds }));
  /** The codes of what failed. Each failure names its image, and says why in words. */
  const failures = async (call: Promise<BatchGetImageCommandOutput>) =>
    (await call).failures?.map(({ imageId, failureCode, failureReason }) => {
      assert.ok(imageId && failureReason, failureCode);
      return failureCode;
    });
  const children = ({ images }: BatchGetImageCommandOutput): string[] =>
    (JSON.parse(images?.[0]?.imageManifest ?? "{}").manifests as { digest: string }[]).map(({ digest }) => digest);
  const upstreamRequests = async () =>
    (await cloud.control<{ requests: Record<string, number> }>("GET", "upstreams")).requests[HUB];

  it("by tag creates the repository, imports the list with its children, and asks the upstream once", async () => {
    const first = await get([{ imageTag: "1.27" }]);
    assert.equal(first.images?.[0]?.imageId?.imageTag, "1.27");
    const asked = await upstreamRequests();
    const platforms = await get(children(first).map((imageDigest) => ({ imageDigest })));
    assert.equal(platforms.images?.length, 2);
    assert.deepEqual((await get([{ imageTag: "1.27" }])).images, first.images);
    assert.equal(await upstreamRequests(), asked);
    const { imageDetails } = await cloud.ecr().send(new DescribeImagesCommand({ repositoryName: NGINX }));
    assert.equal(imageDetails?.length, 3);
    assert.ok(imageDetails?.every(({ lastRecordedPullTime }) => lastRecordedPullTime !== undefined));
  });

  it("never asks the upstream for a digest", async () => {
    const known = await get([{ imageTag: "1.27" }]);
    const imageDigest = known.images?.[0]?.imageId?.imageDigest;
    const { digest: other } = await cloud.control<{ digest: string }>("POST", "upstreams/images", {
      host: HUB,
      repository: "library/nginx",
      tag: "next",
    });
    const asked = await upstreamRequests();
    assert.deepEqual(await failures(get([{ imageDigest: other }, { imageTag: "next", imageDigest: other }])), [
      "ImageNotFound",
      "ImageNotFound",
    ]);
    assert.deepEqual(await failures(get([{ imageTag: "1.27", imageDigest }])), []);
    assert.equal(await upstreamRequests(), asked);
    await refused(get([{ imageDigest }], "dockerhub/library/redis"), "RepositoryNotFoundException");
  });

  it("says why the upstream returned nothing, and still serves cached images", async () => {
    await get([{ imageTag: "1.27" }]);
    assert.deepEqual(await failures(get([{ imageTag: "none" }, {}])), ["ImageNotFound", "MissingDigestAndTag"]);
    await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 });
    assert.deepEqual(await failures(get([{ imageTag: "1.27" }, { imageTag: "stable" }])), ["UpstreamTooManyRequests"]);
    await cloud.control("POST", "upstreams/limit", { host: HUB });
    await cloud.control("POST", "upstreams/online", { host: HUB, online: false });
    assert.deepEqual(await failures(get([{ imageTag: "stable" }])), ["UpstreamUnavailable"]);
    await cloud.control("POST", "upstreams/online", { host: HUB, online: true });
    await cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken: "new" });
    assert.deepEqual(await failures(get([{ imageTag: "stable" }])), ["UpstreamAccessDenied"]);
    await cloud
      .secrets()
      .send(new DeleteSecretCommand({ SecretId: "ecr-pullthroughcache/hub", ForceDeleteWithoutRecovery: true }));
    await refused(get([{ imageTag: "stable" }]), "UnableToGetUpstreamImageException", /secret does not exist/);
  });

  it("is limited by the number of manifests that the upstream serves", async () => {
    await cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 3 });
    assert.deepEqual(await failures(get([{ imageTag: "1.27" }, { imageTag: "stable" }])), ["UpstreamTooManyRequests"]);
  });

  it("needs the permissions of a first pull", async () => {
    const role = { RoleName: "warmer", AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }) };
    const { Role } = await cloud.iam().send(new CreateRoleCommand(role));
    const keys = await cloud.assume(Role?.Arn ?? "");
    const permit = (actions: string[]) =>
      cloud.iam().send(
        new PutRolePolicyCommand({
          RoleName: "warmer",
          PolicyName: "own",
          PolicyDocument: allow(actions, { Resource: "*" }),
        }),
      );
    await refused(get([{ imageTag: "1.27" }], NGINX, { keys }), "AccessDeniedException");
    await permit(["ecr:BatchGetImage", "ecr:BatchImportUpstreamImage"]);
    await refused(get([{ imageTag: "1.27" }], NGINX, { keys }), "RepositoryNotFoundException");
    await permit(["ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]);
    assert.deepEqual(await failures(get([{ imageTag: "1.27" }], NGINX, { keys })), []);
  });

  it("works from another account if the registry policy allows it", async () => {
    const other = { account: OTHER_ACCOUNT };
    await refused(get([{ imageTag: "1.27" }], NGINX, other), "AccessDeniedException");
    await cloud.ecr().send(
      new PutRegistryPolicyCommand({
        policyText: allow(["ecr:BatchGetImage", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], {
          Principal: { AWS: OTHER_ACCOUNT },
          Resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/dockerhub/*`,
        }),
      }),
    );
    assert.deepEqual(await failures(get([{ imageTag: "1.27" }], NGINX, other)), []);
  });
});
