import type { PullThroughCacheRule } from "../../state/model";

export const ROOT = "ROOT";

/** A `/` is always assumed at the end of a prefix: `x` and `x/` are one namespace. */
export function namespaceOf(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

export function covers(prefix: string, repositoryName: string): boolean {
  return prefix === ROOT || repositoryName.startsWith(`${namespaceOf(prefix)}/`);
}

/** The longest prefix that covers a repository. ROOT comes after all others. */
export function longestPrefix<T>(entries: Iterable<T>, prefixOf: (entry: T) => string, name: string): T | undefined {
  let best: T | undefined;
  let bestLength = Number.NEGATIVE_INFINITY;
  for (const entry of entries) {
    const prefix = prefixOf(entry);
    const length = prefix === ROOT ? 0 : namespaceOf(prefix).length;
    if (covers(prefix, name) && length > bestLength) {
      best = entry;
      bestLength = length;
    }
  }
  return best;
}

/** The rule for a repository's name. */
export function ruleFor(rules: Iterable<PullThroughCacheRule>, repository: string): PullThroughCacheRule | undefined {
  return longestPrefix(rules, (rule) => rule.ecrRepositoryPrefix, repository);
}

/** AWS's mapping of names: the upstream prefix replaces the cache's prefix. ROOT means none. */
export function upstreamRepository(rule: PullThroughCacheRule, repository: string): string {
  if (rule.ecrRepositoryPrefix === ROOT) return repository;
  const rest = repository.slice(namespaceOf(rule.ecrRepositoryPrefix).length + 1);
  const prefix = rule.upstreamRepositoryPrefix ?? ROOT;
  return prefix === ROOT ? rest : `${namespaceOf(prefix)}/${rest}`;
}
