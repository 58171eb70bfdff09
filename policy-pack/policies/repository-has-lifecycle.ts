import { registryOf, sameRegistry } from "../aws/account/registry";
import { cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { type Lifecycle, parseLifecycle } from "../aws/lifecycle/document";
import { expiringRules } from "../aws/lifecycle/effect";
import { lifecyclePolicy, repository } from "../aws/types";
import { any } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

export const repositoryHasLifecycle = stackPolicy<ScopeConfig>({
  name: "repository-has-lifecycle",
  displayName: "Repositories in a cache expire images",
  rule: "A repository that is declared below a cache prefix must have a lifecycle policy that can expire images.",
  why: "A creation template does not change an existing repository, so this one would keep every cached image forever.",
  fix: "Attach an aws.ecr.LifecyclePolicy to the repository, for example to keep the newest 50 images.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
  enforcementLevel: "mandatory",
  severity: "medium",
  topic: "cost",
  trigger: repository,
  config: scope,
  judge: judgeRepositories,
});

export function judgeRepositories(resources: readonly StackResource[], config: ScopeConfig): Finding[] {
  const caches = cacheScope(resources, config);
  const policies = resources.filter((resource) => resource.type === lifecyclePolicy);
  return resources
    .filter((resource) => resource.type === repository)
    .map((resource) => {
      const inside = caches.contains(resource, text(read(resource.props, "name")) ?? unknown);
      return { resource, verdict: ifConcerned(inside, judgeRepository(resource, policies)) };
    });
}

interface Attached {
  readonly policy: StackResource;
  readonly here: boolean | Unknown;
}

function judgeRepository(resource: StackResource, policies: readonly StackResource[]): Verdict {
  const attached = policies
    .map((policy): Attached => ({ policy, here: isAttached(policy, resource) }))
    .filter(({ here }) => here !== false);
  if (attached.length === 0) return fail("The stack attaches no lifecycle policy to the repository.");
  const works = any(
    attached.map(({ policy, here }): boolean | Unknown => {
      const lifecycle = parseLifecycle(read(policy.props, "policy"));
      if (lifecycle === unknown) return unknown;
      return expires(lifecycle) ? here : false;
    }),
  );
  if (works === unknown) return undecided;
  return works ? pass : fail("The lifecycle policy of the repository can never expire an image.");
}

function expires(lifecycle: Lifecycle | undefined): boolean {
  return lifecycle !== undefined && lifecycle.problems.length === 0 && expiringRules(lifecycle).length > 0;
}

function isAttached(policy: StackResource, resource: StackResource): boolean | Unknown {
  const here = sameRegistry(registryOf(policy), registryOf(resource));
  if (here === false) return false;
  const feeds = policy.propertyDependencies.repository ?? [];
  if (feeds.some((feed) => feed.urn === resource.urn)) return feeds.length === 1 ? true : unknown;
  if (feeds.some((feed) => feed.type === repository)) return false;
  const [wanted, name] = [text(read(policy.props, "repository")), text(read(resource.props, "name"))];
  if (typeof wanted === "string" && typeof name === "string") return wanted === name ? here : false;
  return unknown;
}
