import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";
import type { Cache } from "../caches/model";
import { findTargets } from "../warm/targets";
import { found, NOTHING, type Outcome } from "./finding";
import type { RegionFacts } from "./region";
import { nameOf } from "./role";

/** Whether an image can really be pulled through the cache, with a role or as the caller. This caches the image. */
export async function checkPull(
  cache: Cache,
  image: string,
  { account, aws, region }: RegionFacts,
  role: string | undefined,
): Promise<Outcome> {
  const [target] = findTargets([image], [cache], account).targets;
  if (!target) return NOTHING;
  const { repository: repositoryName, tag, digest } = target;
  const refused = (reason: string): Outcome => {
    const who = role ? nameOf(role) : "the caller";
    const problem = `${who} cannot pull ${repositoryName}:${tag ?? digest}: ${reason}`;
    const fix = `look this answer up: ${TROUBLESHOOTING}`;
    return found({ check: "permissions", code: "pull-fails", problem, fix: { pulumi: fix, aws: fix } });
  };
  const ecr = (role ? await aws.assume(region, role) : aws).ecr(region);
  try {
    const imageId = tag === undefined ? { imageDigest: digest } : { imageTag: tag };
    const { failures: [failure] = [] } = await ecr.send(
      new BatchGetImageCommand({ registryId: account, repositoryName, imageIds: [imageId] }),
    );
    return failure ? refused(`${failure.failureCode}: ${failure.failureReason}`) : NOTHING;
  } catch (error) {
    return refused(`${errorName(error)}: ${(error as Error).message}`);
  }
}

const TROUBLESHOOTING =
  "https://github.com/pulumi-pull-through-cache/pulumi-pull-through-cache/blob/main/docs/troubleshooting.md#when-a-pull-fails";
