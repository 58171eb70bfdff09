import type { ECR } from "@aws-sdk/client-ecr";
import { SECOND } from "../../../clock";
import { AwsError } from "../../../errors";
import { type OperationsOf, operation } from "../../../operation";
import type { LifecyclePreview, Repository } from "../../../state/model";
import { documentNotFound } from "../errors";
import { findRepository, registryOf, repositoryResource } from "../registry";
import { dueImages } from "./evaluate";

/** AWS takes a while for a preview, so callers must be able to wait. */
const TAKES = 0.2 * SECOND;

function isRunning(preview: LifecyclePreview, now: number): boolean {
  return now - preview.startedAt < TAKES;
}

/** How many images a policy would expire and archive. The emulator does not list them. */
function summaryOf(repository: Repository, policy: string, now: number): LifecyclePreview["summary"] {
  const due = dueImages(repository, policy, now);
  const archived = due.filter(({ rule }) => rule.action.type === "transition").length;
  return {
    expiringImageTotalCount: due.length - archived,
    transitioningImageTotalCounts:
      archived > 0 ? [{ targetStorageClass: "ARCHIVE", imageTotalCount: archived }] : undefined,
  };
}

export const lifecyclePreview: OperationsOf<ECR> = {
  StartLifecyclePolicyPreview: operation((input, context) => {
    const repository = findRepository(input, context);
    const { repositoryName } = input;
    const registryId = registryOf(input, context);
    const now = context.cloud.clock.now();
    const lifecyclePolicyText = input.lifecyclePolicyText ?? repository.lifecyclePolicyText;
    if (lifecyclePolicyText === undefined) {
      throw documentNotFound("LifecyclePolicyNotFoundException", "Lifecycle policy", repositoryName, registryId);
    }
    if (repository.preview !== undefined && isRunning(repository.preview, now)) {
      throw new AwsError(
        "LifecyclePolicyPreviewInProgressException",
        `A lifecycle policy preview is in progress for the repository with name '${repositoryName}'`,
      );
    }
    const summary = summaryOf(repository, lifecyclePolicyText, now);
    repository.preview = { lifecyclePolicyText, startedAt: now, summary };
    return { registryId, repositoryName, lifecyclePolicyText, status: "IN_PROGRESS" };
  }, repositoryResource),
  GetLifecyclePolicyPreview: operation((input, context) => {
    const { preview } = findRepository(input, context);
    const { repositoryName } = input;
    const registryId = registryOf(input, context);
    if (preview === undefined) {
      const code = "LifecyclePolicyPreviewNotFoundException";
      throw documentNotFound(code, "Lifecycle policy preview", repositoryName, registryId);
    }
    const { lifecyclePolicyText, summary } = preview;
    const head = { registryId, repositoryName, lifecyclePolicyText };
    if (isRunning(preview, context.cloud.clock.now())) return { ...head, status: "IN_PROGRESS" };
    return { ...head, status: "COMPLETE", summary };
  }, repositoryResource),
};
