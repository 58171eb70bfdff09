import { longestPrefix, namespaceOf, ROOT } from "../services/ecr/prefixes";
import type { PullThroughCacheRule } from "../state/model";

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
