import { changes, first, type Kinds, only, REPLACES } from "./kind";

const ENCRYPTION = {
  api: "encryptionConfiguration",
  form: "one",
  keptWhenMissing: true,
  computedItems: ["kmsKey"],
  itemDefaults: { encryptionType: "AES256" },
} as const;
const SETTINGS = {
  encryptionConfigurations: ENCRYPTION,
  imageTagMutability: { default: "MUTABLE" },
  imageTagMutabilityExclusionFilters: {},
} as const;
const REPOSITORY = "RepositoryNotFoundException";

/** The types of Amazon ECR. Sources: hashicorp/terraform-provider-aws, internal/service/ecr. */
export const ECR: Kinds = {
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    title: "ECR Pull Through Cache Rule",
    service: "ecr",
    model: "CreatePullThroughCacheRule",
    fields: {
      ecrRepositoryPrefix: REPLACES,
      upstreamRegistryUrl: REPLACES,
      upstreamRepositoryPrefix: REPLACES,
      credentialArn: {},
      customRoleArn: {},
    },
    missing: ["PullThroughCacheRuleNotFoundException"],
    async create({ call, sent }) {
      await call("createPullThroughCacheRule", sent);
      return sent.ecrRepositoryPrefix;
    },
    read: async ({ call, id }) =>
      first(await call("describePullThroughCacheRules", { ecrRepositoryPrefixes: [id] }), "pullThroughCacheRules"),
    // Like the real provider, this cannot remove an ARN: it sends only those that are set.
    update: ({ call, sent }) =>
      call("updatePullThroughCacheRule", only(sent, "ecrRepositoryPrefix", "credentialArn", "customRoleArn")),
    delete: ({ call, id, state }) =>
      call("deletePullThroughCacheRule", { ecrRepositoryPrefix: id, registryId: state.registryId }),
  },
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
    title: "ECR Repository Creation Template",
    service: "ecr",
    model: "CreateRepositoryCreationTemplate",
    fields: {
      ...SETTINGS,
      prefix: REPLACES,
      appliedFors: { api: "appliedFor", form: "set" },
      customRoleArn: {},
      description: {},
      lifecyclePolicy: { form: "json" },
      repositoryPolicy: { form: "json" },
      resourceTags: { form: "tags" },
    },
    missing: ["TemplateNotFoundException"],
    async create({ call, sent }) {
      await call("createRepositoryCreationTemplate", sent);
      return sent.prefix;
    },
    async read({ call, id }) {
      const answer = await call("describeRepositoryCreationTemplates", { prefixes: [id] });
      const template = first(answer, "repositoryCreationTemplates");
      return template && { ...template, registryId: answer.registryId };
    },
    update: (ask) => {
      const { call, id, sent, changed } = ask;
      const texts = ["customRoleArn", "description", "lifecyclePolicy", "repositoryPolicy"];
      // No filters are no list of none, so previous filters are not removed.
      const filters =
        changed.has("imageTagMutabilityExclusionFilters") &&
        only(sent, "imageTagMutability", "imageTagMutabilityExclusionFilters");
      return call("updateRepositoryCreationTemplate", {
        prefix: id,
        ...changes(ask, Object.fromEntries(texts.map((name) => [name, name]))),
        ...changes(ask, { appliedFors: "appliedFor", encryptionConfigurations: "encryptionConfiguration" }, undefined),
        ...changes(ask, { imageTagMutability: "imageTagMutability" }),
        ...filters,
        ...changes(ask, { resourceTags: "resourceTags" }, []),
      });
    },
    delete: ({ call, id }) => call("deleteRepositoryCreationTemplate", { prefix: id }),
  },
  // One per account and Region. Creating it overwrites the current one, deleting it resets it to BASIC without rules.
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    title: "ECR Registry Scanning Configuration",
    service: "ecr",
    model: "PutRegistryScanningConfiguration",
    fields: { scanType: {}, rules: { form: "set" } },
    missing: [],
    async create({ aws, call, sent }) {
      await call("putRegistryScanningConfiguration", { rules: [], ...sent });
      return (await aws.call("sts", "getCallerIdentity", {})).Account;
    },
    async read({ call }) {
      const { registryId, scanningConfiguration } = await call("getRegistryScanningConfiguration", {});
      return { registryId, ...(scanningConfiguration as object) };
    },
    update: ({ call, sent }) => call("putRegistryScanningConfiguration", { rules: [], ...sent }),
    delete: ({ call }) => call("putRegistryScanningConfiguration", { scanType: "BASIC", rules: [] }),
  },
  // One per account and Region. Creating it overwrites the current one.
  "aws:ecr/registryPolicy:RegistryPolicy": {
    title: "ECR Registry Policy",
    service: "ecr",
    model: "PutRegistryPolicy",
    fields: { policy: { api: "policyText", form: "json" } },
    missing: ["RegistryPolicyNotFoundException"],
    create: async ({ call, sent }) => (await call("putRegistryPolicy", sent)).registryId,
    read: ({ call }) => call("getRegistryPolicy", {}),
    update: ({ call, sent }) => call("putRegistryPolicy", sent),
    delete: ({ call }) => call("deleteRegistryPolicy", {}),
  },
  "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": {
    title: "ECR Pull Time Update Exclusion",
    service: "ecr",
    model: "RegisterPullTimeUpdateExclusion",
    fields: { principalArn: REPLACES },
    missing: ["ExclusionNotFoundException"],
    async create({ call, sent }) {
      await call("registerPullTimeUpdateExclusion", sent);
      return sent.principalArn;
    },
    async read({ call, id }) {
      const { pullTimeUpdateExclusions } = await call("listPullTimeUpdateExclusions", { maxResults: 1000 });
      return (pullTimeUpdateExclusions as string[]).includes(id) ? { principalArn: id } : undefined;
    },
    delete: ({ call, id }) => call("deregisterPullTimeUpdateExclusion", { principalArn: id }),
  },
  "aws:ecr/repository:Repository": {
    title: "ECR Repository",
    service: "ecr",
    model: "CreateRepository",
    fields: {
      ...SETTINGS,
      name: { ...REPLACES, api: "repositoryName" },
      encryptionConfigurations: { ...ENCRYPTION, ...REPLACES },
      forceDelete: { writeOnly: true },
      imageScanningConfiguration: { keptWhenMissing: true },
    },
    outputs: { arn: "repositoryArn", repositoryUrl: "repositoryUri" },
    missing: [REPOSITORY],
    tags: { member: "resourceArn", by: "arn", list: true },
    awaited: true,
    async create({ call, sent }) {
      await call("createRepository", sent);
      return sent.repositoryName;
    },
    read: async ({ call, id }) => first(await call("describeRepositories", { repositoryNames: [id] }), "repositories"),
    async update({ call, sent, changed }) {
      if (changed.has("imageTagMutability") || changed.has("imageTagMutabilityExclusionFilters"))
        await call(
          "putImageTagMutability",
          only(sent, "repositoryName", "imageTagMutability", "imageTagMutabilityExclusionFilters"),
        );
      if (changed.has("imageScanningConfiguration"))
        await call("putImageScanningConfiguration", {
          imageScanningConfiguration: { scanOnPush: false },
          ...only(sent, "repositoryName", "imageScanningConfiguration"),
        });
    },
    delete: ({ call, id, state }) =>
      call("deleteRepository", { repositoryName: id, force: state.forceDelete === true }),
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    title: "ECR Lifecycle Policy",
    service: "ecr",
    model: "PutLifecyclePolicy",
    fields: {
      repository: { ...REPLACES, api: "repositoryName" },
      policy: { ...REPLACES, api: "lifecyclePolicyText", form: "json" },
    },
    missing: [REPOSITORY, "LifecyclePolicyNotFoundException"],
    deleteBeforeReplace: true,
    awaited: true,
    create: async ({ call, sent }) => (await call("putLifecyclePolicy", sent)).repositoryName,
    read: ({ call, id }) => call("getLifecyclePolicy", { repositoryName: id }),
    delete: ({ call, id }) => call("deleteLifecyclePolicy", { repositoryName: id }),
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    title: "ECR Repository Policy",
    service: "ecr",
    model: "SetRepositoryPolicy",
    fields: { repository: { ...REPLACES, api: "repositoryName" }, policy: { api: "policyText", form: "json" } },
    missing: [REPOSITORY, "RepositoryPolicyNotFoundException"],
    awaited: true,
    create: async ({ call, sent }) => (await call("setRepositoryPolicy", sent)).repositoryName,
    read: ({ call, id }) => call("getRepositoryPolicy", { repositoryName: id }),
    update: ({ call, sent }) => call("setRepositoryPolicy", sent),
    delete: ({ call, id }) => call("deleteRepositoryPolicy", { repositoryName: id }),
  },
};
