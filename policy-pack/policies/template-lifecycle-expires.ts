import { isForCache, prefixLabel } from "../aws/caches/template";
import { lifecycleControl } from "../aws/controls";
import { defaultLifecycle } from "../aws/lifecycle/default";
import type { Lifecycle } from "../aws/lifecycle/document";
import { boundsOfTagged, ruleForUntagged, whyNoneExpires } from "../aws/lifecycle/effect";
import { judgeLifecycleOf } from "../aws/lifecycle/of-template";
import { keepNewest } from "../aws/lifecycle/snippet";
import { creationTemplate } from "../aws/types";
import { resourcePolicy } from "../kit/policy";
import { read } from "../kit/values";
import { all, fail, pass, type Verdict } from "../kit/verdict";

interface Config {
  readonly maxImages?: number;
  readonly maxUntaggedDays?: number;
}

export const templateLifecycleExpires = resourcePolicy<Config>({
  name: "template-lifecycle-expires",
  displayName: "Templates expire cached images",
  rule: "A repository creation template for pull through caches must have a lifecycle policy that can expire images.",
  why: "Every new tag of every upstream image adds to the bill, and nothing else ever deletes a cached image.",
  fix: "Set lifecyclePolicy on the creation template, for example to keep the newest 50 images.",
  snippet: keepNewest,
  componentFix:
    "Set lifecycle on the entry or in the defaults of the PullThroughCache, for example lifecycle: { keepImages: 50 }.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "cost",
  framework: lifecycleControl,
  label: prefixLabel,
  types: [creationTemplate],
  config: {
    maxImages: {
      type: "integer",
      minimum: 1,
      description:
        "Maximum number of tagged images that a repository may keep: the sum of the counts (imageCountMoreThan) of a rule for all tags and of the rules above it.",
    },
    maxUntaggedDays: {
      type: "integer",
      minimum: 1,
      description:
        "Maximum number of days to keep an untagged image. Requires a rule that expires untagged images by then.",
    },
  },
  judge: (template, config) => judgeLifecycleOf(template, (lifecycle) => judgeLifecycle(lifecycle, config)),
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

function judgeLifecycle(lifecycle: Lifecycle | undefined, config: Config): Verdict {
  if (lifecycle === undefined)
    return fail(
      "The template has no lifecyclePolicy.",
      `Write on the creation template lifecyclePolicy: JSON.stringify(${defaultLifecycle}).`,
    );
  if (lifecycle.problems.length > 0) {
    return fail(`ECR would refuse the lifecyclePolicy: ${lifecycle.problems.slice(0, 3).join("; ")}.`);
  }
  const why = whyNoneExpires(lifecycle);
  if (why !== undefined) return fail(`The lifecyclePolicy can never expire an image: ${why}.`);
  return all([maxImages(lifecycle, config.maxImages), maxUntaggedDays(lifecycle, config.maxUntaggedDays)]);
}

function maxImages(lifecycle: Lifecycle, max: number | undefined): Verdict {
  if (max === undefined) return pass;
  const counting = boundsOfTagged(
    lifecycle,
    ({ countType, storageClass }) => countType === "imageCountMoreThan" && storageClass === "standard",
  );
  const kept = counting?.reduce((sum, rule) => sum + rule.count, 0);
  if (kept !== undefined && kept <= max) return pass;
  return fail(
    kept === undefined
      ? `The lifecyclePolicy does not limit every repository to ${max} images.`
      : `The lifecyclePolicy keeps up to ${kept} tagged images of a repository, and maxImages is ${max}.`,
    `Write one rule with tagStatus any and imageCountMoreThan ${max} or less.`,
  );
}

function maxUntaggedDays(lifecycle: Lifecycle, max: number | undefined): Verdict {
  const rule = ruleForUntagged(lifecycle);
  const expires = rule?.action === "expire" && rule.countType === "sinceImagePushed";
  return max === undefined || (expires && rule.count <= max)
    ? pass
    : fail(
        `No rule of the lifecyclePolicy expires untagged images within ${max} days.`,
        `${rule?.tagStatus === "untagged" ? "Make the rule for untagged images one" : "Add a rule for tagStatus untagged as the first one,"} with countType sinceImagePushed, countUnit days and countNumber ${max}.`,
      );
}
