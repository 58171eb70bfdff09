import { type Unknown, unknown } from "../../kit/values";
import { type Registry, sameRegistry } from "../account/registry";
import type { ImageReference } from "../images/reference";
import { isListed } from "./listed-repositories";
import { byLength, inCache, nameUnder, normalPrefix, root } from "./prefix";
import { type CacheRule, hostOf, nameBelow } from "./rules";

const maxPath = 255;

/** The name by which one of the rules caches an image, without its tag and digest. `undefined` if none does. */
export function cachedName(image: ImageReference, rules: readonly CacheRule[]): string | Unknown | undefined {
  if (rules.some((rule) => isIn(rule, image))) return undefined;
  const answers = rules
    .map((rule) => ({ rule, repository: repositoryFor(image, rule, rules) }))
    .filter(({ repository }) => repository !== undefined)
    .sort((one, other) => byLength(upstreamPrefixOf(one.rule), upstreamPrefixOf(other.rule)));
  const first = answers.find(({ repository }) => typeof repository === "string");
  if (first === undefined) return answers.length > 0 ? unknown : undefined;
  const same = answers.filter(({ repository }) => repository === first.repository);
  return `${hostOf(same.map(({ rule }) => rule.registry))}/${String(first.repository)}`;
}

/** Whether the image's name is in the rule's cache already. */
export function isIn({ registry, prefix }: CacheRule, { ecr, path }: ImageReference): boolean {
  return ecr !== undefined && prefix !== unknown && mayBe(registry, ecr) && inCache(prefix, path);
}

/** Whether nothing that is known tells a rule's registry from an image's. */
export function mayBe(registry: Registry, ecr: Partial<NonNullable<ImageReference["ecr"]>>): boolean {
  return (["account", "region"] as const).every(
    (part) => ecr[part] === undefined || typeof registry[part] !== "string" || registry[part] === ecr[part],
  );
}

function repositoryFor(
  image: ImageReference,
  rule: CacheRule,
  rules: readonly CacheRule[],
): string | Unknown | undefined {
  if (rule.upstream === unknown) return unknown;
  if (rule.upstream !== image.domain) return undefined;
  const path = nameBelow(rule.upstreamPrefix, image.path);
  if (path === undefined) return undefined;
  if (path === unknown || rule.prefix === unknown || rule.repositories === unknown) return unknown;
  if (rule.repositories !== undefined && !isListed(path, rule.repositories)) return undefined;
  const name = nameUnder(rule.prefix, path);
  return name.length > maxPath || isAnothers(name, rule, rules) ? undefined : name;
}

/** Whether ECR would take the name from another upstream, because a rule with a longer prefix matches it. */
function isAnothers(name: string, { prefix, registry }: CacheRule, rules: readonly CacheRule[]): boolean {
  return rules.some(
    (other) =>
      typeof other.prefix === "string" &&
      typeof prefix === "string" &&
      byLength(other.prefix, prefix) < 0 &&
      inCache(normalPrefix(other.prefix), name) &&
      sameRegistry(other.registry, registry) === true,
  );
}

function upstreamPrefixOf({ upstreamPrefix }: CacheRule): string {
  return upstreamPrefix === unknown ? root : upstreamPrefix;
}
