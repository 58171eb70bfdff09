import { globMatches } from "../../kit/glob";
import { type AnyResource, type ConfigProperties, componentMark, type StackResource } from "../../kit/policy";
import { fieldsOf, isList, items, read, type Unknown, unknown, type Value, word } from "../../kit/values";
import { type Registry, registryOf } from "../account/registry";
import { pullThroughCache } from "../types";
import { normalPrefix, prefixPattern, root } from "./prefix";

/** The patterns of the only repositories that may enter a cache. `undefined` if all may. */
export type ListedRepositories = readonly string[] | Unknown | undefined;

export interface ListingConfig {
  readonly repositories: Readonly<Record<string, readonly string[]>>;
}

export const listing: ConfigProperties = {
  repositories: {
    type: "object",
    default: {},
    propertyNames: { pattern: prefixPattern },
    additionalProperties: {
      type: "array",
      minItems: 1,
      items: { type: "string", pattern: "^[a-z0-9*]+(?:(?:[._/]|__|-+)[a-z0-9*]+)*$" },
    },
    description:
      "By the prefix of a cache, the only repositories that may enter it, such as `library/*`; `*` stands for any characters. For caches of other stacks, and for rules that the component did not create. The lists of the stack's own component are known without it.",
  },
};

interface Listing {
  readonly account: string;
  readonly region: string;
  readonly prefix: string;
  readonly repositories: ListedRepositories;
}

const cacheUrl = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+(?:\/(.+))?$/;

/**
 * The repositories that may enter the cache of a rule. AWS has no such list: it is in the configuration, or in the output
 * `cacheRules` of the component that created the rule.
 */
export function listedRepositories(
  resources: readonly StackResource[],
  config: ListingConfig,
): (rule: AnyResource, prefix: string) => ListedRepositories {
  const caches = resources
    .filter((resource) => resource.type === pullThroughCache)
    .map((component) => listingsOf(read(component.props, "cacheRules")));
  return (rule, prefix) => {
    const configured = configuredFor(config, prefix);
    if (configured !== undefined || !rule.urn.includes(componentMark)) return configured;
    const own = caches
      .filter((one) => one !== unknown)
      .flatMap((one) => one.filter((cache) => isOf(rule, prefix, cache)));
    if (own.length > 0) return own[0]?.repositories;
    return caches.includes(unknown) ? unknown : undefined;
  };
}

/** Both prefixes may end in a slash. */
function configuredFor({ repositories }: ListingConfig, prefix: string): readonly string[] | undefined {
  return Object.entries(repositories).find(([key]) => normalPrefix(key) === normalPrefix(prefix))?.[1];
}

/** Whether one of the patterns matches the name. */
export function isListed(name: string, repositories: readonly string[]): boolean {
  return repositories.some((pattern) => globMatches(pattern, name));
}

function listingsOf(cacheRules: Value): readonly Listing[] | Unknown {
  if (cacheRules === unknown) return unknown;
  const rules = Object.values(fieldsOf(cacheRules)).map(items);
  if (rules.includes(unknown)) return unknown;
  return rules
    .flatMap((ofRegion) => (ofRegion === unknown ? [] : ofRegion))
    .flatMap((rule): Listing[] => {
      const { url, repositories } = fieldsOf(rule);
      const [, account, region, prefix = root] = cacheUrl.exec(word(url)) ?? [];
      return account && region ? [{ account, region, prefix, repositories: patternsOf(repositories) }] : [];
    });
}

function patternsOf(repositories: Value): ListedRepositories {
  if (repositories === unknown || (isList(repositories) && repositories.includes(unknown))) return unknown;
  return isList(repositories) ? repositories.map(word) : undefined;
}

function isOf(rule: AnyResource, prefix: string, listed: Listing): boolean {
  const { account, region }: Registry = registryOf(rule);
  const differs = (known: Registry["region"], other: string) => typeof known === "string" && known !== other;
  return normalPrefix(prefix) === listed.prefix && !differs(region, listed.region) && !differs(account, listed.account);
}
