import { SECOND } from "../../../clock";
import { AwsError } from "../../../errors";
import { read, write } from "../../../operation";
import type { LifecyclePreview, Repository } from "../../../state/model";
import { invalidEcrToken, page } from "../../../validation/pages";
import { enumeration, integer, required, structure } from "../../../validation/shape";
import { tagsOf } from "../images";
import { findRepository, registryOf, repositoryResource } from "../registry";
import { imageIdentifiers, lifecyclePolicyText, nextToken, registryId, repositoryName } from "../shapes";
import { dueImages } from "./evaluate";

/** AWS takes a while for a preview, so callers must be able to wait. */
const TAKES = 0.2 * SECOND;

const PAGE = 100;

function isRunning(preview: LifecyclePreview, now: number): boolean {
  return now - preview.startedAt < TAKES;
}

function previewOf(repository: Repository, policy: string, now: number): LifecyclePreview {
  const results = dueImages(repository, policy, now).map(({ image, rule }) => ({
    imageTags: tagsOf(repository, image.digest),
    imageDigest: image.digest,
    imagePushedAt: image.pushedAt,
    action: rule.action,
    appliedRulePriority: rule.priority,
    archived: image.archivedAt !== undefined,
  }));
  return { policy, startedAt: now, results };
}

export const StartLifecyclePolicyPreview = write(
  structure({ registryId, repositoryName: required(repositoryName), lifecyclePolicyText }),
  (input, context) => {
    const repository = findRepository(input, context);
    const registry = registryOf(input, context);
    const now = context.cloud.clock.now();
    const policy = input.lifecyclePolicyText ?? repository.lifecyclePolicy;
    if (policy === undefined) {
      throw new AwsError(
        "LifecyclePolicyNotFoundException",
        `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${registry}'`,
      );
    }
    if (repository.lifecyclePreview !== undefined && isRunning(repository.lifecyclePreview, now)) {
      throw new AwsError(
        "LifecyclePolicyPreviewInProgressException",
        `A lifecycle policy preview is in progress for the repository with name '${repository.name}'`,
      );
    }
    repository.lifecyclePreview = previewOf(repository, policy, now);
    return {
      registryId: registry,
      repositoryName: repository.name,
      lifecyclePolicyText: policy,
      status: "IN_PROGRESS",
    };
  },
  repositoryResource,
);

type Result = LifecyclePreview["results"][number];

const isTagged = ({ imageTags }: Result) => imageTags.length > 0;

export const GetLifecyclePolicyPreview = read(
  structure({
    registryId,
    repositoryName: required(repositoryName),
    imageIds: imageIdentifiers,
    nextToken,
    maxResults: integer({ min: 1, max: PAGE }),
    filter: structure({ tagStatus: enumeration(["TAGGED", "UNTAGGED", "ANY"]) }),
  }),
  (input, context) => {
    const repository = findRepository(input, context);
    const registry = registryOf(input, context);
    const preview = repository.lifecyclePreview;
    if (preview === undefined) {
      throw new AwsError(
        "LifecyclePolicyPreviewNotFoundException",
        `There is no lifecycle policy preview for the repository with name '${repository.name}' in the registry with id '${registry}'`,
      );
    }
    const head = {
      registryId: registry,
      repositoryName: repository.name,
      lifecyclePolicyText: preview.policy,
    };
    if (isRunning(preview, context.cloud.clock.now())) return { ...head, status: "IN_PROGRESS" };
    const { tagStatus = "ANY" } = input.filter ?? {};
    const wanted = preview.results.filter(
      (result) =>
        (tagStatus === "ANY" || (tagStatus === "TAGGED") === isTagged(result)) &&
        (input.imageIds === undefined || input.imageIds.some((id) => isNamed(result, id))),
    );
    const { items, nextToken } = page(wanted, input.maxResults ?? PAGE, input.nextToken, invalidEcrToken());
    return { ...head, status: "COMPLETE", previewResults: items.map(view), summary: summary(preview), nextToken };
  },
  repositoryResource,
);

function isNamed(result: Result, id: { imageDigest?: string; imageTag?: string }): boolean {
  const tagFits = id.imageTag === undefined || result.imageTags.includes(id.imageTag);
  return tagFits && (id.imageDigest === undefined || id.imageDigest === result.imageDigest);
}

function view(result: Result) {
  return {
    imageTags: isTagged(result) ? result.imageTags : undefined,
    imageDigest: result.imageDigest,
    imagePushedAt: new Date(result.imagePushedAt),
    action: result.action === "transition" ? { type: "TRANSITION", targetStorageClass: "ARCHIVE" } : { type: "EXPIRE" },
    appliedRulePriority: result.appliedRulePriority,
    storageClass: result.archived ? "ARCHIVE" : "STANDARD",
  };
}

/** Counts of the whole preview, independent of page and filter. */
function summary({ results }: LifecyclePreview) {
  const transitioning = results.filter(({ action }) => action === "transition").length;
  return {
    expiringImageTotalCount: results.length - transitioning,
    transitioningImageTotalCounts:
      transitioning > 0 ? [{ targetStorageClass: "ARCHIVE", imageTotalCount: transitioning }] : undefined,
  };
}
