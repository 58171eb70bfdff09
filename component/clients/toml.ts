/** A TOML basic string. JSON's escapes are a subset of TOML's, except that TOML also requires DEL to be escaped. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll("\u007f", "\\u007F");
}
