import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext, Pull } from "../../context";
import { AwsError } from "../../errors";
import { RegistryError, UnusableSecret, UpstreamFailure } from "../../oci/errors";
import { type OperationsOf, operation } from "../../operation";
import type { Image, Repository } from "../../state/model";
import { page } from "../pages";
import {
  findRepository,
  onRepository,
  type RepositoryInput,
  registryOf,
  repositoryNotFound,
  repositoryResource,
} from "./registry";

interface ImageId {
  imageDigest?: string;
  imageTag?: string;
}

export function tagsOf(repository: Repository, digest: string): string[] {
  return [...repository.imageTags].filter(([, tag]) => tag.digest === digest).map(([name]) => name);
}

type Lookup = { image: Image } | { failureCode: string; failureReason: string };

const NOT_FOUND: Lookup = { failureCode: "ImageNotFound", failureReason: "Requested image not found" };

function lookUp(repository: Repository, id: ImageId): Lookup {
  if (id.imageDigest === undefined && id.imageTag === undefined) {
    return { failureCode: "MissingDigestAndTag", failureReason: "Neither digest nor tag is given" };
  }
  if (id.imageDigest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(id.imageDigest)) {
    return {
      failureCode: "InvalidImageDigest",
      failureReason: "Invalid request parameters: image digest is not valid",
    };
  }
  const byTag = id.imageTag === undefined ? undefined : repository.imageTags.get(id.imageTag)?.digest;
  const image = repository.images.get(id.imageDigest ?? byTag ?? "");
  if (image === undefined || (id.imageTag !== undefined && byTag === undefined)) return NOT_FOUND;
  if (byTag !== undefined && byTag !== image.digest) {
    return { failureCode: "ImageTagDoesNotMatchDigest", failureReason: "The tag names another digest" };
  }
  return { image };
}

function detail(image: Image, repository: Repository) {
  const imageTags = tagsOf(repository, image.digest);
  const { scan } = image;
  return {
    registryId: repository.registryId,
    repositoryName: repository.repositoryName,
    imageDigest: image.digest,
    imageTags: imageTags.length > 0 ? imageTags : undefined,
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    artifactMediaType: image.artifactMediaType,
    lastRecordedPullTime: image.lastPulledAt,
    imageStatus: "ACTIVE",
    imageScanStatus: scan && { status: scan.status, description: scan.description },
    imageScanFindingsSummary: scan && { imageScanCompletedAt: scan.completedAt, findingSeverityCounts: {} },
  };
}

const isActive = ({ archivedAt }: Image) => archivedAt === undefined;

/** What a call pulls from a repository. */
const pullOf = (input: RepositoryInput, context: CallContext): Pull => ({
  account: registryOf(input, context),
  region: context.region,
  name: input.repositoryName,
  principal: context.principal,
});

/**
 * An image as a pull finds it. A tag goes to the upstream; a digest is served only if it is cached
 * (aws/containers-roadmap#2837).
 */
async function pulled(input: RepositoryInput, id: ImageId, context: CallContext): Promise<Lookup> {
  if (id.imageTag !== undefined && id.imageDigest === undefined) {
    const pull = pullOf(input, context);
    const image = context.upstream.pull(pull, id.imageTag);
    return image.then((image) => ({ image })).catch((error: unknown) => failureOf(error, pull));
  }
  const known = lookUp(findRepository(input, context), id);
  if (!("image" in known)) return known;
  if (!isActive(known.image)) return NOT_FOUND;
  known.image.lastPulledAt = context.cloud.clock.now();
  return known;
}

function failureOf(error: unknown, { name, account }: Pull): Lookup {
  if (!(error instanceof RegistryError)) throw error;
  if (error.code === "NAME_UNKNOWN") throw repositoryNotFound(name, account);
  // The service model has both exceptions, and names the secret as the usual cause of this one.
  if (error instanceof UnusableSecret) throw new AwsError("UnableToGetUpstreamImageException", error.message);
  if (error instanceof UpstreamFailure) return { failureCode: error.failureCode, failureReason: error.message };
  return NOT_FOUND;
}

export const images: OperationsOf<ECR> = {
  DescribeImages: onRepository((repository, input) => {
    // Archived images are listed only on request.
    const all = [...repository.images.values()].filter(isActive);
    const { items, nextToken } = page(all, input.maxResults, input.nextToken);
    return { imageDetails: items.map((image) => detail(image, repository)), nextToken };
  }),
  /** Nothing serves the URL: clients of registries ask for blobs instead. */
  GetDownloadUrlForLayer: onRepository(({ images }, { layerDigest }, { region }) => {
    if (![...images.values()].some(({ blobs }) => blobs.includes(layerDigest)))
      throw new AwsError("LayersNotFoundException", `The layer ${layerDigest} does not exist in the repository`);
    return { downloadUrl: `https://layers.${region}.example/${layerDigest}`, layerDigest };
  }),
  BatchGetImage: operation(async (input, context) => {
    const images: unknown[] = [];
    const failures: unknown[] = [];
    for (const imageId of input.imageIds) {
      const result = await pulled(input, imageId, context);
      if (!("image" in result)) {
        failures.push({ imageId, ...result });
        continue;
      }
      const { digest, manifest, mediaType } = result.image;
      images.push({
        registryId: registryOf(input, context),
        repositoryName: input.repositoryName,
        imageId: { imageDigest: digest, imageTag: imageId.imageTag },
        imageManifest: manifest,
        imageManifestMediaType: mediaType,
      });
    }
    return { images, failures };
  }, repositoryResource),
  ListImageReferrers: onRepository(async (_repository, input, context) => {
    const { imageDigest } = input.subjectId;
    const all = await context.upstream.referrers(pullOf(input, context), imageDigest).catch((error: unknown) => {
      if (!(error instanceof UpstreamFailure)) throw error;
      throw new AwsError("UnableToListUpstreamImageReferrersException", error.message);
    });
    // Source of the size of a page: API reference, maxResults of ListImageReferrers.
    const { items, nextToken } = page(all.filter(isActive), input.maxResults ?? 20, input.nextToken);
    const referrers = items.map(({ digest, mediaType, artifactMediaType, manifest }) => ({
      ...{ digest, mediaType, artifactType: artifactMediaType, size: Buffer.byteLength(manifest) },
      artifactStatus: "ACTIVE",
    }));
    return { referrers, nextToken };
  }),
};

export function parentsOf(repository: Repository, digest: string): Image[] {
  return [...repository.images.values()].filter((image) => image.children.includes(digest));
}

export function removeImage(repository: Repository, digest: string): void {
  for (const tag of tagsOf(repository, digest)) repository.imageTags.delete(tag);
  repository.images.delete(digest);
}
