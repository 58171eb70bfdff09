import { prefixLabel } from "../aws/caches/template";
import type { Lifecycle, LifecycleRule } from "../aws/lifecycle/document";
import { expiringRules } from "../aws/lifecycle/effect";
import { judgeLifecycleOf } from "../aws/lifecycle/of-template";
import { keepNewest } from "../aws/lifecycle/snippet";
import { creationTemplate } from "../aws/types";
import { resourcePolicy } from "../kit/policy";
import { all, fail, pass, type Verdict } from "../kit/verdict";

interface Config {
  readonly fewestImages: number;
  readonly fewestDays: number;
}

export const templateKeepsRunningImages = resourcePolicy<Config>({
  name: "template-keeps-running-images",
  displayName: "Templates keep images that still run",
  rule: "The lifecycle policy of a template for pull through caches must keep more than one image, and every image for a week.",
  why: "ECS resolves a tag once and starts later tasks by digest. If the lifecycle policy has expired that image, the cache does not fetch it again by its digest, and the service cannot restart.",
  fix: "Keep images by count instead of age in the lifecyclePolicy: one rule with tagStatus any, imageCountMoreThan and a countNumber of 10 or more.",
  snippet: keepNewest,
  componentFix:
    "Set lifecycle.keepImages to 10 or more instead, and leave expireAfterDays and expireUntaggedAfterDays out.",
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "medium",
  topic: "availability",
  label: prefixLabel,
  types: [creationTemplate],
  config: {
    fewestImages: {
      type: "integer",
      minimum: 1,
      default: 2,
      description: "A rule that keeps fewer images than this is reported.",
    },
    fewestDays: {
      type: "integer",
      minimum: 1,
      default: 7,
      description: "A rule that expires images fewer days than this after their push is reported.",
    },
  },
  judge: (template, config) => judgeLifecycleOf(template, (lifecycle) => judgeLifecycle(lifecycle, config)),
});

function judgeLifecycle(lifecycle: Lifecycle | undefined, config: Config): Verdict {
  if (lifecycle === undefined || lifecycle.problems.length > 0) return pass;
  return all(expiringRules(lifecycle).map((rule) => judgeRule(rule, config)));
}

/** Images in the archive do not run. */
function judgeRule(rule: LifecycleRule, { fewestImages, fewestDays }: Config): Verdict {
  if (rule.storageClass !== "standard" || selectsOneImage(rule)) return pass;
  const image = rule.tagStatus === "untagged" ? "untagged image" : "image";
  if (rule.countType === "imageCountMoreThan") {
    return rule.count >= fewestImages
      ? pass
      : fail(
          `The lifecyclePolicy keeps only ${plural(rule.count, image)}: the next one takes the place of one that may still run.`,
        );
  }
  return rule.count >= fewestDays
    ? pass
    : fail(
        `The lifecyclePolicy expires ${image}s ${plural(rule.count, "day")} after their push, even if they still run.`,
      );
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** A tag is on one image at a time, so a rule for one whole tag never has more than that to keep. */
function selectsOneImage({ tagStatus, patterns, countType }: LifecycleRule): boolean {
  return tagStatus === "tagged" && countType === "imageCountMoreThan" && patterns.some((tag) => !tag.includes("*"));
}
