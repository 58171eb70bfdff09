/**
 * Terraform's state after the module has been applied. Source of the resources and their names: main.tf@ebb8fdf of
 * github.com/opsworks-co/ecr-pull-through, which uses terraform-aws-modules/ecr 2.3.1 (modules/repository-template) and
 * terraform-aws-modules/secrets-manager 1.3.1.
 */
export interface ModuleRegistry {
  readonly registry: string;
  readonly username?: string;
  readonly accessToken?: string;
  readonly secretArn?: string;
  readonly versionId?: string;
  readonly roleArn?: string;
  readonly policyArn?: string;
  readonly lifecyclePolicy?: string;
  readonly tagMutability?: string;
  readonly repositoryPolicy?: string;
}

export interface ModuleState {
  readonly account: string;
  readonly region: string;
  readonly tags: { readonly [key: string]: string };
  readonly registries: { readonly [key: string]: ModuleRegistry };
  /** Whether the AWS provider was of version 6, which writes each resource's Region. */
  readonly hasRegions?: boolean;
}

export const KEEP_3 = JSON.stringify({
  rules: [
    {
      action: { type: "expire" },
      description: "Keep last 3 images",
      rulePriority: 1,
      selection: { countNumber: 3, countType: "imageCountMoreThan", tagStatus: "any" },
    },
  ],
});

export function modulePolicy(account: string, readers: readonly string[] = []): string {
  return JSON.stringify({
    Statement: [
      {
        Action: [
          "ecr:ListImages",
          "ecr:GetDownloadUrlForLayer",
          "ecr:BatchGetImage",
          "ecr:BatchCheckLayerAvailability",
        ],
        Effect: "Allow",
        Principal: { AWS: [...readers, `arn:aws:iam::${account}:root`] },
        Sid: "PrivateReadOnly",
      },
    ],
    Version: "2012-10-17",
  });
}

export function terraformState({ account, region, tags, registries, hasRegions = true }: ModuleState): object {
  const inRegion = hasRegions ? { region } : {};
  const resource = (module: string, type: string, name: string, attributes: object) => ({
    module,
    mode: "managed",
    type,
    name,
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [{ index_key: 0, schema_version: 0, attributes }],
  });
  const resources = Object.entries(registries).flatMap(([key, entry]) => {
    const template = `module.ecr_pull_through.module.pull_through_cache_repository_template["${key}"]`;
    const secret = `module.ecr_pull_through.module.secrets_manager_credentials["${key}"]`;
    const roleName = entry.roleArn?.split("/").at(-1);
    return [
      resource(template, "aws_ecr_pull_through_cache_rule", "this", {
        id: key,
        ecr_repository_prefix: key,
        upstream_registry_url: entry.registry,
        upstream_repository_prefix: "",
        credential_arn: entry.secretArn ?? "",
        custom_role_arn: "",
        registry_id: account,
        ...inRegion,
      }),
      resource(template, "aws_ecr_repository_creation_template", "this", {
        id: key,
        prefix: key,
        applied_for: ["PULL_THROUGH_CACHE"],
        custom_role_arn: entry.roleArn ?? "",
        description: `Pull through cache repository template for ${key} artifacts`,
        encryption_configuration: [{ encryption_type: "AES256", kms_key: "" }],
        image_tag_mutability: entry.tagMutability ?? "MUTABLE",
        image_tag_mutability_exclusion_filter: [],
        lifecycle_policy: entry.lifecyclePolicy ?? KEEP_3,
        registry_id: account,
        repository_policy: entry.repositoryPolicy ?? modulePolicy(account),
        resource_tags: tags,
        ...inRegion,
      }),
      ...(entry.roleArn
        ? [
            resource(template, "aws_iam_role", "this", { arn: entry.roleArn, id: roleName, name: roleName, tags }),
            resource(template, "aws_iam_policy", "this", { arn: entry.policyArn, id: entry.policyArn, name: roleName }),
            resource(template, "aws_iam_role_policy_attachment", "this", {
              role: roleName,
              policy_arn: entry.policyArn,
            }),
          ]
        : []),
      ...(entry.secretArn
        ? [
            resource(secret, "aws_secretsmanager_secret", "this", {
              arn: entry.secretArn,
              description: `${key} credentials`,
              id: entry.secretArn,
              name: entry.secretArn.split(":secret:")[1]?.replace(/-[^-]{6}$/, ""),
              name_prefix: `ecr-pullthroughcache/${key}`,
              recovery_window_in_days: 0,
              tags,
              ...inRegion,
            }),
            resource(secret, "aws_secretsmanager_secret_version", "this", {
              arn: entry.secretArn,
              secret_id: entry.secretArn,
              secret_string: JSON.stringify({ accessToken: entry.accessToken, username: entry.username }),
              version_id: entry.versionId ?? "terraform-20260101000000000000000001",
              version_stages: ["AWSCURRENT"],
              ...inRegion,
            }),
            resource(secret, "aws_secretsmanager_secret_policy", "this", {
              id: entry.secretArn,
              secret_arn: entry.secretArn,
              policy: JSON.stringify({
                Statement: [
                  {
                    Action: "secretsmanager:GetSecretValue",
                    Effect: "Allow",
                    Principal: { AWS: `arn:aws:iam::${account}:root` },
                    Resource: "*",
                    Sid: "AllowAccountRead",
                  },
                ],
                Version: "2012-10-17",
              }),
              ...inRegion,
            }),
          ]
        : []),
    ];
  });
  return { version: 4, terraform_version: "1.9.8", serial: 7, lineage: "example", outputs: {}, resources };
}
