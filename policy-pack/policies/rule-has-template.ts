import { byLength, covers, root } from "../aws/prefix";
import { registryOf, sameRegistry } from "../aws/registry";
import { isForCache } from "../aws/template";
import { creationTemplate, pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly templatesElsewhere: readonly string[];
}

export const ruleHasTemplate = stackPolicy<Config>({
  name: "rule-has-template",
  displayName: "Rules have a creation template",
  rule: "Every pull-through cache rule must have a repository creation template that matches its prefix in its Region and is applied for PULL_THROUGH_CACHE.",
  why: "Without one the cache creates repositories with ECR's defaults: no lifecycle policy, no tags, no repository policy, and templates never change repositories that exist.",
  fix: "Create a RepositoryCreationTemplate with the rule's prefix (or ROOT) and appliedFors PULL_THROUGH_CACHE.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
  enforcementLevel: "mandatory",
  severity: "high",
  trigger: pullThroughCacheRule,
  config: {
    templatesElsewhere: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Prefixes of the templates that another stack of the same account and Region owns (`ROOT` for all).",
    },
  },
  judge: (resources, config) => judgeRules(resources, config),
});

export function judgeRules(resources: readonly StackResource[], config: Config): Finding[] {
  const templates = resources.filter((resource) => resource.type === creationTemplate);
  return resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule) => ({ resource: rule, verdict: judgeRule(rule, templates, config) }));
}

interface Candidate {
  readonly prefix: string | Unknown;
  readonly here: boolean | Unknown;
  readonly forCache: boolean | Unknown;
}

function judgeRule(rule: StackResource, templates: readonly StackResource[], config: Config): Verdict {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  if (prefix === undefined) return pass;
  const candidates = [
    ...config.templatesElsewhere.map((elsewhere) => ({ prefix: elsewhere, here: true, forCache: true })),
    ...templates.map((template) => candidate(rule, template)),
  ].filter((template) => template.here !== false);
  return judgeCandidates(prefix, candidates);
}

function candidate(rule: StackResource, template: StackResource): Candidate {
  return {
    prefix: text(read(template.props, "prefix")) ?? "",
    here: sameRegistry(registryOf(rule), registryOf(template)),
    forCache: isForCache(template),
  };
}

/** ECR takes the template with the longest matching prefix, so only that one counts. */
function judgeCandidates(prefix: string | Unknown, candidates: readonly Candidate[]): Verdict {
  const matching = candidates
    .map((template) => ({ ...template, matches: matches(template.prefix, prefix) }))
    .filter((template) => template.matches !== false);
  const longest = matching
    .filter((template) => template.matches === true && template.here === true)
    .sort((a, b) => byLength(String(a.prefix), String(b.prefix)))[0];
  const rivals = matching.filter(
    (template) =>
      (template.matches === unknown || template.here === unknown) &&
      (longest === undefined || template.prefix === unknown || byLength(template.prefix, String(longest.prefix)) < 0),
  );
  const forCache = longest?.forCache ?? false;
  if (rivals.some((rival) => rival.forCache !== forCache) || forCache === unknown) return undecided;
  if (forCache) return pass;
  const rule = prefix === unknown ? "the rule's prefix" : `"${prefix}"`;
  return longest === undefined
    ? fail(`No template in the rule's account and Region matches ${rule}.`)
    : fail(`The template with the longest prefix that matches ${rule} is not applied for PULL_THROUGH_CACHE.`);
}

function matches(template: string | Unknown, rule: string | Unknown): boolean | Unknown {
  if (template === root) return true;
  if (template === unknown || rule === unknown) return unknown;
  return covers(template, rule);
}
