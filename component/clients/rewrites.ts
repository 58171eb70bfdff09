import { type CacheRule, compileRules, type Rewrite } from "../images/rules";

/** The rewrites without those that an earlier one for the same names hides. */
export function firstOfEach(rewrites: readonly Rewrite[]): Rewrite[] {
  return rewrites.filter((rewrite, index) => rewrites.findIndex(({ from }) => from === rewrite.from) === index);
}

/**
 * The rewrites that a mirror of a whole registry can express: those for every repository of an upstream, under which no
 * other rule's prefix lies. A mirror knows no exceptions, so it would pull `ghcr.io/quay/app` as `quay.io/app` where a
 * `ROOT` rule for `ghcr.io` stands beside a rule with the prefix `quay`.
 */
export function registryMirrors(rules: readonly CacheRule[]): Rewrite[] {
  return firstOfEach(compileRules(rules)).filter(
    ({ upstreamPrefix, except }) => upstreamPrefix === "" && except.length === 0,
  );
}
