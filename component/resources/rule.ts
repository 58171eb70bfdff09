import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CachePlan, EntryPlan } from "../plan/model";
import { refuse } from "../problems/error";
import { credentialArn as credentialArnSchema, roleArn } from "../schema/aws";
import { resourceOptions } from "./options";
import type { ServiceRole } from "./roles";
import { afterCheck, type Scope } from "./scope";
import type { CacheSecret } from "./secret";
import { whenKnown } from "./when-known";

/** Creates the pull through cache rule, after everything that its first pull needs. */
export function createRule(
  scope: Scope,
  cache: CachePlan,
  region: string | undefined,
  needs: {
    readonly secret?: CacheSecret;
    readonly role?: ServiceRole;
    readonly template: aws.ecr.RepositoryCreationTemplate;
  },
): aws.ecr.PullThroughCacheRule {
  const { key, prefix, role, upstream, upstreamRepositoryPrefix } = cache.entry;
  const existing =
    cache.credentialArn && whenKnown(credentialArnSchema, cache.credentialArn, ["registries", key, "credentialArn"]);
  return new aws.ecr.PullThroughCacheRule(
    `${scope.name}-${cache.id}`,
    {
      ecrRepositoryPrefix: afterCheck(scope, prefix),
      upstreamRegistryUrl: role === "none" && upstream.ecr ? ownAccountHost(scope, cache.entry) : upstream.host,
      upstreamRepositoryPrefix,
      credentialArn: needs.secret?.arn ?? existing,
      customRoleArn: customRole(role, needs.role, key),
      region,
    },
    {
      ...resourceOptions(scope, cache),
      // The prefix is unique in a Region: a successor cannot be created beside the one it replaces.
      deleteBeforeReplace: true,
      // ECR cannot take a role away from a rule: the provider's update would fail or change nothing.
      replaceOnChanges: ["customRoleArn"],
      dependsOn: [
        needs.template,
        ...(needs.secret ? [needs.secret.version] : []),
        ...(needs.role ? [needs.role.policy] : []),
      ],
    },
  );
}

function customRole(role: EntryPlan["role"], created: ServiceRole | undefined, key: string) {
  if (role === "none") return undefined;
  return role === "created" ? created?.arn : whenKnown(roleArn, role, ["registries", key, "roleArn"]);
}

/** Without a role ECR pulls only from the own account, which is known only now. */
function ownAccountHost(scope: Scope, { key, upstream }: EntryPlan): pulumi.Output<string> {
  return scope.ecr.apply(({ accountId }) => {
    if (upstream.ecr?.accountId === accountId) return upstream.host;
    return refuse({
      path: ["registries", key, "createRole"],
      message: "the upstream is in another account, for which ECR needs a role: remove createRole or give roleArn",
    });
  });
}
