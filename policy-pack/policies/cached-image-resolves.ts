import { registryOf } from "../aws/account/registry";
import { isIn, mayBe } from "../aws/caches/cached-image";
import { byLength, inCache, normalPrefix, root } from "../aws/caches/prefix";
import { type CacheRule, cacheRules, nameBelow } from "../aws/caches/rules";
import { type ScopeConfig, scope } from "../aws/caches/scope";
import { hasImages, imagesOf } from "../aws/images/places/read";
import { type ImageReference, parseImage } from "../aws/images/reference";
import { pullThroughCacheRule, replicationConfiguration, repository } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, unknown, type Value } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

type Config = Pick<ScopeConfig, "cachePrefixes">;

const dockerHub = "registry-1.docker.io";

export const cachedImageResolves = stackPolicy<Config>({
  name: "cached-image-resolves",
  displayName: "Names of cached images are complete",
  rule: "An image's name in a cache must have the prefix and the Region of a rule, and library/ if it is an official image of Docker Hub.",
  why: "Otherwise ECR does not find it. Names that look like none of the stack's caches are taken for private repositories, and prefixes of other stacks are in cachePrefixes.",
  fix: "Correct the image's name: <account>.dkr.ecr.<region>.amazonaws.com/<prefix>/<repository>, with library/ before the repository if it is an official image of Docker Hub.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/error-pullthroughcache.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "high",
  topic: "availability",
  trigger: pullThroughCacheRule,
  config: { cachePrefixes: scope.cachePrefixes ?? {} },
  judge: judgeWorkloads,
});

/** What the stack tells about the names in its registries. */
interface Names {
  readonly rules: readonly CacheRule[];
  readonly prefixes: readonly string[];
  /** Names of the stack's repositories, in whichever registry. */
  readonly repositories: readonly Value[];
  /** Whether images come to Regions without a rule. */
  readonly replicates: boolean;
}

export function judgeWorkloads(resources: readonly StackResource[], config: Config): Finding[] {
  const names: Names = {
    rules: cacheRules(resources, { repositories: {} }),
    prefixes: config.cachePrefixes,
    repositories: resources.filter(({ type }) => type === repository).map(({ props }) => text(read(props, "name"))),
    replicates: resources.some(({ type }) => type === replicationConfiguration),
  };
  return resources
    .filter(({ type }) => hasImages(type))
    .map((resource) => {
      const { images, open } = imagesOf(resource);
      const verdicts = images.map(({ reference }) => judgeImage(reference, resource, names));
      return { resource, verdict: all([...verdicts, open ? undecided : pass]) };
    });
}

function judgeImage(reference: string, workload: StackResource, names: Names): Verdict {
  const image = parseImage(reference);
  if (image?.ecr === undefined || names.repositories.includes(image.path)) return pass;
  const here = names.rules.filter(({ registry }) => mayBe(registry, image.ecr ?? {}));
  const [rule] = here.filter((one) => isIn(one, image)).sort((a, b) => byLength(String(a.prefix), String(b.prefix)));
  if (rule !== undefined) return judgeName(reference, image, rule);
  if (names.prefixes.some((prefix) => inCache(prefix, image.path))) return pass;
  if (here.some(({ prefix }) => prefix === unknown)) return undecided;
  return all([
    judgePrefix(reference, image, here),
    names.replicates ? pass : judgeRegion(reference, image, workload, names),
  ]);
}

/** AWS: "Troubleshooting pull through cache issues". A name below `ROOT` may be a repository of one's own. */
function judgeName(reference: string, image: ImageReference, { prefix, upstream, upstreamPrefix }: CacheRule): Verdict {
  if (prefix === unknown || prefix === root || upstream !== dockerHub || upstreamPrefix !== root) return pass;
  const name = nameBelow(prefix, image.path);
  if (typeof name !== "string" || name.includes("/")) return pass;
  return fail(
    `${reference} lacks library/, which ECR needs in the names of Docker Hub's official images.`,
    `Write ${image.domain}/${normalPrefix(prefix)}/library/${name}${image.version}.`,
  );
}

/** A prefix with other separators, or before library/, is surely meant for a cache. */
function judgePrefix(reference: string, image: ImageReference, here: readonly CacheRule[]): Verdict {
  for (const { prefix, upstream, upstreamPrefix } of here) {
    const wanted = normalPrefix(String(prefix));
    const parts = image.path.split("/");
    const [written, rest] = [parts.slice(0, wanted.split("/").length), parts.slice(wanted.split("/").length)];
    const isNear = letters(written.join("/")) === letters(wanted) && rest.length > 0;
    const isOfficial = upstream === dockerHub && upstreamPrefix === root && rest[0] === "library" && rest.length === 2;
    if (isNear || isOfficial) {
      return fail(
        `${reference} is in no cache: the stack has no rule with the prefix ${written.join("/")}, but one with ${wanted}.`,
        `Write ${image.domain}/${[wanted, ...rest].join("/")}${image.version}.`,
      );
    }
  }
  return pass;
}

function letters(prefix: string): string {
  return prefix.replace(/[._-]/g, "");
}

/** Only for workloads in the Region of the rule: others may have a rule in another stack. */
function judgeRegion(reference: string, image: ImageReference, workload: StackResource, { rules }: Names): Verdict {
  if (image.ecr === undefined || !workload.type.startsWith("aws")) return pass;
  const { account, region } = image.ecr;
  const own = registryOf(workload).region;
  const rule = rules.find(
    ({ registry, prefix }) =>
      registry.region === own &&
      mayBe(registry, { account }) &&
      typeof prefix === "string" &&
      prefix !== root &&
      inCache(prefix, image.path),
  );
  if (rule === undefined || typeof own !== "string") return pass;
  return fail(
    `${reference} is in no cache: the stack has a rule with the prefix ${normalPrefix(String(rule.prefix))} in ${own}, and none in ${region}.`,
    `Write ${image.domain.replace(`.${region}.`, `.${own}.`)}/${image.path}${image.version}.`,
  );
}
