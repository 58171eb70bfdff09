import { prefixLabel } from "../aws/caches/template";
import { admitting, letsIn, stranger } from "../aws/iam/access";
import { creationTemplate, registryPolicy } from "../aws/types";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { read, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

export const noPublicAccess = resourcePolicy<object>({
  name: "no-public-access",
  displayName: "No access for everyone",
  rule: "Neither the repository policy of a creation template nor a registry policy may give access to everyone.",
  why: "A stranger could pull the cached images, or fill the registry with images of their choice at your cost.",
  fix: "In the statement, name accounts or roles as principals, or add a condition on aws:PrincipalOrgID.",
  snippet: `
Condition: { StringEquals: { "aws:PrincipalOrgID": "o-exampleorgid" } },`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html",
  enforcementLevel: "mandatory",
  severity: "critical",
  topic: "security",
  label: prefixLabel,
  types: [creationTemplate, registryPolicy],
  judge: judgePolicy,
});

export function judgePolicy(resource: AnyResource): Verdict {
  const property = resource.type === creationTemplate ? "repositoryPolicy" : "policy";
  const policy = read(resource.props, property);
  const answer = letsIn(policy, stranger);
  if (answer === unknown) return undecided;
  return answer ? fail(`${admitting(policy, stranger)} of ${property} lets everyone in.`) : pass;
}
