import assert from "node:assert/strict";
import type { CreateRepositoryCreationTemplateCommandInput, RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import { keepNewest } from "../../../../test/support/lifecycle";
import { whole } from "../../testing/answers";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud, trust } from "../../testing/support";

const DAY_SECONDS = 24 * 60 * 60;
const registryId = ACCOUNT;
const kmsKey = `arn:aws:kms:${REGION}:${ACCOUNT}:key/1111-2222`;
const filters = [{ filterType: "WILDCARD" as const, filter: "v*" }];
const tag = { Key: "team", Value: "a" };

/** Source: the API reference of each operation, "Response Elements". */
describe("emulator: whole answers of ECR", () => {
  const cloud = TestCloud.forSuite();
  const nextDay = () => cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS });
  const repositoryName = "team/app";
  const repository = {
    repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repositoryName}`,
    registryId,
    repositoryName,
    repositoryUri: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${repositoryName}`,
    createdAt: "day 0",
    imageTagMutability: "MUTABLE",
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
  };

  it("a repository", async () => {
    const ecr = cloud.ecr();
    assert.deepEqual(whole(await ecr.createRepository({ repositoryName })), { repository });
    await nextDay();
    assert.deepEqual(whole(await ecr.describeRepositories({})), { repositories: [repository] });
    const named = { repositoryNames: [repositoryName] };
    assert.deepEqual(whole(await ecr.describeRepositories(named)), { repositories: [repository] });
    assert.deepEqual(whole(await ecr.describeRepositories({ registryId, ...named })), { repositories: [repository] });
    assert.deepEqual(whole(await ecr.deleteRepository({ repositoryName })), { repository });
  });

  it("a repository with every setting", async () => {
    const settings = {
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" as const,
      imageTagMutabilityExclusionFilters: filters,
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: "KMS" as const, kmsKey },
    };
    const made = await cloud.ecr().createRepository({ registryId, repositoryName, ...settings, tags: [tag] });
    assert.deepEqual(whole(made), { repository: { ...repository, ...settings } });
    const { repositories } = await cloud.ecr().describeRepositories({});
    assert.deepEqual(whole(repositories), [{ ...repository, ...settings }]);
    const listed = await cloud.ecr().listTagsForResource({ resourceArn: repository.repositoryArn });
    assert.deepEqual(whole(listed), { tags: [tag] });
  });

  it("a repository's changed settings", async () => {
    const ecr = cloud.ecr();
    await ecr.createRepository({ repositoryName });
    const shown = async () => whole((await ecr.describeRepositories({})).repositories?.[0]);
    for (const scanOnPush of [true, false]) {
      const imageScanningConfiguration = { scanOnPush };
      const put = await ecr.putImageScanningConfiguration({ repositoryName, imageScanningConfiguration });
      assert.deepEqual(whole(put), { registryId, repositoryName, imageScanningConfiguration });
      assert.deepEqual(await shown(), { ...repository, imageScanningConfiguration });
    }
    await ecr.putImageScanningConfiguration({ repositoryName, imageScanningConfiguration: { scanOnPush: true } });
    const put = await ecr.putImageScanningConfiguration({ repositoryName, imageScanningConfiguration: {} });
    assert.deepEqual(put.imageScanningConfiguration, { scanOnPush: false });
    const exclusion = {
      imageTagMutability: "MUTABLE_WITH_EXCLUSION" as const,
      imageTagMutabilityExclusionFilters: filters,
    };
    for (const settings of [exclusion, { imageTagMutability: "IMMUTABLE" as const }]) {
      const answer = await ecr.putImageTagMutability({ repositoryName, ...settings });
      assert.deepEqual(whole(answer), { registryId, repositoryName, ...settings });
      assert.deepEqual(await shown(), { ...repository, ...settings });
    }
    await refused(
      ecr.putImageTagMutability({ ...exclusion, repositoryName, imageTagMutability: "IMMUTABLE" }),
      "InvalidParameterException",
    );
  });

  it("a repository's documents", async () => {
    const ecr = cloud.ecr();
    await ecr.createRepository({ repositoryName });
    await nextDay();
    const policyText = allow("ecr:BatchGetImage", { Principal: { AWS: OTHER_ACCOUNT } });
    const lifecyclePolicyText = keepNewest(3);
    const policy = { registryId, repositoryName, policyText };
    assert.deepEqual(whole(await ecr.setRepositoryPolicy({ repositoryName, policyText })), policy);
    assert.deepEqual(whole(await ecr.getRepositoryPolicy({ repositoryName })), policy);
    assert.deepEqual(whole(await ecr.deleteRepositoryPolicy({ repositoryName })), policy);
    await refused(ecr.getRepositoryPolicy({ repositoryName }), "RepositoryPolicyNotFoundException");
    const lifecycle = { registryId, repositoryName, lifecyclePolicyText };
    assert.deepEqual(whole(await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText })), lifecycle);
    const read = { ...lifecycle, lastEvaluatedAt: "day 0" };
    assert.deepEqual(whole(await ecr.getLifecyclePolicy({ repositoryName })), read);
    await cloud.control("POST", "lifecycle", { account: ACCOUNT, region: REGION });
    assert.deepEqual(whole(await ecr.getLifecyclePolicy({ repositoryName })), { ...read, lastEvaluatedAt: "day 1" });
    const deleted = await ecr.deleteLifecyclePolicy({ repositoryName });
    assert.deepEqual(whole(deleted), { ...read, lastEvaluatedAt: "day 1" });
    await refused(ecr.getLifecyclePolicy({ repositoryName }), "LifecyclePolicyNotFoundException");
  });

  it("a repository of another account, if its policy allows it", async () => {
    for (const name of [repositoryName, "other"]) await cloud.ecr().createRepository({ repositoryName: name });
    const guest = cloud.ecr({ account: OTHER_ACCOUNT });
    const named = { registryId, repositoryNames: [repositoryName] };
    await refused(guest.describeRepositories(named), "AccessDeniedException", new RegExp(`${repositoryName}$`));
    const policyText = allow("ecr:*", { Principal: { AWS: OTHER_ACCOUNT } });
    await cloud.ecr().setRepositoryPolicy({ repositoryName, policyText });
    assert.deepEqual(whole(await guest.describeRepositories(named)), { repositories: [repository] });
    for (const repositoryNames of [undefined, ["other"], [repositoryName, "other"]]) {
      await refused(guest.describeRepositories({ registryId, repositoryNames }), "AccessDeniedException");
    }
    const input = { registryId, repositoryName };
    const imageScanningConfiguration = { scanOnPush: true };
    const scanning = await guest.putImageScanningConfiguration({ ...input, imageScanningConfiguration });
    assert.deepEqual(whole(scanning), { ...input, imageScanningConfiguration });
    const mutable = { ...input, imageTagMutability: "MUTABLE" as const };
    assert.deepEqual(whole(await guest.putImageTagMutability(mutable)), mutable);
    assert.deepEqual(whole(await guest.getRepositoryPolicy(input)), { ...input, policyText });
    const none = guest.getLifecyclePolicy(input);
    await refused(none, "LifecyclePolicyNotFoundException", new RegExp(`with id '${ACCOUNT}'$`));
    await refused(guest.deleteRepository(input), "InvalidParameterException", /not the registry of the caller/);
  });

  const rule = {
    ecrRepositoryPrefix: "hub",
    upstreamRegistryUrl: "registry-1.docker.io",
    createdAt: "day 0",
    registryId,
  };
  it("a rule with a secret", async () => {
    const ecr = cloud.ecr();
    const secret = async (Name: string) => {
      const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
      return (await cloud.secrets().createSecret({ Name, SecretString })).ARN;
    };
    const credentialArn = await secret("ecr-pullthroughcache/hub");
    const { createdAt: _, ...input } = { ...rule, credentialArn };
    const upstreamRegistry = "docker-hub";
    const made = await ecr.createPullThroughCacheRule({ ...input, upstreamRegistry });
    assert.deepEqual(whole(made), { ...rule, upstreamRegistry, credentialArn });
    await nextDay();
    const changed = { ecrRepositoryPrefix: "hub", credentialArn: await secret("ecr-pullthroughcache/new") };
    const updated = await ecr.updatePullThroughCacheRule(changed);
    assert.deepEqual(whole(updated), { registryId, ...changed, updatedAt: "day 1" });
    const described = { ...rule, ...changed, upstreamRegistry, updatedAt: "day 1" };
    assert.deepEqual(whole(await ecr.describePullThroughCacheRules({})), { pullThroughCacheRules: [described] });
    const { upstreamRegistryUrl } = rule;
    assert.deepEqual(whole(await ecr.validatePullThroughCacheRule({ ecrRepositoryPrefix: "hub" })), {
      registryId,
      upstreamRegistryUrl,
      ...changed,
      isValid: true,
    });
    const deleted = await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
    assert.deepEqual(whole(deleted), { ...rule, ...changed });
  });

  it("a rule with a role", async () => {
    const ecr = cloud.ecr();
    const role = async (RoleName: string) => {
      const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
      return (await cloud.iam().createRole({ RoleName, AssumeRolePolicyDocument })).Role?.Arn;
    };
    const upstreamRegistryUrl = `${OTHER_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
    const input = { ecrRepositoryPrefix: "platform", upstreamRegistryUrl, upstreamRepositoryPrefix: "team" };
    const customRoleArn = await role("puller");
    const made = await ecr.createPullThroughCacheRule({ ...input, customRoleArn });
    const common = { ...input, createdAt: "day 0", registryId };
    assert.deepEqual(whole(made), { ...common, upstreamRegistry: "ecr", customRoleArn });
    const changed = await role("other");
    const update = { ecrRepositoryPrefix: "platform", customRoleArn: changed };
    const { upstreamRegistryUrl: _, ...kept } = input;
    assert.deepEqual(whole(await ecr.updatePullThroughCacheRule(update)), {
      ...kept,
      registryId,
      customRoleArn: changed,
      updatedAt: "day 0",
    });
    const deleted = await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "platform" });
    assert.deepEqual(whole(deleted), { ...common, customRoleArn: changed });
  });

  const template = {
    prefix: "cache",
    encryptionConfiguration: { encryptionType: "AES256" },
    resourceTags: [],
    imageTagMutability: "MUTABLE",
    appliedFor: ["PULL_THROUGH_CACHE"],
    createdAt: "day 0",
    updatedAt: "day 0",
  };
  const settings = {
    description: "caches",
    encryptionConfiguration: { encryptionType: "KMS" as const, kmsKey },
    resourceTags: [tag],
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" as const,
    imageTagMutabilityExclusionFilters: filters,
    repositoryPolicy: allow("ecr:BatchGetImage", { Principal: { AWS: OTHER_ACCOUNT } }),
    lifecyclePolicy: keepNewest(3),
    appliedFor: ["REPLICATION" as const, "CREATE_ON_PUSH" as const],
  };
  const create = (more: Partial<CreateRepositoryCreationTemplateCommandInput> = {}) =>
    cloud.ecr().createRepositoryCreationTemplate({ prefix: "cache", appliedFor: ["PULL_THROUGH_CACHE"], ...more });

  it("a template", async () => {
    const made = await create();
    assert.deepEqual(whole(made), { registryId, repositoryCreationTemplate: template });
    const described = await cloud.ecr().describeRepositoryCreationTemplates({});
    assert.deepEqual(whole(described), { registryId, repositoryCreationTemplates: [template] });
    await nextDay();
    const updated = await cloud.ecr().updateRepositoryCreationTemplate({ prefix: "cache" });
    const later = { ...template, updatedAt: "day 1" };
    assert.deepEqual(whole(updated), { registryId, repositoryCreationTemplate: later });
    const deleted = await cloud.ecr().deleteRepositoryCreationTemplate({ prefix: "cache" });
    assert.deepEqual(whole(deleted), { registryId, repositoryCreationTemplate: later });
  });

  it("a template with every setting, from its creation or from an update", async () => {
    const wanted = { ...template, ...settings };
    assert.deepEqual(whole(await create(settings)), { registryId, repositoryCreationTemplate: wanted });
    const kept = await cloud.ecr().updateRepositoryCreationTemplate({ prefix: "cache" });
    assert.deepEqual(whole(kept), { registryId, repositoryCreationTemplate: wanted });
    await create({ prefix: "other" });
    const updated = await cloud.ecr().updateRepositoryCreationTemplate({ prefix: "other", ...settings });
    assert.deepEqual(whole(updated.repositoryCreationTemplate), { ...wanted, prefix: "other" });
  });

  it("a template loses what an update sets to empty, and its filters with the exclusion", async () => {
    await create(settings);
    const update = async (more: Partial<RepositoryCreationTemplate>) => {
      const answer = await cloud.ecr().updateRepositoryCreationTemplate({ prefix: "cache", ...more });
      return whole(answer.repositoryCreationTemplate);
    };
    const { repositoryPolicy, lifecyclePolicy, imageTagMutabilityExclusionFilters, ...rest } = settings;
    const wanted = { ...template, ...rest, imageTagMutabilityExclusionFilters };
    assert.deepEqual(await update({ repositoryPolicy: "" }), { ...wanted, lifecyclePolicy });
    assert.deepEqual(await update({ lifecyclePolicy: "" }), wanted);
    const { imageTagMutabilityExclusionFilters: _, ...plain } = wanted;
    const imageTagMutability = "IMMUTABLE";
    assert.deepEqual(await update({ imageTagMutability }), { ...plain, imageTagMutability });
    const empty = await create({ prefix: "other", repositoryPolicy: "", lifecyclePolicy: "", customRoleArn: "" });
    assert.deepEqual(whole(empty.repositoryCreationTemplate), { ...template, prefix: "other" });
  });

  it("templates of the prefixes that are named, and pages of all", async () => {
    for (const prefix of ["cache", "other", "ROOT"]) await create({ prefix });
    const describe = async (more = {}) => {
      const answer = await cloud.ecr().describeRepositoryCreationTemplates(more);
      const { repositoryCreationTemplates = [], nextToken } = answer;
      return { prefixes: repositoryCreationTemplates.map(({ prefix }) => prefix), nextToken };
    };
    const { nextToken, prefixes } = await describe({ maxResults: 2 });
    assert.deepEqual(prefixes, ["cache", "other"]);
    assert.deepEqual(await describe({ maxResults: 2, nextToken }), { prefixes: ["ROOT"], nextToken: undefined });
    assert.deepEqual((await describe({ prefixes: ["ROOT", "none", "cache/"] })).prefixes, ["ROOT", "cache"]);
    assert.deepEqual((await describe({ prefixes: [] })).prefixes, ["cache", "other", "ROOT"]);
  });

  it("repositories and templates in pages of 100", async () => {
    const names = Array.from({ length: 101 }, (_, index) => `app-${index}`);
    for (const name of names) {
      await cloud.ecr().createRepository({ repositoryName: name });
      await create({ prefix: name });
    }
    const repositories = async (nextToken?: string) => {
      const page = await cloud.ecr().describeRepositories({ nextToken });
      return [page.repositories?.map(({ repositoryName }) => repositoryName), page.nextToken] as const;
    };
    const templates = async (nextToken?: string) => {
      const page = await cloud.ecr().describeRepositoryCreationTemplates({ nextToken });
      return [page.repositoryCreationTemplates?.map(({ prefix }) => prefix), page.nextToken] as const;
    };
    for (const list of [repositories, templates]) {
      const [first, next] = await list();
      assert.deepEqual(first, names.slice(0, 100));
      assert.deepEqual(await list(next), [names.slice(100), undefined]);
    }
  });

  it("a registry and its policy", async () => {
    const ecr = cloud.ecr();
    const described = await ecr.describeRegistry({});
    assert.deepEqual(whole(described), { registryId, replicationConfiguration: { rules: [] } });
    const policyText = allow("ecr:CreateRepository", { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" });
    for (const call of [
      () => ecr.putRegistryPolicy({ policyText }),
      () => ecr.getRegistryPolicy({}),
      () => ecr.deleteRegistryPolicy({}),
    ]) {
      assert.deepEqual(whole(await call()), { registryId, policyText });
    }
  });

  it("a login, for 12 hours, of the registries that are named", async () => {
    const login = async (registryIds?: string[]) => {
      const { authorizationData = [] } = await cloud.ecr().getAuthorizationToken({ registryIds });
      return authorizationData.map(({ authorizationToken = "", expiresAt, proxyEndpoint }) => {
        assert.match(Buffer.from(authorizationToken, "base64").toString(), /^AWS:.{20}/);
        const hours = ((expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
        assert.ok(hours > 11.9 && hours <= 12, `${hours} hours`);
        return proxyEndpoint;
      });
    };
    const endpoint = (account: string) => `https://${account}.dkr.ecr.${REGION}.amazonaws.com`;
    assert.deepEqual(await login(), [endpoint(ACCOUNT)]);
    assert.deepEqual(await login([OTHER_ACCOUNT, ACCOUNT]), [OTHER_ACCOUNT, ACCOUNT].map(endpoint));
  });
});
