/**
 * Whether a text matches a pattern in which `*` stands for any characters and `?` for one. It takes linear time for each
 * `*`, unlike a regular expression.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, from, star, tried] = [0, 0, -1, 0];
  while (at < text.length) {
    if (pattern[from] === "*") {
      star = from++;
      tried = at;
    } else if (pattern[from] === "?" || pattern[from] === text[at]) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++tried;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}
