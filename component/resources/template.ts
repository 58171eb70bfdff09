import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { repositoryPolicy } from "../iam/access";
import type { CachePlan, TemplatePlan } from "../plan/model";
import { jsonObject, kmsKeyArn, roleArn } from "../schema/aws";
import { REPOSITORY_POLICY_MAX, repositoryPolicy as repositoryPolicySchema } from "../schema/policy";
import { knownAccess } from "./access";
import { resourceOptions } from "./options";
import type { ServiceRole } from "./roles";
import { afterCheck, type Scope } from "./scope";
import { whenKnown } from "./when-known";

/** Creates the template that gives every repository of a cache its lifecycle, encryption, access and tags. */
export function createTemplate(
  scope: Scope,
  cache: CachePlan,
  region: string | undefined,
  role: ServiceRole | undefined,
): aws.ecr.RepositoryCreationTemplate {
  const { key, prefix, template } = cache.entry;
  const path = ["registries", key];
  const { encryption } = template;
  return new aws.ecr.RepositoryCreationTemplate(
    `${scope.name}-${cache.id}`,
    {
      prefix: afterCheck(scope, prefix),
      appliedFors: ["PULL_THROUGH_CACHE"],
      description: template.description,
      lifecyclePolicy: template.lifecyclePolicy,
      imageTagMutability: template.imageTagMutability,
      imageTagMutabilityExclusionFilters:
        template.exclusionFilters.length > 0
          ? template.exclusionFilters.map((filter) => ({ filter, filterType: "WILDCARD" }))
          : undefined,
      encryptionConfigurations: [
        {
          encryptionType: encryption.type,
          kmsKey: kmsKeyOf(encryption, [...path, "encryption", "kmsKey"]),
        },
      ],
      resourceTags: Object.keys(template.resourceTags).length > 0 ? template.resourceTags : undefined,
      repositoryPolicy: policyOf(scope, template, path),
      customRoleArn: customRole(template, role),
      region,
    },
    {
      ...resourceOptions(scope, cache),
      // The prefix is unique in a Region: a successor cannot be created beside the one it replaces.
      deleteBeforeReplace: true,
      dependsOn: template.role === "created" && role ? [role.policy] : [],
    },
  );
}

/** A key that is left out stays as it was (Optional and Computed in the provider), and AWS refuses one with AES256. */
function kmsKeyOf({ type, kmsKey }: TemplatePlan["encryption"], path: string[]): pulumi.Input<string> | undefined {
  if (kmsKey) return whenKnown(kmsKeyArn, kmsKey, path);
  return type === "AES256" ? "" : undefined;
}

function customRole(template: TemplatePlan, created: ServiceRole | undefined): pulumi.Input<string> | undefined {
  if (template.role === "none") return undefined;
  return template.role === "created" ? created?.arn : whenKnown(roleArn, template.role, ["templateRoleArn"]);
}

function policyOf(scope: Scope, template: TemplatePlan, path: string[]): pulumi.Input<string> | undefined {
  if (template.repositoryPolicy !== undefined) {
    return whenKnown(repositoryPolicySchema, template.repositoryPolicy, [...path, "repositoryPolicy"]);
  }
  const access = template.access && knownAccess(template.access, [...path, "access"]);
  if (!access) return undefined;
  const policy = pulumi.all([scope.ecr, access]).apply(([ecr, known]) => repositoryPolicy(ecr, known));
  const schema = jsonObject(REPOSITORY_POLICY_MAX).optional();
  return whenKnown(schema, policy, [...path, "access"]) as pulumi.Input<string>;
}
