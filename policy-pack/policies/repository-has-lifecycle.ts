import { registryOf, sameRegistry } from "../aws/account/registry";
import { cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { lifecycleControl } from "../aws/controls";
import { parseLifecycle } from "../aws/lifecycle/document";
import { canExpire, keptForever, whyNoneExpires } from "../aws/lifecycle/effect";
import { lifecyclePolicy, repository } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown, type Value } from "../kit/values";
import { advisory, fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

export const repositoryHasLifecycle = stackPolicy<ScopeConfig>({
  name: "repository-has-lifecycle",
  displayName: "Repositories in a cache expire images",
  rule: "A repository that is declared below a cache prefix must have a lifecycle policy that can expire images.",
  why: "A creation template does not change an existing repository, so this one would keep every cached image forever.",
  fix: "Attach an aws.ecr.LifecyclePolicy to the repository, for example to keep the newest 50 images.",
  snippet: `
new aws.ecr.LifecyclePolicy("app", {
  repository: app.name,
  policy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
        action: { type: "expire" },
      },
    ],
  }),
});`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html",
  enforcementLevel: "mandatory",
  severity: "medium",
  topic: "cost",
  framework: lifecycleControl,
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
  const verdicts = attached.map(({ policy, here }) => ({
    here,
    verdict: judgeLifecycle(read(policy.props, "policy")),
  }));
  const certain = verdicts.filter(({ here }) => here === true);
  if (certain.some(({ verdict }) => verdict === pass)) return pass;
  const mayPass = ({ here, verdict }: (typeof verdicts)[number]) =>
    verdict.undecided || (here === unknown && verdict.violations.every((violation) => violation.advisory));
  return verdicts.some(mayPass) ? undecided : ([...certain, ...verdicts][0]?.verdict ?? pass);
}

function judgeLifecycle(policy: Value): Verdict {
  const lifecycle = parseLifecycle(policy);
  if (lifecycle === unknown) return undecided;
  if (lifecycle === undefined || !canExpire(lifecycle)) {
    const why = lifecycle?.problems[0] ?? (lifecycle && whyNoneExpires(lifecycle));
    return fail(
      `The lifecycle policy of the repository can never expire an image${why === undefined ? "" : `: ${why}`}.`,
    );
  }
  const kept = keptForever(lifecycle, () => true);
  return kept === undefined
    ? pass
    : advisory(
        fail(
          `The lifecycle policy of the repository never expires ${kept}.`,
          "Add a rule with tagStatus any and countType imageCountMoreThan as the last one.",
        ),
      );
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
