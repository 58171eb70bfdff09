import { type ListingConfig, listing } from "../aws/caches/listed-repositories";
import { byLength, root } from "../aws/caches/prefix";
import { type CacheRule, cachedRepository, cacheRules, hostOf, rulesNear } from "../aws/caches/rules";
import { type ImageReference, parseImage } from "../aws/images/reference";
import { imagesOf, isWorkload } from "../aws/images/workload";
import { pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { type Unknown, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const workloadUsesCache = stackPolicy<ListingConfig>({
  name: "workload-uses-cache",
  displayName: "Workloads pull through the cache",
  rule: "A workload must not name an upstream image for which the stack has a pull through cache rule in the workload's Region.",
  why: "It still pulls from the internet, with the upstream's rate limits and without the cache's scan. This covers ECS task definitions, Batch job definitions, App Runner services and all kinds of Kubernetes pods, not the user data of machines.",
  fix: "Use the cached image.",
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
  return resources.filter(isWorkload).map((resource) => ({ resource, verdict: judgeWorkload(resource, rules) }));
}

function judgeWorkload(resource: StackResource, rules: readonly CacheRule[]): Verdict {
  const { images, open } = imagesOf(resource);
  const near = rulesNear(resource, rules);
  const verdicts = images.map((image) => {
    const reference = parseImage(image);
    const cached = reference === undefined ? undefined : cachedImage(reference, near);
    if (cached === unknown) return undecided;
    return cached === undefined ? pass : fail(`${image} is not pulled through the cache.`, `Write ${cached}.`);
  });
  return all([...verdicts, open ? undecided : pass]);
}

function cachedImage(image: ImageReference, rules: readonly CacheRule[]): string | Unknown | undefined {
  const answers = rules
    .map((rule) => ({ rule, repository: cachedRepository(image, rule) }))
    .filter(({ repository }) => repository !== undefined)
    .sort((one, other) => byLength(upstreamPrefixOf(one.rule), upstreamPrefixOf(other.rule)));
  const first = answers.find(({ repository }) => typeof repository === "string");
  if (first === undefined) return answers.length > 0 ? unknown : undefined;
  const same = answers.filter(({ repository }) => repository === first.repository);
  return `${hostOf(same.map(({ rule }) => rule.registry))}/${String(first.repository)}`;
}

function upstreamPrefixOf({ upstreamPrefix }: CacheRule): string {
  return upstreamPrefix === unknown ? root : upstreamPrefix;
}
