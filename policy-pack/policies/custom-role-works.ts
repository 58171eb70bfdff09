import { registryOf } from "../aws/account/registry";
import { nameUnder } from "../aws/caches/prefix";
import { permits } from "../aws/iam/permits";
import { policiesOf } from "../aws/iam/role-policies";
import { roleFeeding, trusts } from "../aws/iam/roles";
import { creationTemplate, iamRole, pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, read, text, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

/** What ECR needs of the role of a rule for another account's ECR. AWS: "IAM policies required for cross-account ECR to ECR pull through cache". */
const upstreamActions = [
  "ecr:GetAuthorizationToken",
  "ecr:GetDownloadUrlForLayer",
  "ecr:BatchImportUpstreamImage",
  "ecr:BatchGetImage",
  "ecr:GetImageCopyStatus",
  "ecr:InitiateLayerUpload",
  "ecr:UploadLayerPart",
  "ecr:CompleteLayerUpload",
  "ecr:PutImage",
];

export const customRoleWorks = stackPolicy<object>({
  name: "custom-role-works",
  displayName: "Roles for ECR can be assumed and do their work",
  rule: "A role that a template or a rule names in customRoleArn must trust ECR and allow what ECR does with it.",
  why: "With another role every first pull fails, and says only that the image is not found. Only roles of the stack are checked, and not what they may do with KMS keys.",
  fix: "Let ecr.amazonaws.com (for a rule: pullthroughcache.ecr.amazonaws.com) assume the role, and allow in its policies what AWS's guide lists.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "high",
  topic: "availability",
  trigger: iamRole,
  judge: judgeRoles,
});

/** What one template or rule needs of its role. */
interface Use {
  readonly resource: StackResource;
  readonly service: string;
  readonly actions: readonly string[];
}

export function judgeRoles(resources: readonly StackResource[]): Finding[] {
  const uses = resources.flatMap(useOf);
  return resources
    .filter(({ type }) => type === iamRole)
    .map((role) => {
      const own = uses.filter(({ resource }) => roleFeeding(resource, "customRoleArn", resources)?.urn === role.urn);
      return { resource: role, verdict: all(own.map((use) => judgeUse(role, use, resources))) };
    });
}

function useOf(resource: StackResource): Use[] {
  if (text(read(resource.props, "customRoleArn")) === undefined) return [];
  if (resource.type === pullThroughCacheRule) {
    return [{ resource, service: "pullthroughcache.ecr.amazonaws.com", actions: upstreamActions }];
  }
  if (resource.type !== creationTemplate) return [];
  const tags = Object.keys(fieldsOf(read(resource.props, "resourceTags"))).length > 0;
  const actions = ["ecr:CreateRepository", ...(tags ? ["ecr:TagResource"] : [])];
  return [{ resource, service: "ecr.amazonaws.com", actions }];
}

function judgeUse(role: StackResource, use: Use, resources: readonly StackResource[]): Verdict {
  return all([judgeTrust(role, use), judgePermissions(role, use, resources)]);
}

function judgeTrust(role: StackResource, { service }: Use): Verdict {
  const trusted = trusts(role, service);
  if (trusted === unknown) return undecided;
  return trusted
    ? pass
    : fail(
        `ECR cannot assume this role: its assumeRolePolicy does not name ${service}.`,
        `Add to its assumeRolePolicy: { "Effect": "Allow", "Principal": { "Service": "${service}" }, "Action": "sts:AssumeRole" }.`,
      );
}

function judgePermissions(
  role: StackResource,
  { resource, actions }: Use,
  resources: readonly StackResource[],
): Verdict {
  const { documents, others } = policiesOf(role, resources);
  const repositories = repositoriesOf(resource);
  const answers = actions.map((action) => ({ action, permitted: permits(documents, action, repositories) }));
  const missing = answers.filter(({ permitted }) => permitted === false).map(({ action }) => action);
  if (missing.length === 0) return answers.some(({ permitted }) => permitted === unknown) ? undecided : pass;
  // A policy that is not in the stack may allow it.
  if (others.length > 0) return pass;
  return fail(
    `ECR needs ${missing.join(", ")} of this role, and its policies do not allow it.`,
    `Allow ${missing.join(", ")} on "*" in a policy of the role, as in AWS's guide.`,
  );
}

/** The repositories that ECR works on: those below a template's prefix, or a rule's and those of its upstream. */
function repositoriesOf(resource: StackResource): string {
  if (resource.type === pullThroughCacheRule) return "arn:*:ecr:*:*:repository/*";
  const prefix = text(read(resource.props, "prefix"));
  const { region, account } = registryOf(resource);
  const known = (part: unknown) => (typeof part === "string" ? part : "*");
  return `arn:*:ecr:${known(region)}:${known(account)}:repository/${typeof prefix === "string" ? nameUnder(prefix, "*") : "*"}`;
}
