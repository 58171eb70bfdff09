import { defaultLifecycle } from "../aws/default-lifecycle";
import { expiringRules, type Lifecycle, type LifecycleRule, parseLifecycle } from "../aws/lifecycle";
import { isForCache } from "../aws/template";
import { creationTemplate } from "../aws/types";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { read, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly maxImages?: number;
  readonly maxUntaggedDays?: number;
}

export const templateLifecycleExpires = resourcePolicy<Config>({
  name: "template-lifecycle-expires",
  displayName: "Templates expire cached images",
  rule: "A repository creation template for pull-through caches must have a lifecycle policy that can expire images.",
  why: "Every new tag of every upstream image adds to the bill, and nothing else ever deletes a cached image.",
  fix: "Set lifecyclePolicy on the template, for example to keep the newest 3 images.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
  enforcementLevel: "mandatory",
  severity: "high",
  types: [creationTemplate],
  config: {
    maxImages: {
      type: "integer",
      minimum: 1,
      description:
        "Most images that a repository may keep: demands a rule on all images with imageCountMoreThan at most this.",
    },
    maxUntaggedDays: {
      type: "integer",
      minimum: 1,
      description: "Most days that an untagged image may stay: demands a rule that expires untagged images by then.",
    },
  },
  judge: judgeTemplate,
  remediates: {
    type: creationTemplate,
    mend: ({ props, ...resource }) => {
      if (isForCache({ props, ...resource }) !== true) return undefined;
      const policy = read(props, "lifecyclePolicy");
      if (policy !== undefined && policy !== null && policy !== "") return undefined;
      props.lifecyclePolicy = defaultLifecycle;
      return props;
    },
  },
});

export function judgeTemplate(template: AnyResource, config: Config): Verdict {
  const forCache = isForCache(template);
  if (forCache === false) return pass;
  const verdict = judgeLifecycle(parseLifecycle(read(template.props, "lifecyclePolicy")), config);
  return forCache === unknown && verdict !== pass ? undecided : verdict;
}

function judgeLifecycle(lifecycle: ReturnType<typeof parseLifecycle>, config: Config): Verdict {
  if (lifecycle === unknown) return undecided;
  if (lifecycle === undefined) return fail("The template has no lifecyclePolicy.");
  if (lifecycle.problems.length > 0) {
    return fail(`ECR would refuse the lifecyclePolicy: ${lifecycle.problems.slice(0, 3).join("; ")}.`);
  }
  const rules = expiringRules(lifecycle);
  if (rules.length === 0) return fail(cannotExpire(lifecycle));
  const verdict = all([...maxImages(rules, config.maxImages), ...maxUntaggedDays(rules, config.maxUntaggedDays)]);
  return verdict.violations.length > 0 ? verdict : pass;
}

function cannotExpire(lifecycle: Lifecycle): string {
  return lifecycle.rules.some((rule) => rule.action === "expire")
    ? "No rule of the lifecyclePolicy can ever match: all listed tag prefixes or patterns must fit the same image, and archived images need a rule that archives."
    : "No rule of the lifecyclePolicy expires images; archiving alone deletes nothing.";
}

function maxImages(rules: readonly LifecycleRule[], max: number | undefined): Verdict[] {
  const bounds = (rule: LifecycleRule) =>
    rule.countType === "imageCountMoreThan" &&
    rule.count <= (max ?? 0) &&
    (rule.tagStatus === "any" || rule.patterns.some((pattern) => pattern === "*"));
  return max === undefined || rules.some(bounds)
    ? []
    : [fail(`No rule keeps at most ${max} images (tagStatus any, imageCountMoreThan ${max} or less).`)];
}

function maxUntaggedDays(rules: readonly LifecycleRule[], max: number | undefined): Verdict[] {
  const bounds = (rule: LifecycleRule) =>
    rule.tagStatus !== "tagged" && rule.countType === "sinceImagePushed" && rule.count <= (max ?? 0);
  return max === undefined || rules.some(bounds)
    ? []
    : [
        fail(
          `No rule expires untagged images within ${max} days (tagStatus untagged or any, sinceImagePushed ${max} or less).`,
        ),
      ];
}
