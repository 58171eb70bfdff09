import type { RegistryScanningRule, Repository, RepositoryCreationTemplate } from "@aws-sdk/client-ecr";
import type { Properties } from "../wire";
import type { AwsContext } from "./context";
import { unlessMissing } from "./errors";
import { fromTagList, type Operations, str, toTagList } from "./operations";

export const pullThroughCacheRule: Operations = {
  async create(aws, inputs) {
    const ecr = await aws.ecr();
    await ecr.createPullThroughCacheRule({
      ecrRepositoryPrefix: str(inputs.ecrRepositoryPrefix),
      upstreamRegistryUrl: str(inputs.upstreamRegistryUrl),
      upstreamRepositoryPrefix: str(inputs.upstreamRepositoryPrefix),
      credentialArn: str(inputs.credentialArn),
      customRoleArn: str(inputs.customRoleArn),
    });
    return String(inputs.ecrRepositoryPrefix);
  },
  async read(aws, id) {
    const ecr = await aws.ecr();
    const found = await unlessMissing(["PullThroughCacheRuleNotFoundException"], () =>
      ecr.describePullThroughCacheRules({ ecrRepositoryPrefixes: [id] }),
    );
    const rule = found?.pullThroughCacheRules?.[0];
    return (
      rule && {
        ecrRepositoryPrefix: rule.ecrRepositoryPrefix,
        upstreamRegistryUrl: rule.upstreamRegistryUrl,
        upstreamRepositoryPrefix: rule.upstreamRepositoryPrefix,
        credentialArn: rule.credentialArn,
        customRoleArn: rule.customRoleArn,
        registryId: rule.registryId,
      }
    );
  },
  // Like the real provider, this cannot remove an ARN: it sends only those that are set.
  async update(aws, { id, inputs }) {
    await (await aws.ecr()).updatePullThroughCacheRule({
      ecrRepositoryPrefix: id,
      credentialArn: str(inputs.credentialArn),
      customRoleArn: str(inputs.customRoleArn),
    });
  },
  async delete(aws, id, state) {
    const ecr = await aws.ecr();
    await unlessMissing(["PullThroughCacheRuleNotFoundException"], () =>
      ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: id, registryId: str(state.registryId) }),
    );
  },
};

export const repositoryCreationTemplate: Operations = {
  async create(aws, inputs) {
    const ecr = await aws.ecr();
    await ecr.createRepositoryCreationTemplate({
      prefix: String(inputs.prefix),
      appliedFor: inputs.appliedFors as RepositoryCreationTemplate["appliedFor"],
      customRoleArn: str(inputs.customRoleArn),
      description: str(inputs.description),
      encryptionConfiguration: encryptionOf(inputs),
      imageTagMutability: inputs.imageTagMutability as RepositoryCreationTemplate["imageTagMutability"],
      imageTagMutabilityExclusionFilters: filtersOf(inputs),
      lifecyclePolicy: str(inputs.lifecyclePolicy),
      repositoryPolicy: str(inputs.repositoryPolicy),
      resourceTags: inputs.resourceTags === undefined ? undefined : toTagList(inputs.resourceTags),
    });
    return String(inputs.prefix);
  },
  async read(aws, id) {
    const ecr = await aws.ecr();
    const found = await unlessMissing(["TemplateNotFoundException"], () =>
      ecr.describeRepositoryCreationTemplates({ prefixes: [id] }),
    );
    const template = found?.repositoryCreationTemplates?.[0];
    return (
      template && {
        prefix: template.prefix,
        appliedFors: template.appliedFor,
        customRoleArn: template.customRoleArn,
        description: template.description,
        encryptionConfigurations: encryptionState(template.encryptionConfiguration),
        imageTagMutability: template.imageTagMutability,
        imageTagMutabilityExclusionFilters: template.imageTagMutabilityExclusionFilters,
        lifecyclePolicy: template.lifecyclePolicy,
        repositoryPolicy: template.repositoryPolicy,
        resourceTags: fromTagList(template.resourceTags),
        registryId: found?.registryId,
      }
    );
  },
  async update(aws, { id, inputs, changed }) {
    const changedText = (key: string) => (changed.has(key) ? (str(inputs[key]) ?? "") : undefined);
    await (await aws.ecr()).updateRepositoryCreationTemplate({
      prefix: id,
      appliedFor: changed.has("appliedFors")
        ? (inputs.appliedFors as RepositoryCreationTemplate["appliedFor"])
        : undefined,
      customRoleArn: changedText("customRoleArn"),
      description: changedText("description"),
      encryptionConfiguration: changed.has("encryptionConfigurations") ? encryptionOf(inputs) : undefined,
      imageTagMutability:
        changed.has("imageTagMutability") || changed.has("imageTagMutabilityExclusionFilters")
          ? (inputs.imageTagMutability as RepositoryCreationTemplate["imageTagMutability"])
          : undefined,
      // An empty list is not sent, so previous filters are not removed.
      imageTagMutabilityExclusionFilters: changed.has("imageTagMutabilityExclusionFilters")
        ? filtersOf(inputs)
        : undefined,
      lifecyclePolicy: changedText("lifecyclePolicy"),
      repositoryPolicy: changedText("repositoryPolicy"),
      resourceTags: changed.has("resourceTags") ? toTagList(inputs.resourceTags) : undefined,
    });
  },
  async delete(aws, id) {
    const ecr = await aws.ecr();
    await unlessMissing(["TemplateNotFoundException"], () => ecr.deleteRepositoryCreationTemplate({ prefix: id }));
  },
};

