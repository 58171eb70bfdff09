import { type CacheRule, compileRules, type Rewrite } from "../images/rules";
import { checked } from "./checked";

/** The rewrites, without those hidden by an earlier one for the same names. */
export function firstOfEach<T extends Pick<Rewrite, "from">>(rewrites: readonly T[]): T[] {
  return rewrites.filter((rewrite, index) => rewrites.findIndex(({ from }) => from === rewrite.from) === index);
}

/**
 * The rewrites that a mirror of a whole registry can express: those for every repository of an upstream, with no other
 * rule's prefix below their own. A mirror has no exceptions: with a `ROOT` rule for `ghcr.io` and a rule with the
 * prefix `quay`, it would pull `ghcr.io/quay/app` as `quay.io/app`.
 */
export function registryMirrors(rules: readonly CacheRule[]): Rewrite[] {
  return firstOfEach(compileRules(checked(rules))).filter(
    ({ upstreamPrefix, except }) => upstreamPrefix === "" && except.length === 0,
  );
}

/**
 * A regular expression of RE2's syntax for names that match a pattern, with or without a tag and a digest. It has no
 * backslashes, because string literals differ in how they read them. A pattern with characters that no name has matches
 * nothing.
 */
export function namePattern(repositories: readonly string[]): string {
  const names = repositories
    .filter((image) => /^[a-z0-9._/*-]+$/.test(image))
    .map((image) => image.replaceAll(".", "[.]").replaceAll("*", "[^:@]*"));
  return `^(${names.join("|")})([:@]|$)`;
}
