import { setTimeout as sleep } from "node:timers/promises";
import {
  type ECRClient,
  GetLifecyclePolicyPreviewCommand,
  StartLifecyclePolicyPreviewCommand,
} from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";

const POLL_MILLISECONDS = 250;
const GIVE_UP_MILLISECONDS = 120_000;

/**
 * How many images of a repository would expire under a lifecycle policy, from ECR's own preview, which changes nothing.
 * Undefined if ECR gives no answer.
 */
export async function expiringImages(
  ecr: ECRClient,
  repositoryName: string,
  policy: string,
  stopped: AbortSignal,
): Promise<number | undefined> {
  const deadline = Date.now() + GIVE_UP_MILLISECONDS;
  await startPreview(ecr, repositoryName, policy, deadline, stopped);
  while (Date.now() < deadline && !stopped.aborted) {
    const { status, summary } = await ecr.send(new GetLifecyclePolicyPreviewCommand({ repositoryName }));
    if (status === "COMPLETE") return summary?.expiringImageTotalCount ?? 0;
    if (status !== "IN_PROGRESS") return undefined;
    await sleep(POLL_MILLISECONDS);
  }
  return undefined;
}

/** Waits for a preview that is already running, perhaps from an interrupted run: it may be for another policy. */
async function startPreview(
  ecr: ECRClient,
  repositoryName: string,
  lifecyclePolicyText: string,
  deadline: number,
  stopped: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await ecr.send(new StartLifecyclePolicyPreviewCommand({ repositoryName, lifecyclePolicyText }));
      return;
    } catch (error) {
      const isUnderWay = errorName(error) === "LifecyclePolicyPreviewInProgressException";
      if (!isUnderWay || Date.now() > deadline || stopped.aborted) throw error;
      await sleep(POLL_MILLISECONDS);
    }
  }
}
