import { type ECRClient, GetLifecyclePolicyCommand } from "@aws-sdk/client-ecr";
import { failureOf } from "../aws/calls";
import { errorName } from "../aws/errors";
import { type Stored, storedImages } from "../caches/images";
import { newest, type RepositoryContents } from "./contents";

type Place = Pick<RepositoryContents, "region" | "cache" | "upstream" | "repository">;

/** Reads one repository. A call that fails is said, and the rest is read. */
export async function readRepository(ecr: ECRClient, place: Place, unchecked: string[]): Promise<RepositoryContents> {
  const attempt = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      unchecked.push(`${place.repository}: ${failureOf(error)}`);
      return undefined;
    }
  };
  const images = await attempt(() => storedImages(ecr, place.repository));
  const hasLifecycle = await attempt(() => findLifecycle(ecr, place.repository));
  return { ...place, ...(images && summary(images)), hasLifecycle };
}

/** Scans that ended without findings to look at. Source: ECR API reference, ImageScanStatus. */
const FAILED = ["FAILED", "LIMIT_EXCEEDED", "FINDINGS_UNAVAILABLE"];

function summary({ images, indexes, bytes }: Stored) {
  const statuses = images.flatMap(({ imageScanStatus }) => imageScanStatus?.status ?? []);
  return {
    ...{ images: images.length, bytes },
    lastPull: newest([...images, ...indexes].map(({ lastRecordedPullTime }) => lastRecordedPullTime)),
    failedScans: statuses.length === 0 ? undefined : statuses.filter((status) => FAILED.includes(status)).length,
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
