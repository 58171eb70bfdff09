import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { registryPolicy, registryStatement } from "../../documents/policy";
import { registryStatements, statementForNobody } from "../../iam/access";
import type { Plan, RegionPlan } from "../../plan/model";
import {
  mergeScanning,
  mergeStatements,
  needsFormer,
  ownMarks,
  type ScanningConfiguration,
} from "../../plan/registry-wide";
import { formerPrefixes } from "../existing/kinds";
import { accepted, currentOf, type Setting, settingOptions } from "../existing/registry-wide";
import { knownAccess } from "../late/access";
import { whenKnown } from "../late/when-known";
import { regionalIdentity } from "../options";
import { inRegion, type Scope } from "../scope";

/** Settings that an account has once per Region. They are written only if the user asks. */

const SCANNING: Setting<ScanningConfiguration> = {
  typeName: "AWS::ECR::RegistryScanningConfiguration",
  title: "registry scanning configuration",
  action: "ecr:GetRegistryScanningConfiguration",
  output: "scanningFilters",
  path: ["scanning"],
  parse({ ScanType = "BASIC", Rules = [] }) {
    const rules = Rules as { ScanFrequency: string; RepositoryFilters: { Filter: string }[] }[];
    return {
      scanType: String(ScanType),
      rules: rules.map(({ ScanFrequency, RepositoryFilters }) => ({
        scanFrequency: ScanFrequency,
        filters: RepositoryFilters.map(({ Filter }) => Filter),
      })),
    };
  },
};

type Statement = { readonly [element: string]: unknown };

const POLICY: Setting<readonly Statement[]> = {
  typeName: "AWS::ECR::RegistryPolicy",
  title: "registry policy",
  action: "ecr:GetRegistryPolicy",
  output: "registryPolicyStatements",
  path: ["registryPolicy"],
  parse: ({ PolicyText }) =>
    [(PolicyText as { Statement?: Statement | Statement[] } | undefined)?.Statement ?? []].flat(),
};

/** Creates the registry scanning configuration of a Region: the cache's rules and those of others. */
export function createScanningConfiguration(scope: Scope, plan: Plan, { region }: RegionPlan): void {
  const { configuration } = plan.scanning;
  if (!configuration) return;
  const { overwrite } = configuration;
  const merged = currentOf(scope, region, SCANNING, overwrite).apply(({ where, value }) =>
    accepted(scope, SCANNING, where, mergeScanning(configuration, value, overwrite), overwrite),
  );
  const { name, optionsOf } = regionalIdentity(scope, region);
  new aws.ecr.RegistryScanningConfiguration(
    name,
    {
      scanType: merged.value.scanType,
      rules: merged.value.rules.apply((rules) =>
        rules.map(({ scanFrequency, filters }) => ({
          scanFrequency,
          repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
        })),
      ),
      region: inRegion(scope, region),
    },
    settingOptions(optionsOf("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration"), overwrite),
  );
}

/** The statements that a registry policy needs for first pulls of those who have access, each as JSON. */
export function firstPullStatements(scope: Scope, plan: Plan): pulumi.Output<string[]> {
  const grants = plan.grants.map(({ access, caches }) => ({ access: knownAccess(access, ["access"]), caches }));
  return pulumi
    .all([scope.ecr, grants])
    .apply(([known, all]) => registryStatements(known, all, plan.mark).map((statement) => JSON.stringify(statement)));
}

/** Creates the registry policy of a Region: the cache's statements, the user's, and those of others. */
export function createRegistryPolicy(
  scope: Scope,
  plan: Plan,
  { region }: RegionPlan,
  cacheStatements: pulumi.Output<string[]>,
): void {
  if (!plan.registryPolicy) return;
  const { statements = [], overwrite = false } = plan.registryPolicy;
  const given = statements.map((statement, index) =>
    whenKnown(registryStatement, statement, ["registryPolicy", "statements", index]),
  );
  const prefixes = plan.entries.map(({ prefix }) => prefix);
  const merged = pulumi
    .all([scope.ecr, currentOf(scope, region, POLICY, overwrite), cacheStatements, given])
    .apply(async ([{ accountId, regions }, { where, value = [] }, cache, added]) => {
      const place = { accountId, region: region ?? regions[0] ?? "", prefixes };
      const state = needsFormer(value, place) ? await scope.state() : [];
      const marks = { mark: plan.mark, marks: ownMarks(value, place, formerPrefixes(state, scope.name, place)) };
      const own = [...cache, ...added].map((statement) => JSON.parse(statement) as Statement);
      return accepted(scope, POLICY, where, mergeStatements(own, value, marks, overwrite), overwrite);
    });
  const policy = pulumi.all([scope.ecr, merged]).apply(([ecr, { value }]) => {
    const statements = value.length > 0 ? value : [statementForNobody(ecr, plan.mark, prefixes)];
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
  });
  const { name, optionsOf } = regionalIdentity(scope, region);
  new aws.ecr.RegistryPolicy(
    name,
    { policy: whenKnown(registryPolicy, policy, ["registryPolicy"]), region: inRegion(scope, region) },
    settingOptions(optionsOf("aws:ecr/registryPolicy:RegistryPolicy"), overwrite),
  );
}
