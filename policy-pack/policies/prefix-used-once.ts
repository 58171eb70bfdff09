import { type Registry, registryOf, sameRegistry } from "../aws/account/registry";
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
    const ofType = resources.filter((resource) => resource.type === type);
    const placeOf = (resource: StackResource): Place => {
      const prefix = text(read(resource.props, property));
      return { prefix: typeof prefix === "string" ? normalPrefix(prefix) : prefix, registry: registryOf(resource) };
    };
    return repeated(ofType, placeOf, isSame).map(({ resource, first }) => {
      if (first === undefined) return { resource, verdict: pass };
      if (first === unknown) return { resource, verdict: undecided };
      const { prefix } = placeOf(resource);
      return { resource, verdict: fail(`The ${what} ${first.name} has the prefix ${String(prefix)}, too.`) };
    });
  });
}

interface Place {
  readonly prefix: string | Unknown | undefined;
  readonly registry: Registry;
}

function isSame(one: Place, other: Place): boolean | Unknown {
  if (one.prefix === undefined || other.prefix === undefined) return false;
  const open = one.prefix === unknown || other.prefix === unknown;
  if (!open && one.prefix !== other.prefix) return false;
  return both(open ? unknown : true, sameRegistry(one.registry, other.registry));
}
