import { isForCache, prefixLabel } from "../aws/caches/template";
import { creationTemplate } from "../aws/types";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { items, read, text, unknown } from "../kit/values";
import { fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

export const templateMutable = resourcePolicy<object>({
  name: "template-mutable",
  displayName: "Cached tags can move",
  rule: "A creation template for pull through caches should not make all tags immutable.",
  why: "ECR then never refreshes a tag that moved upstream, so latest and every patched tag stay as they were on the first pull.",
  fix: "Set imageTagMutability of the template to MUTABLE, or to IMMUTABLE_WITH_EXCLUSION with filters for the tags that move.",
  snippet: `
imageTagMutability: "MUTABLE",`,
  componentFix: 'Set tagMutability: "MUTABLE" on the entry or in the defaults of the PullThroughCache.',
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
  enforcementLevel: "advisory",
  severity: "medium",
  topic: "security",
  label: prefixLabel,
  types: [creationTemplate],
  judge: judgeTemplate,
});

export function judgeTemplate(template: AnyResource): Verdict {
  return ifConcerned(isForCache(template), judgeMutability(template));
}

function judgeMutability(template: AnyResource): Verdict {
  const mutability = text(read(template.props, "imageTagMutability"));
  if (mutability === unknown) return undecided;
  if (mutability === "IMMUTABLE") return fail("The template's tags are IMMUTABLE without exclusions.");
  if (mutability !== "IMMUTABLE_WITH_EXCLUSION") return pass;
  const filters = items(read(template.props, "imageTagMutabilityExclusionFilters"));
  if (filters === unknown) return undecided;
  return filters.length > 0
    ? pass
    : fail("The template's tags are IMMUTABLE_WITH_EXCLUSION, but it has no exclusion filters.");
}
