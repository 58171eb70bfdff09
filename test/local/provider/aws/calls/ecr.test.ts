import assert from "node:assert/strict";
import type { Properties } from "../../../../../local/provider/wire";
import { NotedCalls } from "../../noted-calls";
import { ARN, SCANNING, TEMPLATE } from "../../tokens";

const REPOSITORY = "aws:ecr/repository:Repository";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/a";
const ROLE = "arn:aws:iam::111122223333:role/r";
const OWN = "arn:aws:ecr:us-east-1:111122223333:repository/own";

/** Whole calls, and whole states after whole answers. */
describe("local AWS provider's calls of ECR, with every property", () => {
  const calls = NotedCalls.forSuite();

  const filters = [{ filter: "dev-*", filterType: "WILDCARD" }];
  const template = {
    prefix: "hub",
    appliedFors: ["PULL_THROUGH_CACHE"],
    customRoleArn: ROLE,
    description: "ours",
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }],
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: filters,
    lifecyclePolicy: '{"rules":[]}',
    repositoryPolicy: '{"Statement":[]}',
    resourceTags: { team: "a" },
  };
  const sentTemplate = {
    prefix: "hub",
    appliedFor: ["PULL_THROUGH_CACHE"],
    customRoleArn: ROLE,
    description: "ours",
    encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY },
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: filters,
    lifecyclePolicy: '{"rules":[]}',
    repositoryPolicy: '{"Statement":[]}',
    resourceTags: [{ Key: "team", Value: "a" }],
  };

  it("creates a template with all of it, and reads all of it", async () => {
    const repositoryCreationTemplates = [
      { ...sentTemplate, resourceTags: [{ Key: "aws:x", Value: "y" }, ...sentTemplate.resourceTags] },
    ];
    calls.aws.answers = {
      CreateRepositoryCreationTemplate: [{}],
      DescribeRepositoryCreationTemplates: [{ registryId: "111122223333", repositoryCreationTemplates }],
    };
    const { id, state } = await calls.create(TEMPLATE, template);
    assert.equal(id, "hub");
    assert.deepEqual(calls.aws.bodies("CreateRepositoryCreationTemplate"), [sentTemplate]);
    assert.deepEqual(calls.aws.bodies("DescribeRepositoryCreationTemplates"), [{ prefixes: ["hub"] }]);
    assert.deepEqual(state, { ...template, registryId: "111122223333", region: "us-east-1" });
  });

  it("creates a template with little, without empty properties, and with AES256 if no encryption is named", async () => {
    calls.aws.answers = {
      CreateRepositoryCreationTemplate: [{}],
      DescribeRepositoryCreationTemplates: [{ repositoryCreationTemplates: [{ prefix: "hub" }] }],
    };
    const least = { prefix: "hub", appliedFors: ["REPLICATION"] };
    await calls.create(TEMPLATE, { ...least, encryptionConfigurations: [{}], imageTagMutabilityExclusionFilters: [] });
    await calls.create(TEMPLATE, { ...least, description: "", resourceTags: {} });
    const sent = { prefix: "hub", appliedFor: ["REPLICATION"], imageTagMutability: "MUTABLE" };
    assert.deepEqual(calls.aws.bodies("CreateRepositoryCreationTemplate"), [
      { ...sent, encryptionConfiguration: { encryptionType: "AES256" } },
      { ...sent, resourceTags: [] },
    ]);
  });

  it("changes each property of a template alone, an empty one to nothing", async () => {
    calls.aws.answers = {
      UpdateRepositoryCreationTemplate: [{}],
      DescribeRepositoryCreationTemplates: [{ repositoryCreationTemplates: [{ prefix: "hub" }] }],
    };
    const state = { ...template, region: "us-east-1" };
    const sent = async (change: Properties) => {
      const [call] = await calls.update(TEMPLATE, "hub", state, { ...template, ...change });
      return call?.[1];
    };
    const changes: readonly (readonly [change: Properties, body: Properties])[] = [
      [{ appliedFors: ["REPLICATION"] }, { appliedFor: ["REPLICATION"] }],
      [{ imageTagMutability: "MUTABLE_WITH_EXCLUSION" }, { imageTagMutability: "MUTABLE_WITH_EXCLUSION" }],
      [{ description: "new" }, { description: "new" }],
      [{ description: undefined }, { description: "" }],
      [{ lifecyclePolicy: undefined }, { lifecyclePolicy: "" }],
      [{ lifecyclePolicy: '{"rules":[{}]}' }, { lifecyclePolicy: '{"rules":[{}]}' }],
      [{ repositoryPolicy: undefined }, { repositoryPolicy: "" }],
      [{ repositoryPolicy: '{"Statement":[{}]}' }, { repositoryPolicy: '{"Statement":[{}]}' }],
    ];
    for (const [change, body] of changes) assert.deepEqual(await sent(change), { prefix: "hub", ...body });
  });

  const repository = {
    name: "own",
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }],
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: "MUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: filters,
    tags: { team: "a" },
  };
  const described = {
    repositoryName: "own",
    repositoryArn: OWN,
    registryId: "111122223333",
    repositoryUri: "111122223333.dkr.ecr.us-east-1.amazonaws.com/own",
    encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY },
    imageScanningConfiguration: { scanOnPush: true },
    imageTagMutability: "MUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: filters,
  };

  it("creates a repository with all of it, and reads all of it", async () => {
    calls.aws.answers = {
      CreateRepository: [{}],
      DescribeRepositories: [{ repositories: [described] }],
      ListTagsForResource: [{ tags: [{ Key: "team", Value: "a" }] }],
    };
    const { id, state } = await calls.create(REPOSITORY, repository);
    assert.equal(id, "own");
    assert.deepEqual(calls.aws.bodies("CreateRepository"), [
      {
        repositoryName: "own",
        encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY },
        imageScanningConfiguration: { scanOnPush: true },
        imageTagMutability: "MUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: filters,
        tags: [{ Key: "team", Value: "a" }],
      },
    ]);
    assert.deepEqual(calls.aws.bodies("DescribeRepositories"), [{ repositoryNames: ["own"] }]);
    assert.deepEqual(calls.aws.bodies("ListTagsForResource"), [{ resourceArn: OWN }]);
    assert.deepEqual(state, {
      ...repository,
      tagsAll: { team: "a" },
      arn: OWN,
      registryId: "111122223333",
      repositoryUrl: "111122223333.dkr.ecr.us-east-1.amazonaws.com/own",
      region: "us-east-1",
    });
  });

  it("changes a repository's settings and tags with a call for each, and deletes images only if forced", async () => {
    calls.aws.answers = {
      DescribeRepositories: [{ repositories: [described] }],
      ListTagsForResource: [{}],
      PutImageTagMutability: [{}],
      PutImageScanningConfiguration: [{}],
      TagResource: [{}],
      UntagResource: [{}],
      DeleteRepository: [{}],
    };
    const state = { ...repository, tagsAll: { team: "a" }, arn: OWN, region: "us-east-1" };
    const sent = (change: Properties) => calls.update(REPOSITORY, "own", state, { ...repository, ...change });
    const mutability = { repositoryName: "own", imageTagMutability: "MUTABLE_WITH_EXCLUSION" };
    const others = [{ filter: "test-*", filterType: "WILDCARD" }];
    assert.deepEqual(await sent({ imageTagMutabilityExclusionFilters: others }), [
      ["PutImageTagMutability", { ...mutability, imageTagMutabilityExclusionFilters: others }],
    ]);
    assert.deepEqual(await sent({ imageTagMutability: "MUTABLE", imageTagMutabilityExclusionFilters: undefined }), [
      ["PutImageTagMutability", { ...mutability, imageTagMutability: "MUTABLE" }],
    ]);
    assert.deepEqual(await sent({ tags: { news: "b" } }), [
      ["UntagResource", { resourceArn: OWN, tagKeys: ["team"] }],
      ["TagResource", { resourceArn: OWN, tags: [{ Key: "news", Value: "b" }] }],
    ]);
    assert.deepEqual(await sent({ forceDelete: true }), []);
    await calls.typeOf(REPOSITORY).delete("own", { forceDelete: true });
    await calls.typeOf(REPOSITORY).delete("own", {});
    assert.deepEqual(calls.aws.bodies("DeleteRepository"), [
      { repositoryName: "own", force: true },
      { repositoryName: "own", force: false },
    ]);
  });

  it("changes a rule's ARNs, sends both, and deletes it in its registry", async () => {
    const type = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
    const rule = {
      ecrRepositoryPrefix: "hub",
      upstreamRegistryUrl: "registry-1.docker.io",
      upstreamRepositoryPrefix: "a",
    };
    const arns = { credentialArn: ARN, customRoleArn: ROLE };
    calls.aws.answers = {
      CreatePullThroughCacheRule: [{}],
      UpdatePullThroughCacheRule: [{}],
      DeletePullThroughCacheRule: [{}],
      DescribePullThroughCacheRules: [{ pullThroughCacheRules: [{ ...rule, ...arns, registryId: "111122223333" }] }],
    };
    const { state } = await calls.create(type, { ...rule, ...arns });
    assert.deepEqual(calls.aws.bodies("CreatePullThroughCacheRule"), [{ ...rule, ...arns }]);
    assert.deepEqual(state, { ...rule, ...arns, registryId: "111122223333", region: "us-east-1" });
    const changed = { ...rule, ...arns, credentialArn: `${ARN}2` };
    assert.deepEqual(await calls.update(type, "hub", state, changed), [
      ["UpdatePullThroughCacheRule", { ecrRepositoryPrefix: "hub", credentialArn: `${ARN}2`, customRoleArn: ROLE }],
    ]);
    await calls.typeOf(type).delete("hub", state);
    assert.deepEqual(calls.aws.bodies("DeletePullThroughCacheRule"), [
      { ecrRepositoryPrefix: "hub", registryId: "111122223333" },
    ]);
  });

  it("puts a scanning configuration without rules if none are given", async () => {
    const scanningConfiguration = { scanType: "BASIC", rules: [] };
    calls.aws.answers = {
      PutRegistryScanningConfiguration: [{}],
      GetRegistryScanningConfiguration: [{ registryId: "111122223333", scanningConfiguration }],
    };
    const state = { scanType: "ENHANCED", rules: [{ scanFrequency: "MANUAL" }], region: "us-east-1" };
    const [call] = await calls.update(SCANNING, "111122223333", state, { scanType: "BASIC" });
    assert.deepEqual(call?.[1], { scanType: "BASIC", rules: [] });
  });
});
