import { given } from "../aws/account/registry";
import { prefixLabel } from "../aws/caches/template";
import { creationTemplate } from "../aws/types";
import { any, both } from "../kit/logic";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { fieldsOf, items, read, text, type Unknown, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

const repositoryActions = "ecr:CreateRepository, ecr:ReplicateImage, ecr:TagResource";
const kmsActions = "kms:CreateGrant, kms:RetireGrant, kms:DescribeKey";

export const templateHasRole = resourcePolicy<object>({
  name: "template-has-role",
  displayName: "Templates with tags or KMS have a role",
  rule: "A repository creation template with resourceTags or KMS encryption must have a customRoleArn.",
  why: "ECR's own role may only create repositories: the template is accepted, and then every first pull of an image fails as not found.",
  fix: `Set customRoleArn to a role that ecr.amazonaws.com may assume, with ${repositoryActions} and, for KMS, ${kmsActions}.`,
  snippet: `
const role = new aws.iam.Role("ecr-templates", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});
new aws.iam.RolePolicy("ecr-templates", {
  role: role.name,
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        // Those of kms are for KMS encryption only.
        Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource", "kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"],
        Resource: "*",
      },
    ],
  }),
});
// In the template: customRoleArn: role.arn`,
  componentFix:
    "Leave templateRoleArn out, so that the PullThroughCache creates the role, or set it to a role of your own.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates-create-iam.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "availability",
  label: prefixLabel,
  types: [creationTemplate],
  judge: judgeTemplate,
});

export function judgeTemplate(template: AnyResource): Verdict {
  // A role that is created in the same deployment is unknown in a preview, but given.
  if (text(read(template.props, "customRoleArn")) !== undefined) return pass;
  const tags = hasTags(template);
  const kms = usesKms(template);
  if (tags !== true && kms !== true) return any([tags, kms]) === unknown ? undecided : pass;
  const reason =
    both(tags, kms) === true ? "resourceTags and KMS encryption" : tags === true ? "resourceTags" : "KMS encryption";
  const actions = kms === true ? `${repositoryActions}, ${kmsActions}` : repositoryActions;
  return fail(
    `The template has ${reason} but no customRoleArn.`,
    `Set customRoleArn to a role that ecr.amazonaws.com may assume, with ${actions}.`,
  );
}

function hasTags(template: AnyResource): boolean | Unknown {
  const tags = read(template.props, "resourceTags");
  return tags === unknown ? unknown : Object.keys(fieldsOf(tags)).length > 0;
}

function usesKms(template: AnyResource): boolean | Unknown {
  const encryption = items(given(template, "encryptionConfigurations"));
  if (encryption === unknown) return unknown;
  return any(
    encryption.map((one) => {
      const type = one === unknown ? unknown : fieldsOf(one).encryptionType;
      return type === unknown ? unknown : type !== undefined && type !== "AES256";
    }),
  );
}
