import {
  BatchGetImageCommand,
  type BatchGetImageCommandOutput,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";
import type { Cache } from "../caches/model";
import { MEDIA_TYPES } from "../warm/fetch";
import { findTargets, type Target } from "../warm/targets";
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
  const ecr = (role ? await aws.assume(region, role) : aws).ecr(region);
  const reason = await failureOfPull(ecr, account, target);
  if (reason === undefined) return NOTHING;
  const { repository, tag, digest } = target;
  const problem = `${role ? nameOf(role) : "the caller"} cannot pull ${repository}:${tag ?? digest}: ${reason}`;
  const fix = `look this answer up: ${TROUBLESHOOTING}`;
  return found({ check: "permissions", code: "pull-fails", problem, fix: { pulumi: fix } });
}

const TROUBLESHOOTING =
  "https://github.com/pulumi-pull-through-cache/pulumi-pull-through-cache/blob/main/docs/troubleshooting.md#when-a-pull-fails";

/** Gets the manifest, which imports the image, and where its first layer is. Nothing is downloaded. */
async function failureOfPull(ecr: ECRClient, registryId: string, target: Target): Promise<string | undefined> {
  const { repository: repositoryName, tag, digest } = target;
  try {
    let imageId: ImageIdentifier | undefined = tag === undefined ? { imageDigest: digest } : { imageTag: tag };
    while (imageId) {
      const { images: [image] = [], failures: [failure] = [] }: BatchGetImageCommandOutput = await ecr.send(
        new BatchGetImageCommand({ registryId, repositoryName, imageIds: [imageId], acceptedMediaTypes: MEDIA_TYPES }),
      );
      if (!image) return `${failure?.failureCode}: ${failure?.failureReason}`;
      const { layers: [layer] = [], manifests: [child] = [] } = JSON.parse(image.imageManifest ?? "{}") as Manifest;
      const layerDigest = layer?.digest;
      if (layerDigest) await ecr.send(new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest }));
      imageId = layerDigest || !child?.digest ? undefined : { imageDigest: child.digest };
    }
    return undefined;
  } catch (error) {
    return `${errorName(error)}: ${(error as Error).message}`;
  }
}

interface Manifest {
  readonly layers?: readonly { readonly digest?: string }[];
  readonly manifests?: readonly { readonly digest?: string }[];
}
