/**
 * Whether the text matches a pattern in which `*` stands for any characters and `?` for one. A text that is a pattern
 * itself matches only if all that it stands for does. Takes linear time for each `*`, unlike a regular expression.
 */
export function globMatches(pattern: string, text: string): boolean {
  let [at, from, star, tried] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[from] === "*") {
      star = from++;
      tried = at;
    } else if (pattern[from] === text[at] || (pattern[from] === "?" && text[at] !== "*")) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++tried;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}
