import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { REPOSITORY_POLICY_MAX, repositoryPolicy as repositoryPolicySchema } from "../../documents/policy";
import { repositoryPolicy } from "../../iam/access";
import type { CachePlan, GivenArn, TemplatePlan } from "../../plan/model";
import { jsonObject, kmsKeyArn, roleArn } from "../../schema/aws";
import { isDeferred } from "../../schema/input";
import { adopting } from "../existing/adopt";
import { TEMPLATE } from "../existing/kinds";
import { namedRole } from "../existing/named-role";
import { knownAccess } from "../late/access";
import { arnInPlace } from "../late/arns";
import { ifGiven, whenKnown } from "../late/when-known";
import { identityOf } from "../options";
import { afterCheck, inRegion, type Scope } from "../scope";
import type { ServiceRole } from "./roles";

/** Creates the template that gives every repository of a cache its lifecycle, encryption, access and tags. */
export function createTemplate(
  scope: Scope,
  cache: CachePlan,
  role: ServiceRole | undefined,
): aws.ecr.RepositoryCreationTemplate {
  const { region } = cache;
  const { prefix, template } = cache.entry;
  const { name, optionsOf } = identityOf(scope, cache);
  const path = ["registries", cache.entry.key];
  const key = cache.kmsKey && keyOf(scope, cache.kmsKey, region);
  const isLate = isDeferred(cache.kmsKey?.arn);
  const { type, typeWithoutKey } = template.encryption;
  return new aws.ecr.RepositoryCreationTemplate(
    name,
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
          encryptionType: key && isLate ? key.apply((known) => (known === undefined ? typeWithoutKey : type)) : type,
          kmsKey: key,
        },
      ],
      resourceTags: Object.keys(template.resourceTags).length > 0 ? template.resourceTags : undefined,
      repositoryPolicy: policyOf(scope, template, path),
      customRoleArn: customRole(scope, template, role),
      region: inRegion(scope, region),
    },
    {
      ...optionsOf(TEMPLATE.type),
      hooks: { ...(template.role === "none" ? scope.hooks.unique : scope.hooks.patient), ...scope.hooks.noted },
      transforms: cache.entry.adopt
        ? adopting(TEMPLATE, prefix, region, { encryptionConfigurations: [{ kmsKey: cache.kmsKey?.arn }] }, scope)
        : [],
      // The property is Optional and Computed: the provider keeps a key that is only left out, and AWS refuses one with
      // AES256.
      replacementTrigger: key && isLate ? key.apply(keyTrigger) : keyTrigger(key),
      // The prefix is unique in a Region, so the old one must be deleted first.
      deleteBeforeReplace: true,
      dependsOn: template.role === "created" && role ? [role.policy] : [],
    },
  );
}

/** ECR's API reference says that the key must be in the repository's Region, but nothing about its account. */
function keyOf(scope: Scope, key: GivenArn, region: string | undefined) {
  const wanted = { what: "the key", schema: kmsKeyArn, region, anyAccount: true, isOptional: true };
  return arnInPlace(scope, key, wanted);
}

function keyTrigger(key: unknown): string {
  return key === undefined ? "no kmsKey" : "a kmsKey";
}

function customRole(scope: Scope, { role }: TemplatePlan, created: ServiceRole | undefined) {
  if (role === "none") return undefined;
  if (role === "created") return created?.arn;
  const { arn, path, isNeeded } = role;
  return namedRole(scope.roles, isNeeded ? whenKnown(roleArn, arn, path) : ifGiven(roleArn, arn, path), path);
}

function policyOf(scope: Scope, template: TemplatePlan, path: string[]): pulumi.Input<string> | undefined {
  if (template.repositoryPolicy !== undefined) {
    return ifGiven(repositoryPolicySchema, template.repositoryPolicy, [...path, "repositoryPolicy"]);
  }
  const access = template.access && knownAccess(template.access, [...path, "access"]);
  if (!access) return undefined;
  const policy = pulumi.all([scope.ecr, access]).apply(([ecr, known]) => repositoryPolicy(ecr, known));
  return ifGiven(jsonObject(REPOSITORY_POLICY_MAX), policy, [...path, "access"]);
}
