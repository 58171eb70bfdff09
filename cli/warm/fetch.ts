import { BatchGetImageCommand, type ECRClient, type Image, type ImageIdentifier } from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";
import type { Limiter } from "./limiter";
import { fetchReferrers } from "./referrers";
import type { Target } from "./targets";

/** The outcome for an image. */
export type Outcome = "cached" | "mismatch" | "limited" | "failed";

export interface Fetched {
  readonly target: Target;
  readonly outcome: Outcome;
  /** Digest of the image in the cache now. */
  readonly digest?: string;
  /** How many signatures, SBOMs and the like are in the cache, if they were asked for. */
  readonly referrers?: number;
  /** The problem, if there is one. */
  readonly reason?: string;
}

/** Media types of indexes and manifests that container runtimes accept. */
export const MEDIA_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Source: API model of Amazon ECR, ImageIdentifierList of BatchGetImage. */
const BATCH = 100;

export interface FetchOptions {
  /** How often to try an image while its upstream limits the rate. */
  readonly attempts: number;
  /** Whether to fetch signatures, SBOMs and the like, too. */
  readonly referrers: boolean;
}

/**
 * Fetches an image through the cache like a first pull, but without downloading its layers: by its tag, and then the
 * images of an index. ECR never asks an upstream for a digest that it does not have (aws/containers-roadmap#2837), so a
 * pinned image is fetched by its tag, and the digests are compared.
 */
export async function fetchImage(
  ecr: ECRClient,
  target: Target,
  limiter: Limiter,
  { attempts, referrers }: FetchOptions,
  stopped: AbortSignal,
): Promise<Fetched> {
  for (let attempt = 1; ; attempt++) {
    await limiter.ready(target.upstream, stopped);
    const fetched = await tryFetch(ecr, target, referrers);
    if (fetched.outcome !== "limited") {
      limiter.succeeded(target.upstream);
      return fetched;
    }
    if (attempt >= attempts || stopped.aborted) return fetched;
    limiter.limited(target.upstream);
  }
}

async function tryFetch(ecr: ECRClient, target: Target, withReferrers: boolean): Promise<Fetched> {
  const { repository, tag, digest: pinned } = target;
  const get = (imageIds: ImageIdentifier[]) =>
    ecr.send(new BatchGetImageCommand({ repositoryName: repository, imageIds, acceptedMediaTypes: MEDIA_TYPES }));
  try {
    const { images = [], failures = [] } = await get([tag === undefined ? { imageDigest: pinned } : { imageTag: tag }]);
    const [image] = images;
    if (!image) return failed(target, failures[0]?.failureCode, failures[0]?.failureReason);
    const digest = image.imageId?.imageDigest;
    // Indexes may have indexes in them.
    const seen = new Set<string>();
    let children = childrenOf(image);
    while (children.length > 0) {
      const batch = children.splice(0, BATCH).filter(({ digest: one }) => !seen.has(one));
      if (batch.length === 0) continue;
      for (const { digest: one } of batch) seen.add(one);
      const got = await get(batch.map(({ digest: imageDigest }) => ({ imageDigest })));
      const isNeeded = (id?: ImageIdentifier) =>
        batch.some((one) => one.digest === id?.imageDigest && !one.isAttestation);
      const missing = got.failures?.find(({ imageId }) => imageId === undefined || isNeeded(imageId));
      if (missing) return failed(target, missing.failureCode, missing.failureReason);
      children = [...children, ...(got.images ?? []).flatMap(childrenOf)];
    }
    const isThere = pinned === undefined || digest === pinned || seen.has(pinned);
    if (!isThere && ((await get([{ imageDigest: pinned }])).images ?? []).length === 0) {
      const reason = `the tag ${tag} now has another digest, and the pinned one is not cached`;
      return { target, outcome: "mismatch", digest, reason };
    }
    const cached = { target, outcome: "cached", digest: isThere ? digest : pinned } as const;
    if (!withReferrers) return cached;
    const digests = isThere ? [digest ?? "", ...seen] : [pinned];
    return { ...cached, referrers: await fetchReferrers(ecr, repository, digests) };
  } catch (error) {
    return failed(target, errorName(error), (error as Error).message);
  }
}

/** ECR gives the same answer for all of these. */
const NOT_FOUND =
  ". Check that the upstream has this name and tag, that you may import it (ecr:BatchImportUpstreamImage, ecr:CreateRepository), and that the rule's token works (`pull-through-cache verify`)";

const LIMITED = "UpstreamTooManyRequests";

function failed(target: Target, code = "ImageNotFound", reason = ""): Fetched {
  const known = explainFailure(target, code);
  const advice = /^(Image|Repository)NotFound/.test(code) ? NOT_FOUND : "";
  return {
    target,
    outcome: code === LIMITED ? "limited" : "failed",
    reason: known ? `${known.problem}: ${known.advice}` : `${code}: ${reason}${advice}`,
  };
}

/** Why ECR did not get an image that the caller may pull, and what to do, if ECR's code tells. */
export function explainFailure(
  { digest, tag, upstream }: Target,
  code: string,
): { readonly problem: string; readonly advice: string } | undefined {
  if (code === LIMITED) return { problem: `${upstream} limits the pull rate`, advice: "run this again later" };
  if (tag !== undefined || digest === undefined || !/NotFound/.test(code)) return undefined;
  const problem = "not cached yet, and ECR does not ask the upstream for a digest";
  return { problem, advice: "give the tag too (name:tag@digest)" };
}

interface Child {
  readonly digest: string;
  /** Provenance or an SBOM, which nobody needs to run the image. */
  readonly isAttestation: boolean;
}

/** What an index names. Source of attestations: BuildKit, docs/attestations/attestation-storage.md. */
function childrenOf({ imageManifest }: Image): Child[] {
  const { manifests } = JSON.parse(imageManifest ?? "{}") as { manifests?: (Descriptor | null)[] | null };
  return (manifests ?? []).flatMap((child) => {
    if (typeof child?.digest !== "string") return [];
    const isAttestation = child.annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
    return [{ digest: child.digest, isAttestation }];
  });
}

interface Descriptor {
  readonly digest?: string;
  readonly annotations?: { readonly [name: string]: string } | null;
}
