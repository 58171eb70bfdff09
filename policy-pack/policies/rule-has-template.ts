import { type Registry, registryOf, sameRegistry } from "../aws/account/registry";
import { byLength, nameUnder, prefixPattern } from "../aws/caches/prefix";
import { isForCache } from "../aws/caches/template";
import { creationTemplate, pullThroughCacheRule } from "../aws/types";
import { both } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy, stringList } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { advisory, fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly templatesElsewhere: readonly string[];
}

export const ruleHasTemplate = stackPolicy<Config>({
  name: "rule-has-template",
  displayName: "Rules have a creation template",
  rule: "Every pull through cache rule must have a repository creation template that matches its prefix in its Region and is applied for PULL_THROUGH_CACHE.",
  why: "Without one the cache creates repositories with ECR's defaults: no lifecycle policy, no tags, no repository policy. Templates never change existing repositories.",
  fix: "Create a RepositoryCreationTemplate with the rule's prefix (or ROOT), appliedFors PULL_THROUGH_CACHE and a lifecyclePolicy.",
  snippet: `
new aws.ecr.RepositoryCreationTemplate("quay", {
  prefix: "quay",
  appliedFors: ["PULL_THROUGH_CACHE"],
  lifecyclePolicy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 },
        action: { type: "expire" },
      },
    ],
  }),
});`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "cost",
  trigger: pullThroughCacheRule,
  config: {
    templatesElsewhere: stringList(
      "Prefixes of the templates that another stack of the same account and Region owns (`ROOT` for all).",
      { pattern: prefixPattern },
    ),
  },
  judge: (resources, config) => judgeRules(resources, config),
});

interface Template {
  readonly prefix: string | Unknown;
  /** How the names begin to which it applies. */
  readonly start: string | Unknown;
  /** `undefined` stands for the rule's registry. */
  readonly registry: Registry | undefined;
  readonly forCache: boolean | Unknown;
}

export function judgeRules(resources: readonly StackResource[], config: Config): Finding[] {
  const templates = [
    ...config.templatesElsewhere.map(
      (prefix): Template => ({ prefix, start: startOf(prefix), registry: undefined, forCache: true }),
    ),
    ...resources.filter((resource) => resource.type === creationTemplate).map(templateOf),
  ];
  return resources
    .filter((resource) => resource.type === pullThroughCacheRule)
    .map((rule) => ({ resource: rule, verdict: judgeRule(rule, templates) }));
}

function templateOf(resource: StackResource): Template {
  const prefix = text(read(resource.props, "prefix")) ?? "";
  return { prefix, start: startOf(prefix), registry: registryOf(resource), forCache: isForCache(resource) };
}

function startOf(prefix: string | Unknown): string | Unknown {
  return prefix === unknown ? unknown : nameUnder(prefix, "");
}

interface Match extends Template {
  /** Whether the template matches the rule's prefix in the rule's account and Region. */
  readonly matches: boolean | Unknown;
}

function judgeRule(rule: StackResource, templates: readonly Template[]): Verdict {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  if (prefix === undefined) return pass;
  const registry = registryOf(rule);
  const start = startOf(prefix);
  const matching = templates
    .filter((template) => matchesPrefix(template, start) !== false)
    .map((template): Match => {
      const here = template.registry === undefined ? true : sameRegistry(registry, template.registry);
      return { ...template, matches: both(matchesPrefix(template, start), here) };
    });
  return judgeMatches(
    prefix,
    matching.filter(({ matches }) => matches !== false),
  );
}

/** AWS: "repository creation templates", matching of prefixes. That of `ROOT` matches all. */
function matchesPrefix({ start }: Template, ofRule: string | Unknown): boolean | Unknown {
  if (start === "") return true;
  return start === unknown || ofRule === unknown ? unknown : ofRule.startsWith(start);
}

/** ECR applies the template with the longest matching prefix. */
function judgeMatches(prefix: string | Unknown, matching: readonly Match[]): Verdict {
  const [longest, ...shorter] = matching
    .filter(({ matches }) => matches === true)
    .sort((a, b) => byLength(String(a.prefix), String(b.prefix)));
  // Only one that is not certain can be longer.
  const rivals = matching.filter(
    ({ prefix }) => longest === undefined || prefix === unknown || byLength(prefix, String(longest.prefix)) < 0,
  );
  const forCache = longest?.forCache ?? false;
  if (rivals.some((rival) => rival.forCache !== forCache) || forCache === unknown) return undecided;
  if (forCache) return pass;
  const shown = prefix === unknown ? "the rule's prefix" : `"${prefix}"`;
  if (longest === undefined) {
    return fail(
      `No template in the rule's account and Region matches ${shown}.`,
      `Create a RepositoryCreationTemplate with prefix ${shown}, appliedFors ["PULL_THROUGH_CACHE"] and a lifecyclePolicy.`,
    );
  }
  const verdict = fail(
    `The template with the longest prefix that matches ${shown} is not applied for PULL_THROUGH_CACHE.`,
    "Add PULL_THROUGH_CACHE to its appliedFors.",
  );
  // AWS does not say whether ECR then applies the next one.
  return shorter.some((match) => match.forCache !== false) ? advisory(verdict) : verdict;
}
