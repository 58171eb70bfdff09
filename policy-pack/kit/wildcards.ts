const anyOther = "\u0000";
const maxStates = 20_000;

/**
 * Whether one string can match all of the patterns, in which `*` stands for any characters and `?` for one. Searches
 * the positions in all patterns at once. If the patterns are too complex to decide, the answer is yes.
 */
export function haveCommonMatch(patterns: readonly string[]): boolean {
  const alphabet = [...new Set([...patterns.join("").replaceAll("*", ""), anyOther])];
  const start = patterns.map(() => 0);
  const seen = new Set<string>([start.join()]);
  const open = [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (state.every((at, i) => atEnd(patterns[i] ?? "", at))) return true;
    for (const character of alphabet) {
      const choices = state.map((at, i) => steps(patterns[i] ?? "", at, character));
      if (choices.reduce((product, choice) => product * choice.length, 1) > maxStates) return true;
      for (const next of combinations(choices)) {
        const key = next.join();
        if (seen.has(key)) continue;
        if (seen.size >= maxStates) return true;
        seen.add(key);
        open.push(next);
      }
    }
  }
  return false;
}

function atEnd(pattern: string, at: number): boolean {
  return [...pattern.slice(at)].every((character) => character === "*");
}

/** The positions in a pattern after the character. */
function steps(pattern: string, at: number, character: string): number[] {
  const current = pattern[at];
  if (current === "*") return [at, ...steps(pattern, at + 1, character)];
  return current === character || current === "?" ? [at + 1] : [];
}

function combinations(choices: readonly number[][]): number[][] {
  return choices.reduce<number[][]>(
    (states, choice) => states.flatMap((state) => choice.map((at) => [...state, at])),
    [[]],
  );
}
