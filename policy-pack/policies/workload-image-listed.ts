import { isListed, type ListingConfig, listing } from "../aws/caches/listed-repositories";
import { byLength, inCache, normalPrefix } from "../aws/caches/prefix";
import { type CacheRule, cacheRules, nameBelow, rulesNear } from "../aws/caches/rules";
import { hasImages, imagesOf } from "../aws/images/places/read";
import { type ImageReference, parseImage } from "../aws/images/reference";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { type Unknown, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const workloadImageListed = stackPolicy<ListingConfig>({
  name: "workload-image-listed",
  displayName: "Workloads use images that may enter the cache",
  rule: "A workload must not use an image that its cache does not list, by its name upstream or in the cache.",
  why: "Such an image comes from the internet without the cache's scan, or its first pull fails. The lists come from the component's repositories and from the policy's configuration.",
  fix: "Use an image that the cache's repositories list, or add its repository to the list.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html",
  enforcementLevel: "advisory",
  severity: "medium",
  topic: "security",
  config: listing,
  judge: judgeWorkloads,
});

export function judgeWorkloads(resources: readonly StackResource[], config: ListingConfig): Finding[] {
  const rules = cacheRules(resources, config);
  return resources
    .filter(({ type }) => hasImages(type))
    .map((resource) => ({ resource, verdict: judgeWorkload(resource, rules, config) }));
}

function judgeWorkload(resource: StackResource, rules: readonly CacheRule[], config: ListingConfig): Verdict {
  const { images, open, stay } = imagesOf(resource);
  const near = rulesNear(resource, rules);
  const verdicts = images.map(({ reference }) => {
    const image = parseImage(reference);
    if (image === undefined) return pass;
    if (image.ecr !== undefined) return judgeCached(reference, image, rules, config);
    return stay ? pass : judgeUpstream(reference, image, near);
  });
  const mayConcern =
    Object.keys(config.repositories).length > 0 || near.some(({ repositories: listed }) => listed !== undefined);
  return all([...verdicts, open && mayConcern ? undecided : pass]);
}

/** Judges an image by its upstream name. One cache that lets it in is enough. */
function judgeUpstream(image: string, { domain, path }: ImageReference, rules: readonly CacheRule[]): Verdict {
  const verdicts = rules
    .filter(({ upstream }) => upstream === domain || upstream === unknown)
    .flatMap((rule): Verdict[] => {
      const name = rule.upstream === unknown ? unknown : nameBelow(rule.upstreamPrefix, path);
      return name === undefined ? [] : [judgeName(image, name, rule, "it comes from the internet")];
    });
  return verdicts.find((one) => one === pass) ?? verdicts.find((one) => one === undecided) ?? verdicts[0] ?? pass;
}

/** Judges an image by its name in a cache, of a rule in the stack or of a prefix in the configuration. */
function judgeCached(
  image: string,
  { path, ecr }: ImageReference,
  rules: readonly CacheRule[],
  config: ListingConfig,
): Verdict {
  const isThere = ({ registry }: CacheRule) =>
    (typeof registry.account !== "string" || registry.account === ecr?.account) &&
    (typeof registry.region !== "string" || registry.region === ecr?.region);
  const caches: readonly Cache[] = [
    ...rules.filter(isThere),
    ...Object.entries(config.repositories).map(([prefix, repositories]) => ({ prefix, repositories })),
  ];
  if (caches.some(({ prefix }) => prefix === unknown)) return undecided;
  const prefixOf = (cache: Cache) => normalPrefix(String(cache.prefix));
  const [cache] = caches
    .filter((one) => inCache(prefixOf(one), path))
    .sort((one, other) => byLength(prefixOf(one), prefixOf(other)));
  if (cache === undefined) return pass;
  const name = nameBelow(prefixOf(cache), path) ?? path;
  return judgeName(image, name, cache, "its first pull fails");
}

type Cache = Pick<CacheRule, "prefix" | "repositories">;

function judgeName(
  image: string,
  name: string | Unknown,
  { prefix, repositories }: Cache,
  consequence: string,
): Verdict {
  if (repositories === undefined) return pass;
  if (name === unknown || prefix === unknown || repositories === unknown) return undecided;
  if (isListed(name, repositories)) return pass;
  return fail(
    `${image} is not among the repositories of the cache ${normalPrefix(prefix)}: ${consequence}.`,
    `Use a listed image, or add ${name} to the list.`,
  );
}
