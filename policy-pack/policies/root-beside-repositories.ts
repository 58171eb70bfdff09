import { registryOf, sameRegistry } from "../aws/account/registry";
import { inCache, normalPrefix, root } from "../aws/caches/prefix";
import { accessOf, upstreamHost } from "../aws/images/upstreams";
import { pullThroughCacheRule, repository } from "../aws/types";
import { all } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

export const rootBesideRepositories = stackPolicy<object>({
  name: "root-beside-repositories",
  displayName: "No rule for every name beside private repositories",
  rule: "A registry with repositories of your own must not have a rule with the prefix ROOT for a public upstream.",
  why: "ECR asks that upstream for every name that it does not have, so a repository that is misspelled, deleted or not yet created can bring in a stranger's image. An upstream that is an ECR registry is not reported.",
  fix: "Give the rule with the prefix ROOT a prefix of its own, and put it before the names of the images that are pulled through it.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private-wildcards.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "high",
  topic: "security",
  trigger: pullThroughCacheRule,
  judge: judgeRules,
});

export function judgeRules(resources: readonly StackResource[]): Finding[] {
  const rules = resources.filter((resource) => resource.type === pullThroughCacheRule);
  return rules
    .filter((rule) => normalPrefix(prefixOf(rule)) === root)
    .map((rule) => {
      const others = rules.filter((one) => one !== rule).map(prefixOf);
      return { resource: rule, verdict: judgeRoot(rule, others, resources) };
    });
}

function judgeRoot(rule: StackResource, prefixes: readonly string[], resources: readonly StackResource[]): Verdict {
  const url = text(read(rule.props, "upstreamRegistryUrl"));
  if (typeof url === "string" && accessOf(upstreamHost(url)) === "ecr") return pass;
  const answers = resources
    .filter(({ type }) => type === repository)
    .map((one) => {
      const name = text(read(one.props, "name")) ?? one.name;
      const here = sameRegistry(registryOf(rule), registryOf(one));
      return { name, own: all([here, isOwn(name, prefixes)]) };
    });
  const first = answers.find(({ own }) => own === true);
  if (first === undefined) return answers.some(({ own }) => own === unknown) ? undecided : pass;
  if (url === unknown) return undecided;
  return fail(
    `The registry has repositories such as ${String(first.name)}, and the prefix ROOT makes ECR ask ${upstreamHost(url ?? "")} for every name that it does not have.`,
  );
}

/** Whether the repository is below no other cache's prefix. */
function isOwn(name: string | Unknown, prefixes: readonly string[]): boolean | Unknown {
  return name === unknown ? unknown : !prefixes.some((prefix) => inCache(prefix, name));
}

/** Empty if it is not known: nothing is below it. */
function prefixOf(rule: StackResource): string {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  return typeof prefix === "string" ? prefix : "";
}
