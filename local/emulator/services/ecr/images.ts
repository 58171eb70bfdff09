import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { RegistryError, UpstreamFailure } from "../../oci/errors";
import { UnusableSecret } from "../../oci/upstream-access";
import { type OperationsOf, operation } from "../../operation";
import type { Image, Repository } from "../../state/model";
import { page } from "../pages";
import { repositoryNotFound } from "./errors";
import { findRepository, registryOf, repositoryResource } from "./registry";

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
  if (image === undefined || (id.imageTag !== undefined && byTag === undefined)) {
    return NOT_FOUND;
  }
  if (byTag !== undefined && byTag !== image.digest) {
    return { failureCode: "ImageTagDoesNotMatchDigest", failureReason: "The tag names another digest" };
  }
  return { image };
}

function detail(image: Image, repository: Repository, registry: string) {
  const imageTags = tagsOf(repository, image.digest);
  const { scan } = image;
  return {
    registryId: registry,
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

interface RepositoryInput {
  registryId?: string;
  repositoryName: string;
}

/**
 * An image as a pull finds it. A tag goes to the upstream; a digest is served only if it is cached
 * (aws/containers-roadmap#2837).
 */
async function pulled(input: RepositoryInput, id: ImageId, context: CallContext): Promise<Lookup> {
  if (id.imageTag !== undefined && id.imageDigest === undefined) return pulledByTag(input, id.imageTag, context);
  const found = lookUp(findRepository(input, context), id);
  if (!("image" in found)) return found;
  if (found.image.archivedAt !== undefined) return NOT_FOUND;
  found.image.lastPulledAt = context.cloud.clock.now();
  return found;
}

async function pulledByTag(input: RepositoryInput, tag: string, context: CallContext): Promise<Lookup> {
  const account = registryOf(input, context);
  const { region, principal } = context;
  try {
    return { image: await context.upstream.pull({ account, region, name: input.repositoryName, principal }, tag) };
  } catch (error) {
    return failureOf(error, input.repositoryName, account);
  }
}

function failureOf(error: unknown, repositoryName: string, registry: string): Lookup {
  if (!(error instanceof RegistryError)) throw error;
  if (error.code === "NAME_UNKNOWN") throw repositoryNotFound(repositoryName, registry);
  if (error instanceof UpstreamFailure) {
    // The service model has both exceptions, and names the secret as the usual cause of this one.
    if (error.cause instanceof UnusableSecret) {
      throw new AwsError("UnableToGetUpstreamImageException", error.message);
    }
    return { failureCode: error.failureCode, failureReason: error.message };
  }
  return NOT_FOUND;
}

export const images: OperationsOf<ECR> = {
  DescribeImages: operation((input, context) => {
    const repository = findRepository(input, context);
    const registry = registryOf(input, context);
    // Archived images are listed only on request.
    const all = [...repository.images.values()].filter(isActive);
    const { items, nextToken } = page(all, input.maxResults, input.nextToken);
    return { imageDetails: items.map((image) => detail(image, repository, registry)), nextToken };
  }, repositoryResource),
  /** Nothing serves the URL: clients of registries ask for blobs instead. */
  GetDownloadUrlForLayer: operation(({ layerDigest, ...input }, context) => {
    const images = [...findRepository(input, context).images.values()];
    if (!images.some(({ blobs }) => blobs.includes(layerDigest)))
      throw new AwsError("LayersNotFoundException", `The layer ${layerDigest} does not exist in the repository`);
    return { downloadUrl: `https://layers.${context.region}.example/${layerDigest}`, layerDigest };
  }, repositoryResource),
  BatchGetImage: operation(async (input, context) => {
    const registryId = registryOf(input, context);
    const { repositoryName } = input;
    const images: unknown[] = [];
    const failures: unknown[] = [];
    for (const imageId of input.imageIds) {
      const found = await pulled(input, imageId, context);
      if (!("image" in found)) {
        failures.push({ imageId, ...found });
        continue;
      }
      const { digest, manifest, mediaType } = found.image;
      images.push({
        registryId,
        repositoryName,
        imageId: { imageDigest: digest, imageTag: imageId.imageTag },
        imageManifest: manifest,
        imageManifestMediaType: mediaType,
      });
    }
    return { images, failures };
  }, repositoryResource),
  ListImageReferrers: operation(async (input, context) => {
    const account = registryOf(input, context);
    const { region, principal } = context;
    findRepository(input, context);
    const pull = { account, region, name: input.repositoryName, principal };
    const found = await context.upstream.referrers(pull, input.subjectId.imageDigest).catch((error: unknown) => {
      if (error instanceof UpstreamFailure)
        throw new AwsError("UnableToListUpstreamImageReferrersException", error.message);
      throw error;
    });
    // Source of the size of a page: API reference, maxResults of ListImageReferrers.
    const { items, nextToken } = page(found.filter(isActive), input.maxResults ?? 20, input.nextToken);
    const referrers = items.map(({ digest, mediaType, artifactMediaType, manifest }) => ({
      ...{ digest, mediaType, artifactType: artifactMediaType, size: Buffer.byteLength(manifest) },
      artifactStatus: "ACTIVE",
    }));
    return { referrers, nextToken };
  }, repositoryResource),
};

export function parentsOf(repository: Repository, digest: string): Image[] {
  return [...repository.images.values()].filter((image) => image.children.includes(digest));
}

export function removeImage(repository: Repository, digest: string): void {
  for (const tag of tagsOf(repository, digest)) repository.imageTags.delete(tag);
  repository.images.delete(digest);
}
