import { registryOf, sameRegistry } from "../aws/account/registry";
import { normalPrefix } from "../aws/caches/prefix";
import { lifecyclePolicy, pullThroughCacheRule, repository, repositoryPolicy } from "../aws/types";
import { any, both } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

const settings: Readonly<Record<string, string>> = {
  [lifecyclePolicy]: "lifecyclePolicy",
  [repositoryPolicy]: "repositoryPolicy",
};

export const prefixIsNoRepository = stackPolicy<object>({
  name: "prefix-is-no-repository",
  displayName: "Policies of a cache are in its template",
  rule: "A LifecyclePolicy or RepositoryPolicy must name a repository, not the prefix of a pull through cache.",
  why: "ECR has no policies for a prefix: it refuses this one because there is no such repository, and the cached images keep what their template gave them.",
  fix: "Set lifecyclePolicy and repositoryPolicy on the RepositoryCreationTemplate with the cache's prefix.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "medium",
  topic: "cost",
  trigger: pullThroughCacheRule,
  judge: judgePolicies,
});

export function judgePolicies(resources: readonly StackResource[]): Finding[] {
  return resources
    .filter(({ type }) => Object.hasOwn(settings, type))
    .map((resource) => ({ resource, verdict: judgePolicy(resource, resources) }));
}

function judgePolicy(resource: StackResource, resources: readonly StackResource[]): Verdict {
  const name = text(read(resource.props, "repository"));
  // A repository of the stack feeds a name that is not known yet.
  if (typeof name !== "string" || (resource.propertyDependencies.repository ?? []).some(isRepository)) return pass;
  if (resources.some((one) => isRepository(one) && text(read(one.props, "name")) === name)) return pass;
  const prefix = normalPrefix(name.replace(/\*+$/, ""));
  const isPrefix = any(
    resources
      .filter(({ type }) => type === pullThroughCacheRule)
      .map((rule) => {
        const known = text(read(rule.props, "ecrRepositoryPrefix"));
        const same = typeof known === "string" && normalPrefix(known) === prefix;
        return both(same, sameRegistry(registryOf(rule), registryOf(resource)));
      }),
  );
  if (isPrefix !== true) return isPrefix === unknown ? undecided : pass;
  const setting = settings[resource.type] ?? "";
  return fail(
    `${prefix} is the prefix of a pull through cache, and the stack has no repository of that name.`,
    `Set ${setting} on the RepositoryCreationTemplate with the prefix ${prefix}. For a repository that is cached already, write its whole name here.`,
  );
}

function isRepository({ type }: Pick<StackResource, "type">): boolean {
  return type === repository;
}
