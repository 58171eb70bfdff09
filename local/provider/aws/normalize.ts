import type { Properties } from "../wire";

/**
 * JSON as the real provider sends it and keeps it in the state: sorted keys, no spaces, and `<`, `>`, `&` escaped, as
 * Go writes it. Source: terraform-plugin-sdk, helper/structure `NormalizeJsonString`.
 */
export function normalizeJson(text: string): string {
  try {
    return JSON.stringify(inOrder(JSON.parse(text))).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  } catch {
    return text;
  }
}

/** The same with Version first, for IAM's older parser. Source: internal/verify/json.go `LegacyPolicyNormalize`. */
export function normalizeLegacyPolicy(text: string): string {
  return normalizeJson(text).replace(/^\{(.*?),?("Version":"2012-10-17")(.*)\}$/s, (_, before, version, after) =>
    before === "" ? `{${version}${after}}` : `{${version},${before}${after}}`,
  );
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, inOrder((value as Properties)[key])]));
}
