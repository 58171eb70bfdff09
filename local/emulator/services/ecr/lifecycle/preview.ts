import type { ECR } from "@aws-sdk/client-ecr";
import { SECOND } from "../../../clock";
import { AwsError } from "../../../errors";
import type { OperationsOf } from "../../../operation";
import type { LifecyclePreview, Repository } from "../../../state/model";
import { onRepository } from "../registry";
import { documentOf, lifecyclePolicyOf } from "../repository-documents";
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
  StartLifecyclePolicyPreview: onRepository((repository, input, { cloud }) => {
    const now = cloud.clock.now();
    const lifecyclePolicyText = lifecyclePolicyOf(repository, input.lifecyclePolicyText);
    if (repository.preview !== undefined && isRunning(repository.preview, now)) {
      throw new AwsError("LifecyclePolicyPreviewInProgressException", "A lifecycle policy preview is in progress");
    }
    const summary = summaryOf(repository, lifecyclePolicyText, now);
    repository.preview = { lifecyclePolicyText, startedAt: now, summary };
    return { ...repository, lifecyclePolicyText, status: "IN_PROGRESS" };
  }),
  GetLifecyclePolicyPreview: onRepository((repository, _input, { cloud }) => {
    const code = "LifecyclePolicyPreviewNotFoundException";
    const preview = documentOf(repository, repository.preview, code, "Lifecycle policy preview");
    const { lifecyclePolicyText, summary } = preview;
    const head = { ...repository, lifecyclePolicyText };
    if (isRunning(preview, cloud.clock.now())) return { ...head, status: "IN_PROGRESS" };
    return { ...head, status: "COMPLETE", summary };
  }),
};
