import { globMatches } from "./glob";

interface Seen {
  readonly names: Set<string>;
  readonly patterns: Set<string>;
}

const seen = new Map<string, Seen>();

/** Remembers the names of resources where a policy had something to check, and its setting `exclude`. */
export function rememberNames(policy: string, exclude: readonly string[], names: readonly string[]): void {
  if (names.length === 0 || exclude.length === 0) return;
  const all = seen.get(policy) ?? { names: new Set(), patterns: new Set() };
  for (const name of names) all.names.add(name);
  for (const pattern of exclude) all.patterns.add(pattern);
  seen.set(policy, all);
}

/**
 * Exceptions that leave nothing out, of policies that had something to check. They are no error: the same configuration
 * may be for many stacks.
 */
export function unmatchedExceptions(): string[] {
  const notes = [...seen].flatMap(([policy, { names, patterns }]) => {
    const idle = [...patterns].filter((pattern) => ![...names].some((name) => globMatches(pattern, name)));
    return idle.length === 0 ? [] : [`${policy}: exclude matches no resource here: ${idle.join(", ")}.`];
  });
  seen.clear();
  return notes;
}
