import { policyJson, type Statement } from "./document";
import { type Ecr, repositoryArns } from "./ecr";

/**
 * The role that ECR assumes to create repositories from a template with tags or KMS encryption. Without it every first
 * pull fails as "not found". Source: Amazon ECR user guide, "IAM permissions for creating repository creation templates".
 */
export const TEMPLATE_ROLE_TRUST = trust("ecr.amazonaws.com");

/**
 * The role's permissions: create and tag repositories under the prefixes, and use KMS keys for them.
 *
 * @param role.kmsKeys A key that is undefined stands for the key aws/ecr. Its ARN is not known, so the role can then use
 * every key through ECR.
 */
export function templateRolePolicy(
  ecr: Ecr,
  role: { readonly prefixes: readonly string[]; readonly kmsKeys: readonly (string | undefined)[] },
): string {
  const statements: Statement[] = [
    {
      Sid: "CreateRepositories",
      Effect: "Allow",
      Action: ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
      Resource: repositoryArns(ecr, role.prefixes),
    },
  ];
  if (role.kmsKeys.length > 0) {
    const anyKey = `arn:${ecr.partition}:kms:*:${ecr.accountId}:key/*`;
    const keys = [...new Set(role.kmsKeys)].filter((key) => key !== undefined);
    statements.push({
      Sid: "EncryptRepositories",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
      Resource: role.kmsKeys.includes(undefined) ? [anyKey] : keys,
      // Source: the policy of the key aws/ecr in the guide's "Encryption at rest", which demands this for every caller.
      Condition: {
        StringEquals: { "kms:ViaService": ecr.regions.map((region) => `ecr.${region}.${ecr.dnsSuffix}`) },
      },
    });
  }
  return policyJson(statements);
}

/**
 * The trust policy of a role that ECR assumes. Its guide has no condition, and does not say whether ECR sends
 * `aws:SourceAccount`. If it did not, every first pull would fail.
 */
export function trust(service: string): string {
  return policyJson([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}
