import type * as pulumi from "@pulumi/pulumi";
import type { Plan, RegionPlan } from "../../plan/model";
import type { SecretStrings } from "../late/secret-strings";
import type { Scope } from "../scope";
import { createPullTimeExclusions } from "./pull-time-exclusions";
import type { ServiceRole } from "./roles";
import { createRule } from "./rule";
import { createSecret } from "./secret";
import { createRegistryPolicy, createScanningConfiguration } from "./singletons";
import { createTemplate } from "./template";

/** The resources of a Region, by the id of each cache. */
export interface RegionResources {
  /** Prefixes of the rules. */
  readonly rules: { readonly [id: string]: pulumi.Output<string> };
  readonly secretArns: { readonly [id: string]: pulumi.Input<string> };
  /** The rules themselves, by ECR repository prefix. */
  readonly byPrefix: ReadonlyMap<string, pulumi.Resource>;
}

/** What the Regions share. */
export interface Shared {
  readonly templateRole?: ServiceRole;
  readonly upstreamRole?: ServiceRole;
  readonly statements: pulumi.Output<string[]>;
  /** The secret string of an entry. */
  readonly secretString: SecretStrings;
}

/** Creates everything in one Region. Scanning comes before the caches, so that no repository is left unscanned. */
export function createRegion(scope: Scope, plan: Plan, region: RegionPlan, shared: Shared): RegionResources {
  createScanningConfiguration(scope, plan, region);
  createRegistryPolicy(scope, plan, region, shared.statements);
  createPullTimeExclusions(scope, plan, region);

  const rules: { [id: string]: pulumi.Output<string> } = {};
  const secretArns: { [id: string]: pulumi.Input<string> } = {};
  const byPrefix = new Map<string, pulumi.Resource>();
  for (const cache of region.caches) {
    const { entry } = cache;
    const secret = entry.secret && createSecret(scope, cache, entry.secret, shared.secretString(entry, entry.secret));
    const template = createTemplate(scope, cache, shared.templateRole);
    const role = entry.role === "created" ? shared.upstreamRole : undefined;
    const rule = createRule(scope, cache, { secret, role, template });

    byPrefix.set(entry.prefix, rule);
    rules[cache.id] = rule.ecrRepositoryPrefix;
    const secretArn = secret?.arn ?? (cache.credentialArn?.arn as pulumi.Input<string> | undefined);
    if (secretArn !== undefined) secretArns[cache.id] = secretArn;
  }
  return { rules, secretArns, byPrefix };
}