/** One per account and Region. Creating it overwrites the current one, deleting it resets it to BASIC without rules. */
export const registryScanningConfiguration: Operations = {
  async create(aws, inputs) {
    await putScanning(aws, inputs);
    return accountId(aws);
  },
  async read(aws) {
    const { registryId, scanningConfiguration } = await (await aws.ecr()).getRegistryScanningConfiguration({});
    return (
      scanningConfiguration && {
        registryId,
        scanType: scanningConfiguration.scanType,
        rules: scanningConfiguration.rules,
      }
    );
  },
  update: (aws, { inputs }) => putScanning(aws, inputs),
  delete: (aws) => putScanning(aws, { scanType: "BASIC", rules: [] }),
};

/** One per account and Region. Creating it overwrites the current one. */
export const registryPolicy: Operations = {
  async create(aws, inputs) {
    const { registryId } = await (await aws.ecr()).putRegistryPolicy({ policyText: String(inputs.policy) });
    return String(registryId);
  },
  async read(aws) {
    const ecr = await aws.ecr();
    const found = await unlessMissing(["RegistryPolicyNotFoundException"], () => ecr.getRegistryPolicy({}));
    return found && { registryId: found.registryId, policy: found.policyText };
  },
  async update(aws, { inputs }) {
    await (await aws.ecr()).putRegistryPolicy({ policyText: String(inputs.policy) });
  },
  async delete(aws) {
    const ecr = await aws.ecr();
    await unlessMissing(["RegistryPolicyNotFoundException"], () => ecr.deleteRegistryPolicy({}));
  },
};

/** Whose pulls do not count. Its id is the ARN. */
export const pullTimeUpdateExclusion: Operations = {
  async create(aws, inputs) {
    const principalArn = String(inputs.principalArn);
    await (await aws.ecr()).registerPullTimeUpdateExclusion({ principalArn });
    return principalArn;
  },
  async read(aws, id) {
    const { pullTimeUpdateExclusions = [] } = await (await aws.ecr()).listPullTimeUpdateExclusions({
      maxResults: 1000,
    });
    return pullTimeUpdateExclusions.includes(id) ? { principalArn: id } : undefined;
  },
  async update() {},
  async delete(aws, id) {
    const ecr = await aws.ecr();
    await unlessMissing(["ExclusionNotFoundException"], () =>
      ecr.deregisterPullTimeUpdateExclusion({ principalArn: id }),
    );
  },
};

async function putScanning(aws: AwsContext, inputs: Properties): Promise<void> {
  await (await aws.ecr()).putRegistryScanningConfiguration({
    scanType: inputs.scanType as "BASIC" | "ENHANCED",
    rules: (inputs.rules ?? []) as RegistryScanningRule[],
  });
}

async function accountId(aws: AwsContext): Promise<string> {
  const { Account } = await (await aws.sts()).getCallerIdentity({});
  return String(Account);
}

export function encryptionOf(inputs: Properties): Repository["encryptionConfiguration"] {
  const [first] = (inputs.encryptionConfigurations ?? []) as { encryptionType?: string; kmsKey?: string }[];
  return first && { encryptionType: (first.encryptionType ?? "AES256") as "AES256" | "KMS", kmsKey: str(first.kmsKey) };
}

export function encryptionState(configuration: Repository["encryptionConfiguration"]): Properties[] | undefined {
  return configuration && [{ encryptionType: configuration.encryptionType, kmsKey: configuration.kmsKey ?? "" }];
}

export function filtersOf(inputs: Properties): Repository["imageTagMutabilityExclusionFilters"] {
  const filters = inputs.imageTagMutabilityExclusionFilters as Repository["imageTagMutabilityExclusionFilters"];
  return filters?.length ? filters : undefined;
}
