import { type ECRClient, GetLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import { attempt } from "../aws/attempt";
import { errorName } from "../aws/errors";
import { type Stored, storedImages } from "../caches/images";
import { newest, type RepositoryContents } from "./contents";

type Place = Pick<RepositoryContents, "region" | "cache" | "upstream" | "repository">;

/** Reads one repository. A call that fails is said, and the rest is read. */
export async function readRepository(ecr: ECRClient, place: Place, unchecked: string[]): Promise<RepositoryContents> {
  const { repository } = place;
  const images = await attempt(unchecked, repository, () => storedImages(ecr, repository));
  const hasLifecycle = await attempt(unchecked, repository, () => findLifecycle(ecr, repository));
  return { ...place, ...(images && summary(images)), hasLifecycle };
}

/** Scans that ended without findings to look at. Source: ECR API reference, ImageScanStatus. */
const FAILED = ["FAILED", "LIMIT_EXCEEDED", "FINDINGS_UNAVAILABLE"];

function summary({ images, indexes, bytes }: Stored) {
  const statuses = images.flatMap(({ imageScanStatus }) => imageScanStatus?.status ?? []);
  return {
    ...{ images: images.length, bytes },
    lastPull: newest([...images, ...indexes].map(({ lastRecordedPullTime }) => lastRecordedPullTime)),
    failedScans:
      statuses.length === 0 && images.length > 0
        ? undefined
        : statuses.filter((status) => FAILED.includes(status)).length,
  };
}

async function findLifecycle(ecr: ECRClient, repositoryName: string): Promise<boolean> {
  try {
    await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
    return true;
  } catch (error) {
    if (errorName(error) === "LifecyclePolicyNotFoundException") return false;
    throw error;
  }
}
