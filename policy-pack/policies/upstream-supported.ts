import { accessOf, rightHost, shownHost, upstreamHost } from "../aws/images/upstreams";
import { pullThroughCacheRule } from "../aws/types";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { read, text, unknown } from "../kit/values";
import { advisory, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const upstreamSupported = resourcePolicy<object>({
  name: "upstream-supported",
  displayName: "Upstream registries that ECR supports",
  rule: "A pull through cache rule must name an upstream registry that ECR supports, by the name that ECR uses.",
  why: "ECR refuses any other. A host that this pack does not know is only advice, because AWS adds registries.",
  fix: "Set upstreamRegistryUrl to public.ecr.aws, registry.k8s.io, quay.io, registry-1.docker.io, ghcr.io, registry.gitlab.com, cgr.dev, <name>.azurecr.io, or an ECR registry.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "availability",
  types: [pullThroughCacheRule],
  judge: judgeRule,
});

export function judgeRule(rule: AnyResource): Verdict {
  const url = text(read(rule.props, "upstreamRegistryUrl"));
  if (url === undefined) return pass;
  if (url === unknown) return undecided;
  const host = upstreamHost(url);
  const right = rightHost(host);
  if (right !== undefined) {
    const lacks = accessOf(right) === "secret" && text(read(rule.props, "credentialArn")) === undefined;
    return fail(
      `ECR does not know the upstream registry by the name ${host}.`,
      `Write upstreamRegistryUrl: "${right}"${lacks ? ", and set credentialArn, because it requires credentials" : ""}.`,
    );
  }
  const shown = shownHost(host) ?? "the rule's upstream registry";
  return accessOf(host) === "other" ? advisory(fail(`ECR is not known to support ${shown}.`)) : pass;
}
