import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TEMPLATE_ROLE_TRUST, templateRolePolicy } from "../../iam/template-role";
import { UPSTREAM_ROLE_TRUST, upstreamRolePolicy } from "../../iam/upstream-role";
import type { TemplateRolePlan, UpstreamRolePlan } from "../../plan/model";
import { kmsKeyArn } from "../../schema/aws";
import { adopting } from "../existing/adopt";
import { ROLE } from "../existing/kinds";
import { ifGiven } from "../late/when-known";
import type { Scope } from "../scope";

/** A role and its policy. Resources that use the role depend on both. */
export interface ServiceRole {
  readonly arn: pulumi.Output<string>;
  readonly policy: aws.iam.RolePolicy;
}

/** Creates the role that ECR assumes to create tagged or KMS-encrypted repositories. */
export function createTemplateRole(scope: Scope, plan: TemplateRolePlan): ServiceRole {
  const keys = plan.kmsKeys.map((key) => key && ifGiven(kmsKeyArn, key.arn, key.path));
  const policy = pulumi.all([scope.ecr, keys]).apply(([ecr, kmsKeys]) => templateRolePolicy(ecr, { ...plan, kmsKeys }));
  return createRole(
    scope,
    "template",
    plan,
    "Lets Amazon ECR create the repositories of a pull through cache",
    TEMPLATE_ROLE_TRUST,
    policy,
  );
}

/** Creates the role that ECR assumes to pull from other ECR registries. */
export function createUpstreamRole(scope: Scope, plan: UpstreamRolePlan): ServiceRole {
  const policy = scope.ecr.apply((ecr) => upstreamRolePolicy(ecr, plan));
  return createRole(
    scope,
    "upstream",
    plan,
    "Lets Amazon ECR pull from the upstream ECR registries of a pull through cache",
    UPSTREAM_ROLE_TRUST,
    policy,
  );
}

/** Creates a role that an AWS service assumes, named after its use. */
export function createRole(
  scope: Scope,
  use: string,
  plan: { readonly name: string; readonly adopt: boolean },
  description: string,
  assumeRolePolicy: pulumi.Input<string>,
  policy: pulumi.Output<string>,
): ServiceRole {
  const name = `${scope.name}-${use}`;
  const options = { parent: scope.parent };
  const role = new aws.iam.Role(
    name,
    {
      name: plan.name,
      description,
      assumeRolePolicy: pulumi.all([scope.ecr, assumeRolePolicy]).apply(([, trust]) => trust),
      tags: scope.tags,
    },
    {
      ...options,
      hooks: scope.hooks.unique,
      // A renamed component, project or stack keeps its role.
      ignoreChanges: ["name"],
      transforms: plan.adopt ? adopting(ROLE, plan.name, undefined, { description }, scope) : [],
    },
  );
  // With a fixed name, an update overwrites the policy of an interrupted one and does not create a second.
  const rolePolicy = new aws.iam.RolePolicy(name, { name: use, role: role.name, policy }, options);
  return { arn: role.arn, policy: rolePolicy };
}
