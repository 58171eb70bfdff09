import type { Upstream } from "../catalogue";
import { DOCKER_HUB, domainOf } from "../images/hosts";
import { write } from "../problems/print";

/** What is wrong with an upstream prefix, or undefined. Both prefixes come without a slash at the end. */
export function upstreamPrefixProblem(prefix: string, upstreamPrefix: string, upstream: Upstream): string | undefined {
  if (upstreamPrefix === "ROOT") return undefined;
  if (prefix === "ROOT") return "ECR does not allow an upstream prefix with the prefix ROOT";
  const [first = "", ...rest] = upstreamPrefix.split("/");
  const domain = domainOf(upstream.host);
  if (domainOf(first) === domain) return `must be the path after ${domain}${write(rest.join("/"))}`;
  if (domain === DOCKER_HUB && rest.length > 0) {
    return `Docker Hub has nothing below it: a repository has two parts, and the first is the prefix${write(first)}`;
  }
  return undefined;
}

/**
 * The rule's prefix upstream. AWS reports ROOT for an ECR upstream without one, so it is sent: the provider compares with
 * what AWS reports, and would replace the rule. For other upstreams AWS reports what was sent.
 */
export function upstreamRepositoryPrefix(prefix: string, upstreamPrefix: string | undefined, upstream: Upstream) {
  if (prefix === "ROOT") return undefined;
  return upstreamPrefix ?? (upstream.ecr ? "ROOT" : undefined);
}
