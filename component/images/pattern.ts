/** Whether the whole text matches a pattern in which `*` stands for any characters. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return text === start;
  if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false;
  const limit = text.length - end.length;
  let position = start.length;
  for (const piece of rest) {
    // The leftmost match is always right: it leaves the most text for the remaining pieces.
    const found = text.indexOf(piece, position);
    if (found < 0 || found + piece.length > limit) return false;
    position = found + piece.length;
  }
  return true;
}

/** A selection by name, with patterns. */
export interface NameFilter {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

/** Whether one of the names passes the filter. */
export function passes(filter: NameFilter | undefined, ...names: string[]): boolean {
  if (filter === undefined) return true;
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
  return (filter.include === undefined || matches(filter.include)) && !matches(filter.exclude ?? []);
}
