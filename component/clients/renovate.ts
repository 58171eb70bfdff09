import type { CacheRule } from "../images";
import { compileRules } from "../images/rules";
import { checked } from "./checked";

/**
 * Renovate's `registryAliases`: Renovate looks up images with the cache's name at their upstream. A cache lists only
 * tags that were pulled before, so Renovate would find no updates there.
 *
 * The `repositories` of a rule make no difference: an image with the cache's name is in the cache.
 *
 * The order of keys matters, because Renovate takes the first match: longer keys come first.
 *
 * Renovate edits the first occurrence of a tag's text, so it does not correctly update a tag that also occurs in the
 * account id (`1`, `22`). Write such tags with more parts (`1.25`).
 *
 * Source: Renovate Docs, "Configuration Options", registryAliases.
 */
export function renovateRegistryAliases(rules: readonly CacheRule[]): Record<string, string> {
  const aliases: Record<string, string> = {};
  const longestFirst = compileRules(checked(rules)).sort((one, other) => other.to.length - one.to.length);
  for (const { url, from } of longestFirst) {
    aliases[url] ??= from.slice(0, -1);
  }
  return aliases;
}
