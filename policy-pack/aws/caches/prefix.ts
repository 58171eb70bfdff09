/** The prefix that stands for every repository that has no other rule or template. */
export const root = "ROOT";

/** How settings may write a prefix. Prefixes have no wildcards. AWS: API reference, `ecrRepositoryPrefix`. */
export const prefixPattern = "^(?:ROOT|(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*/?)$";

/** AWS assumes a `/` at the end of every prefix, so `quay` and `quay/` are the same. */
export function normalPrefix(prefix: string): string {
  return prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
}

/** Whether a repository with that name belongs to the cache below the prefix. */
export function inCache(prefix: string, repositoryName: string): boolean {
  return normalPrefix(prefix) === root || repositoryName.startsWith(`${normalPrefix(prefix)}/`);
}

/** A name, or a pattern of names, below the prefix. */
export function nameUnder(prefix: string, name: string): string {
  return normalPrefix(prefix) === root ? name : `${normalPrefix(prefix)}/${name}`;
}

/** The more specific prefix first, `ROOT` last. */
export function byLength(a: string, b: string): number {
  const length = (prefix: string) => (normalPrefix(prefix) === root ? 0 : normalPrefix(prefix).length);
  return length(b) - length(a);
}
