/** `${*}`, `${?}` and `${$}` stand for the characters themselves. Source: IAM user guide, "Variables and tags". */
const TOKENS = /\$\{[*?$]\}|./gs;

export function withoutSpecial(text: string): string {
  return text.replace(TOKENS, (token) => token[2] ?? token);
}

/** Glob match with `*` (any text) and `?` (one character), in time linear in the text for each `*`. */
export function matchesWildcard(glob: string, text: string): boolean {
  const pattern = glob.match(TOKENS) ?? [];
  let patternAt = 0;
  let textAt = 0;
  let starAt = -1;
  let resumeAt = 0;
  while (textAt < text.length) {
    const wanted = pattern[patternAt];
    if (wanted === "*") {
      starAt = patternAt++;
      resumeAt = textAt;
    } else if (wanted !== undefined && (wanted === "?" || (wanted[2] ?? wanted) === text[textAt])) {
      patternAt++;
      textAt++;
    } else if (starAt >= 0) {
      patternAt = starAt + 1;
      textAt = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
}
