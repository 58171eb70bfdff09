import assert from "node:assert/strict";
import type { ECR } from "@aws-sdk/client-ecr";
import { keepNewest } from "../../../../test/support/lifecycle";
import { calls, nextDay, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud } from "../../testing/support";

const registryId = ACCOUNT;
const repositoryName = "team/app";
const app = { repositoryName };
const named = { repositoryNames: [repositoryName] };
const arnOf = (region: string, partition = "aws") =>
  `arn:${partition}:ecr:${region}:${ACCOUNT}:repository/${repositoryName}`;
const tagged = { resourceArn: arnOf(REGION) };
const tag = { Key: "team", Value: "a" };
const key = (region: string, partition = "aws") => `arn:${partition}:kms:${region}:${ACCOUNT}:key/1111-2222`;
const [invalid, missing] = ["InvalidParameterException", "RepositoryNotFoundException"];

/** Source: the API reference of each operation, "Response Elements" and "Errors". */
describe("emulator: repositories", () => {
  const cloud = TestCloud.forSuite();
  let ecr: ECR;
  beforeEach(() => {
    ecr = cloud.ecr();
  });
  const repository = {
    repositoryArn: arnOf(REGION),
    registryId,
    repositoryName,
    repositoryUri: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${repositoryName}`,
    createdAt: "day 0",
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
  };
  const head = { registryId, repositoryName };

  it("its documents", async () => {
    const policyText = allow("ecr:BatchGetImage", { Principal: { AWS: OTHER_ACCOUNT } });
    const lifecyclePolicyText = keepNewest(3);
    const [policy, lifecycle] = [
      { ...head, policyText },
      { ...head, lifecyclePolicyText },
    ];
    await calls(ecr, [
      ["setRepositoryPolicy", { ...app, policyText }, missing],
      ["getLifecyclePolicy", app, missing],
      ["createRepository", app],
      ["getRepositoryPolicy", app, "RepositoryPolicyNotFoundException"],
      ["getLifecyclePolicy", app, "LifecyclePolicyNotFoundException", new RegExp(`with id '${ACCOUNT}'$`)],
    ]);
    await nextDay(cloud);
    await calls(ecr, [
      ["setRepositoryPolicy", { ...app, policyText: allow("ecr:BatchGetImage") }, invalid, /Principal/],
      ["setRepositoryPolicy", { ...app, policyText }, policy],
      ["getRepositoryPolicy", app, policy],
      ["deleteRepositoryPolicy", app, policy],
      ["deleteRepositoryPolicy", app, "RepositoryPolicyNotFoundException"],
      ["putLifecyclePolicy", { ...app, lifecyclePolicyText }, lifecycle],
      ["getLifecyclePolicy", app, { ...lifecycle, lastEvaluatedAt: "day 0" }],
    ]);
    await cloud.control("POST", "lifecycle", { account: ACCOUNT, region: REGION });
    await calls(ecr, [
      ["deleteLifecyclePolicy", app, { ...lifecycle, lastEvaluatedAt: "day 1" }],
      ["deleteLifecyclePolicy", app, "LifecyclePolicyNotFoundException"],
    ]);
  });

  it("of another account, if its policy allows it", async () => {
    const guest = cloud.ecr({ account: OTHER_ACCOUNT });
    const denied = "AccessDeniedException";
    const policyText = allow("ecr:*", { Principal: { AWS: OTHER_ACCOUNT } });
    await calls(ecr, [
      ["createRepository", app],
      ["createRepository", { repositoryName: "other" }],
    ]);
    await calls(guest, [["describeRepositories", { registryId, ...named }, denied, new RegExp(`${repositoryName}$`)]]);
    await calls(ecr, [["setRepositoryPolicy", { ...app, policyText }]]);
    await calls(guest, [
      ["describeRepositories", { registryId, ...named }, { repositories: [repository] }],
      ...[undefined, ["other"], [repositoryName, "other"]].map(
        (repositoryNames): Step => ["describeRepositories", { registryId, repositoryNames }, denied],
      ),
      ["getRepositoryPolicy", head, { ...head, policyText }],
      ["deleteRepository", head, invalid, /not the registry of the caller/],
      ["tagResource", { ...tagged, tags: [tag] }, invalid, /no repository/],
    ]);
  });

  it("is encrypted as its settings say, in GovCloud also twice", async () => {
    const govCloud = { encryptionType: "KMS_DSSE", kmsKey: key("us-gov-west-1", "aws-us-gov") };
    const make = (encryptionConfiguration: object, expected?: string): Step[] => [
      [
        "createRepository",
        { ...app, encryptionConfiguration },
        expected ?? { repository: { ...repository, encryptionConfiguration } },
      ],
      ["deleteRepository", app, expected && missing],
    ];
    await calls(ecr, [
      ...make({ encryptionType: "KMS" }),
      ...make({ encryptionType: "KMS", kmsKey: "alias/mine" }),
      ...make({ encryptionType: "KMS_DSSE" }, invalid),
      ...make({ encryptionType: "AES256", kmsKey: key(REGION) }, invalid),
      ...make({ encryptionType: "KMS", kmsKey: key("us-east-1") }, invalid),
    ]);
    const { repository: made } = await cloud
      .ecr({ region: "us-gov-west-1" })
      .createRepository({ ...app, encryptionConfiguration: govCloud as never });
    assert.equal(made?.repositoryArn, arnOf("us-gov-west-1", "aws-us-gov"));
  });

  it("takes 50 tags, by its ARN", async () => {
    const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    await calls(ecr, [
      ["createRepository", app],
      ["tagResource", { ...tagged, tags: [] }, invalid, /no tag/],
      ["tagResource", { ...tagged, tags: tags(50) }],
      ["tagResource", { ...tagged, tags: [tag] }, "TooManyTagsException"],
      ["tagResource", { ...tagged, tags: [{ Key: "aws:x", Value: "" }] }, "InvalidTagParameterException"],
      ["tagResource", { resourceArn: arnOf("us-east-1"), tags: [tag] }, invalid, /no repository/],
    ]);
  });

  it("is deleted with its images only by force", async () => {
    await ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
    const argocd = { repositoryName: "quay/argoproj/argocd" };
    await cloud.pull(argocd.repositoryName, "latest");
    await calls(ecr, [
      ["deleteRepository", argocd, "RepositoryNotEmptyException", /images$/],
      ["deleteRepository", { ...argocd, force: true }],
    ]);
  });
});
