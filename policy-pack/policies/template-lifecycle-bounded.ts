import { prefixLabel } from "../aws/caches/template";
import { lifecycleControl } from "../aws/controls";
import type { Lifecycle, LifecycleRule } from "../aws/lifecycle/document";
import { boundsOfTagged, canExpire, keptForever } from "../aws/lifecycle/effect";
import { judgeLifecycleOf } from "../aws/lifecycle/of-template";
import { creationTemplate } from "../aws/types";
import { resourcePolicy } from "../kit/policy";
import { fail, pass, type Verdict } from "../kit/verdict";

interface Config {
  readonly mostImages: number;
  readonly mostDays: number;
}

export const templateLifecycleBounded = resourcePolicy<Config>({
  name: "template-lifecycle-bounded",
  displayName: "Templates bound every cached image",
  rule: "The lifecycle policy of a template for pull through caches must expire images with any tag and without one, at a count or age that can be reached.",
  why: "A rule for some tags leaves the rest forever. A count bounds each repository, not their number, and if it is high, most repositories never reach it.",
  fix: "Add a rule with tagStatus any, imageCountMoreThan and countNumber 50 as the last one of the lifecyclePolicy.",
  componentFix: "Set lifecycle.keepImages on the entry or in the defaults of the PullThroughCache.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "medium",
  topic: "cost",
  framework: lifecycleControl,
  label: prefixLabel,
  types: [creationTemplate],
  config: {
    mostImages: {
      type: "integer",
      minimum: 1,
      default: 100,
      description: "A rule that keeps more images than this does not count as a bound.",
    },
    mostDays: {
      type: "integer",
      minimum: 1,
      default: 1095,
      description: "A rule that keeps images longer than this, in days, does not count as a bound.",
    },
  },
  judge: (template, config) => judgeLifecycleOf(template, (lifecycle) => judgeLifecycle(lifecycle, config)),
});

/** Passes what template-lifecycle-expires reports anyway. */
function judgeLifecycle(lifecycle: Lifecycle | undefined, config: Config): Verdict {
  if (lifecycle === undefined || !canExpire(lifecycle)) return pass;
  const kept = keptForever(lifecycle, (rule) => isBound(rule, config));
  return kept === undefined ? pass : (tooHigh(lifecycle, config) ?? fail(`The lifecyclePolicy never expires ${kept}.`));
}

/** The one cause, if a lower number would do. Another rule for all tags would be one too many. */
function tooHigh(lifecycle: Lifecycle, config: Config): Verdict | undefined {
  const rules = boundsOfTagged(lifecycle, () => true) ?? [];
  const rule = rules.find((one) => one.action === "expire" && !isBound(one, config));
  if (rule === undefined) return undefined;
  const [what, most] =
    rule.countType === "imageCountMoreThan"
      ? [`${rule.count} images in each repository, and one with fewer never loses any`, config.mostImages]
      : [`images for ${rule.count} days`, config.mostDays];
  return fail(`The lifecyclePolicy keeps ${what}.`, `Lower the countNumber of that rule to ${most} or less.`);
}

function isBound({ countType, count }: LifecycleRule, { mostImages, mostDays }: Config): boolean {
  return count <= (countType === "imageCountMoreThan" ? mostImages : mostDays);
}
