import { cachedName } from "../aws/caches/cached-image";
import { type ListingConfig, listing } from "../aws/caches/listed-repositories";
import { type CacheRule, cacheRules, rulesNear } from "../aws/caches/rules";
import { hasImages, imagesOf, type NamedImage } from "../aws/images/places/read";
import { parseImage } from "../aws/images/reference";
import { codeBuildProject, pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, read, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const workloadUsesCache = stackPolicy<ListingConfig>({
  name: "workload-uses-cache",
  displayName: "Workloads pull through the cache",
  rule: "A workload must not name an upstream image for which the stack has a pull through cache rule in the workload's Region.",
  why: "It still pulls from the internet, with the upstream's rate limits and without the cache's scan. This covers ECS, Batch, App Runner, CodeBuild, Docker and Kubernetes with many operators, not Helm releases and the user data of machines.",
  fix: "Name the image in the cache: <account>.dkr.ecr.<region>.amazonaws.com/<prefix>/<image>.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-working-pulling.html",
  enforcementLevel: "advisory",
  severity: "medium",
  topic: "availability",
  trigger: pullThroughCacheRule,
  config: listing,
  judge: judgeWorkloads,
});

export function judgeWorkloads(resources: readonly StackResource[], config: ListingConfig): Finding[] {
  const rules = cacheRules(resources, config);
  return resources
    .filter(({ type }) => hasImages(type))
    .map((resource) => ({ resource, verdict: judgeWorkload(resource, rules) }));
}

function judgeWorkload(resource: StackResource, rules: readonly CacheRule[]): Verdict {
  const { images, open, stay } = imagesOf(resource);
  if (stay) return pass;
  const near = rulesNear(resource, rules);
  return all([...images.map((image) => judgeImage(image, near, credentialsOf(resource))), open ? undecided : pass]);
}

/** CodeBuild's own credentials cannot import images. AWS: CodeBuild user guide, "Amazon ECR sample". */
function credentialsOf({ type, props }: StackResource): string {
  const { imagePullCredentialsType } = type === codeBuildProject ? fieldsOf(read(props, "environment")) : {};
  return type !== codeBuildProject || imagePullCredentialsType === "SERVICE_ROLE"
    ? ""
    : ' Set imagePullCredentialsType to "SERVICE_ROLE".';
}

function judgeImage({ reference, credentials }: NamedImage, rules: readonly CacheRule[], more: string): Verdict {
  const image = parseImage(reference);
  const name = image === undefined ? undefined : cachedName(image, rules);
  if (image === undefined || name === undefined) return pass;
  if (name === unknown) return undecided;
  const cached = `${name}${image.version}`;
  const without = `${credentials === undefined ? "" : ` Remove ${credentials}, which is for another registry.`}${more}`;
  if (!image.isPinned) return fail(`${reference} is not pulled through the cache.`, `Write ${cached}.${without}`);
  // ECR does not ask the upstream for a digest. Source: aws/containers-roadmap#2837.
  return fail(
    `${reference} is not pulled through the cache. It has a digest, which ECR never asks the upstream for.`,
    `First pull the tag that has this digest from ${name}, so that it is in the cache. Then write ${cached}.${without}`,
  );
}
