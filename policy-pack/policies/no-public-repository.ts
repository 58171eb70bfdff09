import { cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { repository, repositoryPolicy } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { ifConcerned } from "../kit/verdict";
import { judgePolicy } from "./no-public-access";

export const noPublicRepository = stackPolicy<ScopeConfig>({
  name: "no-public-repository",
  displayName: "No repository of a cache is open to everyone",
  rule: "The policy of a repository below a cache prefix must not give access to everyone.",
  why: "A stranger could pull the cached images at your cost, ignoring the upstream's terms.",
  fix: "In the statement, name accounts or roles as principals, or add a condition on aws:PrincipalOrgID.",
  snippet: `
Condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
  enforcementLevel: "mandatory",
  severity: "critical",
  topic: "security",
  trigger: repositoryPolicy,
  config: scope,
  judge: judgePolicies,
});

export function judgePolicies(resources: readonly StackResource[], config: ScopeConfig): Finding[] {
  const caches = cacheScope(resources, config);
  return resources
    .filter((resource) => resource.type === repositoryPolicy)
    .map((resource) => {
      const inside = caches.contains(resource, repositoryOf(resource));
      return { resource, verdict: ifConcerned(inside, judgePolicy(resource)) };
    });
}

/** The name of a repository that does not exist yet comes from its resource. */
function repositoryOf(policy: StackResource): string | Unknown {
  const name = text(read(policy.props, "repository"));
  if (typeof name === "string") return name;
  const [feed, ...others] = (policy.propertyDependencies.repository ?? []).filter(({ type }) => type === repository);
  return feed === undefined || others.length > 0 ? unknown : (text(read(feed.props, "name")) ?? unknown);
}
