import {
  type ECRClient,
  GetLifecyclePolicyCommand,
  type ImageDetail,
  paginateDescribeImages,
} from "@aws-sdk/client-ecr";
import { failureOf } from "../aws/calls";
import { errorName } from "../aws/errors";
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
  const images = await attempt(() => imagesOf(ecr, place.repository));
  const hasLifecycle = await attempt(() => findLifecycle(ecr, place.repository));
  return { ...place, ...(images && summary(images)), hasLifecycle };
}

async function imagesOf(client: ECRClient, repositoryName: string): Promise<ImageDetail[]> {
  const found: ImageDetail[] = [];
  for await (const { imageDetails = [] } of paginateDescribeImages({ client, pageSize: 1000 }, { repositoryName })) {
    found.push(...imageDetails);
  }
  return found;
}

/** ECR gives an index the size of its largest image. Source: ECR API reference, ImageDetail. */
const INDEX = /^application\/vnd\.(oci\.image\.index\.v1|docker\.distribution\.manifest\.list\.v2)\+json$/;

/** Scans that ended without findings to look at. Source: ECR API reference, ImageScanStatus. */
const FAILED = ["FAILED", "LIMIT_EXCEEDED", "FINDINGS_UNAVAILABLE"];

function summary(details: readonly ImageDetail[]) {
  const images = details.filter(({ imageManifestMediaType = "" }) => !INDEX.test(imageManifestMediaType));
  const statuses = images.flatMap(({ imageScanStatus }) => imageScanStatus?.status ?? []);
  return {
    images: images.length,
    bytes: images.reduce((sum, { imageSizeInBytes = 0 }) => sum + imageSizeInBytes, 0),
    lastPull: newest(details.map(({ lastRecordedPullTime }) => lastRecordedPullTime)),
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
