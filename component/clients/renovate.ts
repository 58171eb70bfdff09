import type { CacheRule } from "../images";
import { compileRules } from "../images/rules";

/**
 * Renovate's `registryAliases`: images that are written with the cache's name are looked up at their upstream. A cache
 * lists only the tags that were pulled before, so Renovate would find no updates there.
 *
 * The order of keys matters, since Renovate takes the first that fits: longer ones come first.
 *
 * Renovate edits the first place where a tag's text stands, so a tag that also occurs in the account's number (`1`, `22`)
 * is not updated correctly; write such tags with more parts (`1.25`).
 *
 * Source: Renovate Docs, "Configuration Options", registryAliases.
 */
export function renovateRegistryAliases(rules: readonly CacheRule[]): Record<string, string> {
  const aliases: Record<string, string> = {};
  const longestFirst = compileRules(rules).sort((one, other) => other.to.length - one.to.length);
  for (const { url, from } of longestFirst) {
    aliases[url] ??= from.slice(0, -1);
  }
  return aliases;
}
