import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CachePlan, EntryPlan } from "../../plan/model";
import { refuse } from "../../problems/error";
import { credentialArn as credentialArnSchema, roleArn } from "../../schema/aws";
import { isDeferred } from "../../schema/input";
import { adopting } from "../existing/adopt";
import { RULE } from "../existing/kinds";
import { namedRole } from "../existing/named-role";
import { arnInPlace } from "../late/arns";
import { whenKnown } from "../late/when-known";
import { identityOf } from "../options";
import { afterCheck, inRegion, type Scope } from "../scope";
import type { ServiceRole } from "./roles";
import type { CacheSecret } from "./secret";

/** Creates the pull through cache rule, after everything that a first pull needs. */
export function createRule(
  scope: Scope,
  cache: CachePlan,
  needs: {
    readonly secret?: CacheSecret;
    readonly role?: ServiceRole;
    readonly template: aws.ecr.RepositoryCreationTemplate;
  },
): aws.ecr.PullThroughCacheRule {
  const { region } = cache;
  const { prefix, role, upstream, upstreamRepositoryPrefix } = cache.entry;
  const { name, optionsOf } = identityOf(scope, cache);
  const existing =
    cache.credentialArn &&
    arnInPlace(scope, cache.credentialArn, {
      what: "the secret",
      schema: credentialArnSchema,
      region,
    });
  const wanted = {
    upstreamRegistryUrl: upstream.host,
    upstreamRepositoryPrefix,
    customRoleArn: role === "none" ? undefined : role,
    credentialArn: cache.credentialArn?.arn,
  };
  return new aws.ecr.PullThroughCacheRule(
    name,
    {
      ecrRepositoryPrefix: afterCheck(scope, prefix),
      upstreamRegistryUrl: role === "none" && upstream.ecr ? ownAccountHost(scope, cache.entry) : upstream.host,
      upstreamRepositoryPrefix,
      credentialArn: needs.secret?.arn ?? existing,
      customRoleArn: customRole(scope, cache.entry, needs.role),
      region: inRegion(scope, region),
    },
    {
      ...optionsOf(RULE.type),
      hooks: mayBeNew(cache) ? scope.hooks.patient : scope.hooks.unique,
      transforms: cache.entry.adopt ? adopting(RULE, prefix, region, wanted, scope) : [],
      // The prefix is unique in a Region, so the old one must be deleted first.
      deleteBeforeReplace: true,
      // ECR cannot take a role away from a rule: the provider's update would fail or change nothing.
      replaceOnChanges: role === "none" ? ["customRoleArn"] : [],
      // With the prefix ROOT nothing is sent, but AWS may return ROOT, and the provider would replace the rule.
      ignoreChanges: prefix === "ROOT" ? ["upstreamRepositoryPrefix"] : [],
      dependsOn: [
        needs.template,
        ...(needs.secret ? [needs.secret.version] : []),
        ...(needs.role ? [needs.role.policy] : []),
      ],
    },
  );
}

/** Whether the rule names a secret or a role that may be new. */
function mayBeNew({ entry, credentialArn }: CachePlan): boolean {
  return entry.secret !== undefined || isDeferred(credentialArn?.arn) || isNew(entry.role);
}

function isNew(role: EntryPlan["role"]): boolean {
  return typeof role === "string" ? role === "created" : isDeferred(role.arn);
}

function customRole(scope: Scope, { role }: EntryPlan, created: ServiceRole | undefined) {
  if (role === "none") return undefined;
  if (role === "created") return created?.arn;
  return namedRole(scope.roles, whenKnown(roleArn, role.arn, role.path), role.path);
}

/** Without a role ECR pulls only from the same account. The account is known only during the deployment. */
function ownAccountHost(scope: Scope, { key, upstream }: EntryPlan): pulumi.Output<string> {
  return scope.ecr.apply(({ accountId }) => {
    if (upstream.ecr?.accountId === accountId) return upstream.host;
    return refuse({
      path: ["registries", key, "createRole"],
      message: "ECR needs a role, because the upstream is in another account: remove createRole or give roleArn",
    });
  });
}
