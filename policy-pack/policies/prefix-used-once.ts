import { registryOf, sameRegistry } from "../aws/account/registry";
import { repeated } from "../aws/account/repeated";
import { normalPrefix } from "../aws/caches/prefix";
import { creationTemplate, pullThroughCacheRule } from "../aws/types";
import { both } from "../kit/logic";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, type Unknown, unknown } from "../kit/values";
import { fail, pass, undecided } from "../kit/verdict";

const prefixes: Readonly<Record<string, readonly [property: string, what: string]>> = {
  [pullThroughCacheRule]: ["ecrRepositoryPrefix", "rule"],
  [creationTemplate]: ["prefix", "template"],
};

export const prefixUsedOnce = stackPolicy<object>({
  name: "prefix-used-once",
  displayName: "One rule and one template for each prefix",
  rule: "A prefix must have at most one pull through cache rule and one creation template in an account and Region. A slash at its end makes no difference.",
  why: "ECR refuses the second one, so that the update stops halfway.",
  fix: "Remove one of the two rules or templates with the same prefix, or give it another prefix.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "high",
  topic: "availability",
  trigger: pullThroughCacheRule,
  judge: judgePrefixes,
});

export function judgePrefixes(resources: readonly StackResource[]): Finding[] {
  return Object.entries(prefixes).flatMap(([type, [property, what]]) => {
    const prefixOf = (resource: StackResource) => text(read(resource.props, property));
    const isSame = (one: StackResource, other: StackResource) =>
      both(samePrefix(prefixOf(one), prefixOf(other)), sameRegistry(registryOf(one), registryOf(other)));
    const ofType = resources.filter((resource) => resource.type === type);
    return repeated(ofType, isSame).map(({ resource, first }) => {
      if (first === undefined) return { resource, verdict: pass };
      if (first === unknown) return { resource, verdict: undecided };
      const prefix = normalPrefix(String(prefixOf(resource)));
      return { resource, verdict: fail(`The ${what} ${first.name} has the prefix ${prefix}, too.`) };
    });
  });
}

function samePrefix(one: string | Unknown | undefined, other: string | Unknown | undefined): boolean | Unknown {
  if (one === undefined || other === undefined) return false;
  if (one === unknown || other === unknown) return unknown;
  return normalPrefix(one) === normalPrefix(other);
}
