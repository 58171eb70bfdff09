import { first, kindsOf, only, REPLACES } from "./kind";

const SETTINGS = {
  imageTagMutability: { default: "MUTABLE" },
  imageTagMutabilityExclusionFilters: {},
  encryptionConfigurations: {
    api: "encryptionConfiguration",
    form: "one",
    keptWhenMissing: true,
    computedItems: ["kmsKey"],
    itemDefaults: { encryptionType: "AES256" },
  },
} as const;
const OF_REPOSITORY = { ...REPLACES, api: "repositoryName" } as const;
const NO_REPOSITORY = "RepositoryNotFoundException";

/** The types of Amazon ECR. Sources: hashicorp/terraform-provider-aws, internal/service/ecr. */
export const ECR = kindsOf("ECR", { service: "ecr" } as const, {
  "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
    creates: "createPullThroughCacheRule",
    fields: {
      ecrRepositoryPrefix: REPLACES,
      upstreamRegistryUrl: REPLACES,
      upstreamRepositoryPrefix: REPLACES,
      credentialArn: {},
      customRoleArn: {},
    },
    missing: ["PullThroughCacheRuleNotFoundException"],
    id: ({ ecrRepositoryPrefix }) => ecrRepositoryPrefix,
    read: async ({ call, id }) =>
      first(await call("describePullThroughCacheRules", { ecrRepositoryPrefixes: [id] }), "pullThroughCacheRules"),
    // Like the real provider, this cannot remove an ARN: it sends only those that are set.
    update: ({ call, sent }) =>
      call("updatePullThroughCacheRule", only(sent, "ecrRepositoryPrefix", "credentialArn", "customRoleArn")),
    delete: ({ call, id, state }) =>
      call("deletePullThroughCacheRule", { ecrRepositoryPrefix: id, registryId: state.registryId }),
  },
  "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": {
    creates: "createRepositoryCreationTemplate",
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
    id: ({ prefix }) => prefix,
    async read({ call, id }) {
      const answer = await call("describeRepositoryCreationTemplates", { prefixes: [id] });
      const template = first(answer, "repositoryCreationTemplates");
      return template && { ...template, registryId: answer.registryId };
    },
    update({ call, id, sent, changed }) {
      const emptied = {
        customRoleArn: "",
        description: "",
        lifecyclePolicy: "",
        repositoryPolicy: "",
        resourceTags: [],
      };
      const members: Readonly<Record<string, readonly string[]>> = {
        ...Object.fromEntries(Object.keys(emptied).map((property) => [property, [property]])),
        appliedFors: ["appliedFor"],
        encryptionConfigurations: ["encryptionConfiguration"],
        imageTagMutability: ["imageTagMutability"],
        // No filters are no list of none, so previous filters are not removed.
        imageTagMutabilityExclusionFilters: ["imageTagMutability", "imageTagMutabilityExclusionFilters"],
      };
      const names = [...changed].flatMap((property) => members[property] ?? []);
      return call("updateRepositoryCreationTemplate", { prefix: id, ...only({ ...emptied, ...sent }, ...names) });
    },
    delete: ({ call, id }) => call("deleteRepositoryCreationTemplate", { prefix: id }),
  },
  // One per account and Region. Creating it overwrites the current one, deleting it resets it to BASIC without rules.
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": {
    creates: "putRegistryScanningConfiguration",
    fields: { scanType: {}, rules: { form: "set" } },
    missing: [],
    id: ({ registryId }) => registryId,
    async create({ call, sent }) {
      await call("putRegistryScanningConfiguration", { rules: [], ...sent });
      return call("getRegistryScanningConfiguration", {});
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
    creates: "putRegistryPolicy",
    fields: { policy: { api: "policyText", form: "json" } },
    missing: ["RegistryPolicyNotFoundException"],
    id: ({ registryId }) => registryId,
    read: ({ call }) => call("getRegistryPolicy", {}),
    update: ({ call, sent }) => call("putRegistryPolicy", sent),
    delete: ({ call }) => call("deleteRegistryPolicy", {}),
  },
  "aws:ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion": {
    creates: "registerPullTimeUpdateExclusion",
    fields: { principalArn: REPLACES },
    missing: ["ExclusionNotFoundException"],
    id: ({ principalArn }) => principalArn,
    async read({ call, id }) {
      const { pullTimeUpdateExclusions } = await call("listPullTimeUpdateExclusions", { maxResults: 1000 });
      return (pullTimeUpdateExclusions as string[]).includes(id) ? { principalArn: id } : undefined;
    },
    delete: ({ call, id }) => call("deregisterPullTimeUpdateExclusion", { principalArn: id }),
  },
  "aws:ecr/repository:Repository": {
    creates: "createRepository",
    fields: {
      ...SETTINGS,
      name: OF_REPOSITORY,
      encryptionConfigurations: { ...SETTINGS.encryptionConfigurations, ...REPLACES },
      forceDelete: { writeOnly: true },
      imageScanningConfiguration: { keptWhenMissing: true },
    },
    outputs: { arn: "repositoryArn", repositoryUrl: "repositoryUri" },
    missing: [NO_REPOSITORY],
    tags: { member: "resourceArn", by: "arn", list: true },
    awaited: true,
    id: ({ repositoryName }) => repositoryName,
    read: async ({ call, id }) => first(await call("describeRepositories", { repositoryNames: [id] }), "repositories"),
    async update({ call, sent, changed }) {
      const mutability = ["imageTagMutability", "imageTagMutabilityExclusionFilters"];
      if (mutability.some((property) => changed.has(property)))
        await call("putImageTagMutability", only(sent, "repositoryName", ...mutability));
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
    creates: "putLifecyclePolicy",
    fields: {
      repository: OF_REPOSITORY,
      policy: { ...REPLACES, api: "lifecyclePolicyText", form: "json" },
    },
    missing: [NO_REPOSITORY, "LifecyclePolicyNotFoundException"],
    deleteBeforeReplace: true,
    awaited: true,
    id: ({ repositoryName }) => repositoryName,
    read: ({ call, id }) => call("getLifecyclePolicy", { repositoryName: id }),
    delete: ({ call, id }) => call("deleteLifecyclePolicy", { repositoryName: id }),
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    creates: "setRepositoryPolicy",
    fields: { repository: OF_REPOSITORY, policy: { api: "policyText", form: "json" } },
    missing: [NO_REPOSITORY, "RepositoryPolicyNotFoundException"],
    awaited: true,
    id: ({ repositoryName }) => repositoryName,
    read: ({ call, id }) => call("getRepositoryPolicy", { repositoryName: id }),
    update: ({ call, sent }) => call("setRepositoryPolicy", sent),
    delete: ({ call, id }) => call("deleteRepositoryPolicy", { repositoryName: id }),
  },
});
