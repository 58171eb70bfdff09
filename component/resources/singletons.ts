import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Plan, RegionPlan } from "../plan/model";
import { registryPolicy, registryStatement } from "../schema/policy";
import { regionalIdentity } from "./options";
import { afterCheck, type Scope } from "./scope";
import { whenKnown } from "./when-known";

/** Resources of which an account has one in a Region. They are written only when the user asks, since they overwrite. */

/** Writes the registry scanning configuration of a Region. */
export function createScanningConfiguration(scope: Scope, plan: Plan, { region }: RegionPlan): void {
  const { configuration } = plan.scanning;
  if (!configuration) return;
  const { name, options } = regionalIdentity(scope, region);
  new aws.ecr.RegistryScanningConfiguration(
    name,
    {
      scanType: afterCheck(scope, configuration.scanType),
      rules: configuration.rules.map(({ scanFrequency, filters }) => ({
        scanFrequency,
        repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
      })),
      region,
    },
    options,
  );
}

/** Writes the registry policy of a Region: the cache's statements and the user's. */
export function createRegistryPolicy(
  scope: Scope,
  plan: Plan,
  { region }: RegionPlan,
  cacheStatements: pulumi.Output<string[]>,
): void {
  if (!plan.registryPolicy) return;
  const own = (plan.registryPolicy.statements ?? []).map((statement, index) =>
    whenKnown(registryStatement, statement, ["registryPolicy", "statements", index]),
  );
  const policy = pulumi.all([cacheStatements, own]).apply(([cache, others]) => {
    const Statement = [...cache, ...others].map((statement): unknown => JSON.parse(statement));
    return JSON.stringify({ Version: "2012-10-17", Statement });
  });
  const { name, options } = regionalIdentity(scope, region);
  new aws.ecr.RegistryPolicy(name, { policy: whenKnown(registryPolicy, policy, ["registryPolicy"]), region }, options);
}
