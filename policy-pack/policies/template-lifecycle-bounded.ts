import { type LifecycleRule, parseLifecycle } from "../aws/lifecycle";
import { boundsOfTagged, expiringRules } from "../aws/lifecycle-effect";
import { isForCache } from "../aws/template";
import { creationTemplate } from "../aws/types";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { read, unknown } from "../kit/values";
import { fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly mostImages: number;
  readonly mostDays: number;
}

export const templateLifecycleBounded = resourcePolicy<Config>({
  name: "template-lifecycle-bounded",
  displayName: "Templates bound every cached image",
  rule: "The lifecycle policy of a template for pull through caches must expire tagged images of every tag, by a number that is ever reached.",
  why: "A rule for some tags, or one that keeps 2147483647 images, leaves the rest forever. Advisory in 0.x; mandatory from 1.0 on.",
  fix: "Add a rule with tagStatus any and imageCountMoreThan 50 as the last one.",
  componentFix: "Set lifecycle.keepImages on the PullThroughCache or its entry.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
  enforcementLevel: "advisory",
  severity: "medium",
  types: [creationTemplate],
  config: {
    mostImages: {
      type: "integer",
      minimum: 1,
      default: 1000,
      description: "A rule that keeps more images than this is no bound.",
    },
    mostDays: {
      type: "integer",
      minimum: 1,
      default: 1095,
      description: "A rule that keeps images longer than this, in days, is no bound.",
    },
  },
  judge: judgeTemplate,
});

export function judgeTemplate(template: AnyResource, config: Config): Verdict {
  return ifConcerned(isForCache(template), judgeLifecycle(read(template.props, "lifecyclePolicy"), config));
}

/** What template-lifecycle-expires fails anyway is not said twice. */
function judgeLifecycle(policy: Parameters<typeof parseLifecycle>[0], config: Config): Verdict {
  const lifecycle = parseLifecycle(policy);
  if (lifecycle === unknown) return undecided;
  if (lifecycle === undefined || lifecycle.problems.length > 0 || expiringRules(lifecycle).length === 0) return pass;
  const bounds = boundsOfTagged(lifecycle, (rule) => isBound(rule, config));
  return bounds === undefined ? fail("The lifecyclePolicy lets images of some tags stay forever.") : pass;
}

function isBound({ countType, count }: LifecycleRule, { mostImages, mostDays }: Config): boolean {
  return count <= (countType === "imageCountMoreThan" ? mostImages : mostDays);
}
