import {
  BatchGetImageCommand,
  type BatchGetImageCommandOutput,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  type ImageIdentifier,
} from "@aws-sdk/client-ecr";
import type { Aws } from "../aws/aws";
import { errorName, isDenied } from "../aws/errors";
import type { Cache } from "../caches/model";
import { explainFailure, MEDIA_TYPES } from "../warm/fetch";
import { findTargets, type Target } from "../warm/targets";
import { type Check, type Finding, found, NOTHING, type Outcome, unchecked } from "./finding";
import { accountOf, checkPuller, grantFix, type Puller, pullPermissions } from "./permissions";
import type { RegionFacts } from "./region";
import { allowing, nameOf } from "./role";

/** What of an image a cache serves. Undefined if it does not serve it. */
export function pullOf(cache: Cache, image: string, { account }: RegionFacts): Target | undefined {
  return findTargets([image], [cache], account).targets[0];
}

/** Whether an image can really be pulled through the cache, with a role or as the caller. This caches the image. */
export async function checkPull(
  cache: Cache,
  target: Target,
  puller: Puller | undefined,
  facts: RegionFacts,
): Promise<Outcome> {
  const { account, region } = facts;
  const session = puller ? await sessionOf(puller.role, facts) : facts.aws;
  if (session === undefined) return unchecked(`permissions: ${notAssumed(puller?.role ?? "")}`);
  const failure = await failureOfPull(session.ecr(region), account, target);
  return failure ? found(...(await explain(failure, cache, target, puller, facts))) : NOTHING;
}

/** Undefined if the role does not trust the caller. */
async function sessionOf(role: string, { aws, region }: RegionFacts): Promise<Aws | undefined> {
  try {
    return await aws.assume(region, role);
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
}

function notAssumed(role: string): string {
  return `no permission for sts:AssumeRole on ${nameOf(role)}: your policies and its trust policy must allow it to you, or leave out --image to ask IAM's simulator instead`;
}

interface Failure {
  readonly code: string;
  readonly reason: string;
}

/** What keeps the image from being pulled: the upstream, a digest, or permissions that are missing. */
async function explain(
  failure: Failure,
  cache: Cache,
  target: Target,
  puller: Puller | undefined,
  facts: RegionFacts,
): Promise<Finding[]> {
  const { repository, tag, digest } = target;
  const name = tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
  const finding = (check: Check, problem: string, fix: Finding["fix"] | string): Finding => ({
    ...{
      check,
      code: "pull-fails",
      problem: `${puller ? nameOf(puller.role) : "the caller"} cannot pull ${name}: ${problem}`,
    },
    fix: typeof fix === "string" ? { pulumi: fix, aws: fix } : fix,
  });
  const known = explainFailure(target, failure.code);
  if (known) return [finding("upstream", known.problem, known.advice)];
  const { findings } = puller ? await checkPuller(cache, puller, facts) : NOTHING;
  if (findings.length > 0) return findings.map(({ problem, fix }) => finding("permissions", problem, fix));
  const answer = `${failure.code}: ${failure.reason}`;
  if (!/^AccessDenied/.test(failure.code)) return [finding("permissions", answer, LOOK_UP)];
  if (puller) {
    const isOurs = accountOf(puller.role) === facts.account;
    return [finding("permissions", answer, grantFix(puller.role, isOurs, facts))];
  }
  const policy = JSON.stringify(allowing(pullPermissions(facts)));
  return [finding("permissions", answer, `give the caller these permissions: ${policy}`)];
}

const LOOK_UP =
  "look this answer up: https://github.com/pulumi-pull-through-cache/pulumi-pull-through-cache/blob/main/docs/troubleshooting.md#when-a-pull-fails";

/** Gets the manifest, which imports the image, and where its first layer is. Nothing is downloaded. */
async function failureOfPull(ecr: ECRClient, registryId: string, target: Target): Promise<Failure | undefined> {
  const { repository: repositoryName, tag, digest } = target;
  try {
    let imageId: ImageIdentifier | undefined = tag === undefined ? { imageDigest: digest } : { imageTag: tag };
    while (imageId) {
      const { images: [image] = [], failures: [failure] = [] }: BatchGetImageCommandOutput = await ecr.send(
        new BatchGetImageCommand({ registryId, repositoryName, imageIds: [imageId], acceptedMediaTypes: MEDIA_TYPES }),
      );
      if (!image) return { code: failure?.failureCode ?? "ImageNotFound", reason: failure?.failureReason ?? "" };
      const { layers: [layer] = [], manifests: [child] = [] } = JSON.parse(image.imageManifest ?? "{}") as Manifest;
      const layerDigest = layer?.digest;
      if (layerDigest) await ecr.send(new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest }));
      imageId = layerDigest || !child?.digest ? undefined : { imageDigest: child.digest };
    }
    return undefined;
  } catch (error) {
    return { code: errorName(error), reason: (error as Error).message };
  }
}

interface Manifest {
  readonly layers?: readonly { readonly digest?: string }[];
  readonly manifests?: readonly { readonly digest?: string }[];
}
