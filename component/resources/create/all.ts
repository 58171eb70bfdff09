import type * as pulumi from "@pulumi/pulumi";
import type { Plan } from "../../plan/model";
import type { SecretStrings } from "../late/secret-strings";
import type { Scope } from "../scope";
import { createAllAlerts } from "./alerts";
import { createRegion, type RegionResources } from "./region";
import { createTemplateRole, createUpstreamRole } from "./roles";
import { firstPullStatements } from "./singletons";

/** What was created. Lists have an element for each Region, the home Region first. */
export interface Created {
  readonly regions: readonly RegionResources[];
  readonly topicArns: readonly pulumi.Output<string>[];
  /** ARNs of roles, by use. */
  readonly roleArns: { readonly [use: string]: pulumi.Output<string> };
  /** The statements that a registry policy needs, each as JSON. */
  readonly statements: pulumi.Output<string[]>;
}

/** Creates everything. */
export function createAll(scope: Scope, plan: Plan, secretString: SecretStrings): Created {
  const statements = firstPullStatements(scope, plan);
  const templateRole = plan.templateRole && createTemplateRole(scope, plan.templateRole);
  const upstreamRole = plan.upstreamRole && createUpstreamRole(scope, plan.upstreamRole);
  const shared = { templateRole, upstreamRole, statements, secretString };
  return {
    regions: plan.regions.map((region) => createRegion(scope, plan, region, shared)),
    topicArns: plan.alerts ? createAllAlerts(scope, plan.alerts, plan.regions) : [],
    roleArns: {
      ...(templateRole && { template: templateRole.arn }),
      ...(upstreamRole && { upstream: upstreamRole.arn }),
    },
    statements,
  };
}
