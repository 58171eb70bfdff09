import type { ECR } from "@aws-sdk/client-ecr";
import { SECOND } from "../../../clock";
import { AwsError } from "../../../errors";
import { type OperationsOf, operation } from "../../../operation";
import type { LifecyclePreview, Repository } from "../../../state/model";
import { page } from "../../pages";
import { documentNotFound } from "../errors";
import { tagsOf } from "../images";
import { findRepository, registryOf, repositoryResource } from "../registry";
import { dueImages } from "./evaluate";

/** AWS takes a while for a preview, so callers must be able to wait. */
const TAKES = 0.2 * SECOND;

function isRunning(preview: LifecyclePreview, now: number): boolean {
  return now - preview.startedAt < TAKES;
}

type Result = LifecyclePreview["results"][number];

function resultsOf(repository: Repository, policy: string, now: number): Result[] {
  return dueImages(repository, policy, now).map(({ image, rule }) => {
    const imageTags = tagsOf(repository, image.digest);
    return {
      imageTags: imageTags.length > 0 ? imageTags : undefined,
      imageDigest: image.digest,
      imagePushedAt: image.pushedAt,
      action:
        rule.action.type === "transition" ? { type: "TRANSITION", targetStorageClass: "ARCHIVE" } : { type: "EXPIRE" },
      appliedRulePriority: rule.rulePriority,
      storageClass: image.archivedAt === undefined ? "STANDARD" : "ARCHIVE",
    };
  });
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
    const results = resultsOf(repository, lifecyclePolicyText, now);
    repository.preview = { lifecyclePolicyText, startedAt: now, results };
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
    const { lifecyclePolicyText } = preview;
    const head = { registryId, repositoryName, lifecyclePolicyText };
    if (isRunning(preview, context.cloud.clock.now())) return { ...head, status: "IN_PROGRESS" };
    const { tagStatus = "ANY" } = input.filter ?? {};
    const wanted = preview.results.filter(
      (result) =>
        (tagStatus === "ANY" || (tagStatus === "TAGGED") === (result.imageTags !== undefined)) &&
        (input.imageIds === undefined || input.imageIds.some((id) => isNamed(result, id))),
    );
    const { items, nextToken } = page(wanted, input.maxResults, input.nextToken);
    return { ...head, status: "COMPLETE", previewResults: items, summary: summary(preview), nextToken };
  }, repositoryResource),
};

function isNamed(result: Result, id: { imageDigest?: string; imageTag?: string }): boolean {
  const tagFits = id.imageTag === undefined || result.imageTags?.includes(id.imageTag) === true;
  return tagFits && (id.imageDigest === undefined || id.imageDigest === result.imageDigest);
}

/** Counts of the whole preview, independent of page and filter. */
function summary({ results }: LifecyclePreview) {
  const transitioning = results.filter(({ action }) => action?.type === "TRANSITION").length;
  return {
    expiringImageTotalCount: results.length - transitioning,
    transitioningImageTotalCounts:
      transitioning > 0 ? [{ targetStorageClass: "ARCHIVE", imageTotalCount: transitioning }] : undefined,
  };
}
