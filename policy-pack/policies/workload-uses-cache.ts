import { parseImage } from "../aws/image";
import { type CacheRule, cachedImage, cacheRules } from "../aws/rules";
import { pullThroughCacheRule } from "../aws/types";
import { imagesOf, isWorkload } from "../aws/workload-images";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { unknown } from "../kit/values";
import { fail, type Verdict } from "../kit/verdict";

export const workloadUsesCache = stackPolicy<object>({
  name: "workload-uses-cache",
  displayName: "Workloads pull through the cache",
  rule: "A workload must not name an upstream image for which the stack has a pull-through cache rule.",
  why: "It still pulls from the internet, with the upstream's rate limits, and past the scan of the cache.",
  fix: "Write the cached image that the message names. Judged are ECS task definitions, Batch job definitions, App Runner services and Kubernetes pods of every kind, not user data of machines.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-working-pulling.html",
  enforcementLevel: "advisory",
  severity: "medium",
  trigger: pullThroughCacheRule,
  judge: judgeWorkloads,
});

export function judgeWorkloads(resources: readonly StackResource[]): Finding[] {
  const rules = cacheRules(resources);
  return resources.filter(isWorkload).map((resource) => ({ resource, verdict: judgeWorkload(resource, rules) }));
}

function judgeWorkload(resource: StackResource, rules: readonly CacheRule[]): Verdict {
  const { images, open } = imagesOf(resource);
  const judged = images.map((image) => ({ image, cached: cached(image, rules) }));
  return {
    ...fail(
      ...judged.flatMap(({ image, cached }) =>
        typeof cached === "string" ? [`Write ${cached} instead of ${image}.`] : [],
      ),
    ),
    undecided: open || judged.some(({ cached }) => cached === unknown),
  };
}

function cached(image: string, rules: readonly CacheRule[]) {
  const reference = parseImage(image);
  if (reference === undefined) return undefined;
  const answers = rules.map((rule) => cachedImage(reference, rule)).filter((answer) => answer !== undefined);
  return answers.find((answer) => typeof answer === "string") ?? answers[0];
}
