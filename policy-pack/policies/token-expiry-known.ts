import { cacheSecrets } from "../aws/caches/credential";
import { upstreamHost } from "../aws/images/upstreams";
import { pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, read, text } from "../kit/values";
import { fail, pass, type Verdict } from "../kit/verdict";
import { tokenExpiresTag } from "./token-expiry";

/**
 * Upstreams whose tokens expire unless somebody takes care that they do not. Sources: Chainguard, `chainctl auth
 * pull-token`; GitLab, "Personal access tokens". Docker Hub, GitHub and Azure also have tokens that never expire.
 */
const lives: Readonly<Record<string, string>> = {
  "cgr.dev": "a Chainguard pull token lasts 30 days by default and a year at most",
  "registry.gitlab.com": "a GitLab token lasts a year at most, unless it is a deploy token",
};

export const tokenExpiryKnown = stackPolicy<object>({
  name: "token-expiry-known",
  displayName: "Somebody knows when a token expires",
  rule: `The secret of a rule for Chainguard or GitLab must have the tag ${tokenExpiresTag}.`,
  why: "Their tokens expire, and from that day on every pull of a new image fails. token-expiry can only warn of a day that it knows.",
  fix: `Write the day on which the token expires into the secret's tag ${tokenExpiresTag}, such as 2027-03-01, or never.`,
  snippet: `
tags: { "pull-through-cache:token-expires": "2027-03-01" },`,
  componentFix: "Set tokenExpires of the entry to the day on which the token expires.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "medium",
  topic: "availability",
  trigger: pullThroughCacheRule,
  judge: judgeSecrets,
});

export function judgeSecrets(resources: readonly StackResource[]): Finding[] {
  return cacheSecrets(resources).map(({ resource, rules }) => ({ resource, verdict: judgeSecret(resource, rules) }));
}

/** Tags that are not known yet may have it. */
function judgeSecret(secret: StackResource, rules: readonly StackResource[]): Verdict {
  const tags = read(secret.props, "tags");
  if (typeof tags === "symbol" || fieldsOf(tags)[tokenExpiresTag] !== undefined) return pass;
  const life = rules
    .map((rule) => text(read(rule.props, "upstreamRegistryUrl")))
    .map((url) => (typeof url === "string" ? lives[upstreamHost(url)] : undefined))
    .find((known) => known !== undefined);
  return life === undefined ? pass : fail(`Nobody will be warned before the token expires: ${life}.`);
}
