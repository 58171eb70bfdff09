import { type CacheRule, compileRules, type Rewrite } from "../images/rules";

/** The rewrites, without those hidden by an earlier one for the same names. */
export function firstOfEach(rewrites: readonly Rewrite[]): Rewrite[] {
  return rewrites.filter((rewrite, index) => rewrites.findIndex(({ from }) => from === rewrite.from) === index);
}

/**
 * The rewrites that a mirror of a whole registry can express: those for every repository of an upstream, with no other
 * rule's prefix below their own. A mirror has no exceptions: with a `ROOT` rule for `ghcr.io` and a rule with the
 * prefix `quay`, it would pull `ghcr.io/quay/app` as `quay.io/app`.
 */
export function registryMirrors(rules: readonly CacheRule[]): Rewrite[] {
  return firstOfEach(compileRules(rules)).filter(
    ({ upstreamPrefix, except }) => upstreamPrefix === "" && except.length === 0,
  );
}
