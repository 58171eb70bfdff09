import { longestPrefix, namespaceOf, ROOT } from "../services/ecr/prefixes";
import type { PullThroughCacheRule } from "../state/model";

/** The rule that a repository's name falls under. */
export function ruleFor(rules: Iterable<PullThroughCacheRule>, repository: string): PullThroughCacheRule | undefined {
  return longestPrefix(rules, (rule) => rule.ecrRepositoryPrefix, repository);
}

/** AWS's mapping of names: the upstream prefix takes the place of the cache's, ROOT means none. */
export function upstreamRepository(rule: PullThroughCacheRule, repository: string): string {
  if (rule.ecrRepositoryPrefix === ROOT) return repository;
  const rest = repository.slice(namespaceOf(rule.ecrRepositoryPrefix).length + 1);
  const prefix = rule.upstreamRepositoryPrefix ?? ROOT;
  return prefix === ROOT ? rest : `${namespaceOf(prefix)}/${rest}`;
}
