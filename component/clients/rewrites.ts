import { otherHosts } from "../images/hosts";
import { type CacheRule, compileRules, type Rewrite } from "../images/rules";
import { checked } from "./checked";

/** The rewrites, without those hidden by an earlier one for the same names. */
export function firstOfEach<T extends Pick<Rewrite, "from">>(rewrites: readonly T[]): T[] {
  return rewrites.filter((rewrite, index) => rewrites.findIndex(({ from }) => from === rewrite.from) === index);
}

/** The other hosts of the rules' upstreams. */
export function otherHostsOf(rules: readonly CacheRule[]): { readonly host: string; readonly upstream: string }[] {
  const upstreams = new Set(compileRules(rules).map(({ upstream }) => upstream));
  return [...upstreams].flatMap((upstream) => otherHosts(upstream).map((host) => ({ host, upstream })));
}

/** The rewrites, and the same for other hosts of their upstreams, for clients that take each host for a registry. */
export function forEveryHost(rewrites: readonly Rewrite[]): Rewrite[] {
  return rewrites.flatMap((rewrite) => [
    rewrite,
    ...otherHosts(rewrite.upstream).map((upstream) => {
      const there = (name: string) => upstream + name.slice(rewrite.upstream.length);
      return { ...rewrite, upstream, from: there(rewrite.from), except: rewrite.except.map(there) };
    }),
  ]);
}

/**
 * The rewrites that a mirror of a whole registry can express: those for every repository of an upstream, with no other
 * rule's prefix below their own. A mirror has no exceptions: with a `ROOT` rule for `ghcr.io` and a rule with the
 * prefix `quay`, it would pull `ghcr.io/quay/app` as `quay.io/app`.
 */
export function registryMirrors(rules: readonly CacheRule[]): Rewrite[] {
  return forEveryHost(firstOfEach(compileRules(checked(rules)))).filter(
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
