import type { Repository } from "@aws-sdk/client-ecr";
import { encryptionOf, encryptionState, filtersOf } from "./ecr-registry";
import { unlessMissing } from "./errors";
import { fromTagList, type Operations, toTagList, updateTags } from "./operations";

const MISSING = ["RepositoryNotFoundException"];

export const repository: Operations = {
  async create(aws, inputs) {
    await (await aws.ecr()).createRepository({
      repositoryName: String(inputs.name),
      encryptionConfiguration: encryptionOf(inputs),
      imageScanningConfiguration: inputs.imageScanningConfiguration as Repository["imageScanningConfiguration"],
      imageTagMutability: inputs.imageTagMutability as Repository["imageTagMutability"],
      imageTagMutabilityExclusionFilters: filtersOf(inputs),
      tags: toTagList(inputs.tagsAll),
    });
    return String(inputs.name);
  },
  async read(aws, id) {
    const ecr = await aws.ecr();
    const found = await unlessMissing(MISSING, () => ecr.describeRepositories({ repositoryNames: [id] }));
    const existing = found?.repositories?.[0];
    if (!existing) return undefined;
    const { tags } = await ecr.listTagsForResource({ resourceArn: existing.repositoryArn });
    return {
      name: existing.repositoryName,
      arn: existing.repositoryArn,
      registryId: existing.registryId,
      repositoryUrl: existing.repositoryUri,
      encryptionConfigurations: encryptionState(existing.encryptionConfiguration),
      imageScanningConfiguration: existing.imageScanningConfiguration,
      imageTagMutability: existing.imageTagMutability,
      imageTagMutabilityExclusionFilters: existing.imageTagMutabilityExclusionFilters,
      tagsAll: fromTagList(tags),
    };
  },
  async update(aws, args) {
    const ecr = await aws.ecr();
    const { id, state, inputs, changed } = args;
    if (changed.has("imageTagMutability") || changed.has("imageTagMutabilityExclusionFilters")) {
      await ecr.putImageTagMutability({
        repositoryName: id,
        imageTagMutability: inputs.imageTagMutability as Repository["imageTagMutability"],
        imageTagMutabilityExclusionFilters: filtersOf(inputs),
      });
    }
    if (changed.has("imageScanningConfiguration")) {
      const configuration = inputs.imageScanningConfiguration as Repository["imageScanningConfiguration"];
      await ecr.putImageScanningConfiguration({
        repositoryName: id,
        imageScanningConfiguration: configuration ?? { scanOnPush: false },
      });
    }
    const resourceArn = String(state.arn);
    await updateTags(
      args,
      (tags) => ecr.tagResource({ resourceArn, tags }),
      (tagKeys) => ecr.untagResource({ resourceArn, tagKeys }),
    );
  },
  async delete(aws, id, state) {
    const ecr = await aws.ecr();
    await unlessMissing(MISSING, () => ecr.deleteRepository({ repositoryName: id, force: state.forceDelete === true }));
  },
};

export const lifecyclePolicy: Operations = {
  async create(aws, inputs) {
    await (await aws.ecr()).putLifecyclePolicy({
      repositoryName: String(inputs.repository),
      lifecyclePolicyText: String(inputs.policy),
    });
    return String(inputs.repository);
  },
  async read(aws, id) {
    const ecr = await aws.ecr();
    const found = await unlessMissing([...MISSING, "LifecyclePolicyNotFoundException"], () =>
      ecr.getLifecyclePolicy({ repositoryName: id }),
    );
    return (
      found && { repository: found.repositoryName, registryId: found.registryId, policy: found.lifecyclePolicyText }
    );
  },
  async delete(aws, id) {
    const ecr = await aws.ecr();
    await unlessMissing([...MISSING, "LifecyclePolicyNotFoundException"], () =>
      ecr.deleteLifecyclePolicy({ repositoryName: id }),
    );
  },
};

export const repositoryPolicy: Operations = {
  async create(aws, inputs) {
    await (await aws.ecr()).setRepositoryPolicy({
      repositoryName: String(inputs.repository),
      policyText: String(inputs.policy),
    });
    return String(inputs.repository);
  },
  async read(aws, id) {
    const ecr = await aws.ecr();
    const found = await unlessMissing([...MISSING, "RepositoryPolicyNotFoundException"], () =>
      ecr.getRepositoryPolicy({ repositoryName: id }),
    );
    return found && { repository: found.repositoryName, registryId: found.registryId, policy: found.policyText };
  },
  async update(aws, { id, inputs }) {
    await (await aws.ecr()).setRepositoryPolicy({ repositoryName: id, policyText: String(inputs.policy) });
  },
  async delete(aws, id) {
    const ecr = await aws.ecr();
    await unlessMissing([...MISSING, "RepositoryPolicyNotFoundException"], () =>
      ecr.deleteRepositoryPolicy({ repositoryName: id }),
    );
  },
};
