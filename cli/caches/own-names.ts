import {
  type CacheRule,
  createImageDecider,
  type ImageDecision,
  parseImageReference,
} from "pulumi-pull-through-cache/images";
import { matchesPattern, nearest } from "pulumi-pull-through-cache/plan";
import { longestMatch } from "./model";

/** A name in the registry of the caches that no pull can succeed with, as far as the rules tell. */
export interface Misnamed {
  readonly reason: string;
  /** The name that is probably meant. */
  readonly meant?: string;
}

/** The prefix of a rule, or ROOT. */
function prefixOf({ url }: CacheRule): string {
  const slash = url.indexOf("/");
  return slash < 0 ? "ROOT" : url.slice(slash + 1);
}

/** The rule that a name in a cache belongs to. */
export function ruleOfName(image: string, rules: readonly CacheRule[]): CacheRule | undefined {
  const own = rules.filter((rule) => createImageDecider([rule])(image).kind === "in cache");
  return longestMatch(own, prefixOf, parseImageReference(image).path);
}

/** What is wrong with a name in a cache, or with one in the registry of the caches. Undefined for names elsewhere. */
export function misnamed(image: string, { kind }: ImageDecision, rules: readonly CacheRule[]): Misnamed | undefined {
  if (kind !== "in cache" && kind !== "not covered") return undefined;
  const rule = ruleOfName(image, rules);
  return rule === undefined ? withoutRule(image, rules) : notUpstream(image, rule);
}

function notUpstream(image: string, rule: CacheRule): Misnamed | undefined {
  const prefix = prefixOf(rule);
  const { path } = parseImageReference(image);
  const repository = prefix === "ROOT" ? path : path.slice(prefix.length + 1);
  if (rule.repositories?.some((pattern) => matchesPattern(pattern, repository)) === false)
    return { reason: "its rule does not list it in repositories" };
  if (repository.includes("/")) return undefined;
  const version = image.slice(image.lastIndexOf("/") + 1);
  const official = createImageDecider([rule], { digests: "rewrite" })(`docker.io/library/${version}`);
  if (official.kind !== "rewritten" || official.reference === image) return undefined;
  return { reason: "Docker Hub has its official images under library/", meant: official.reference };
}

/** Any name in the registry, with or without a rule. */
function isInRegistry(image: string, { url }: CacheRule): boolean {
  const [registry = ""] = url.split("/");
  return createImageDecider([{ upstream: "docker.io", url: registry }])(image).kind === "in cache";
}

function withoutRule(image: string, rules: readonly CacheRule[]): Misnamed | undefined {
  const own = rules.filter((rule) => isInRegistry(image, rule));
  if (own.length === 0) return undefined;
  const { domain, path } = parseImageReference(image);
  const parts = path.split("/");
  const start = (prefix: string) => parts.slice(0, prefix.split("/").length).join("/");
  const prefixes = own.map(prefixOf);
  const meant = prefixes.find((prefix) => nearest(start(prefix), [prefix]) !== undefined);
  return {
    reason:
      "it is in the registry of the caches, but no rule has its prefix: only a repository of your own can serve it",
    meant: meant && image.replace(`${domain}/${start(meant)}`, () => `${domain}/${meant}`),
  };
}
