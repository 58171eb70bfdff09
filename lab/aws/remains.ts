import {
  DeletePullThroughCacheRuleCommand,
  DeleteRepositoryCreationTemplateCommand,
  paginateDescribePullThroughCacheRules,
  paginateDescribeRepositoryCreationTemplates,
} from "@aws-sdk/client-ecr";
import {
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  ListRolePoliciesCommand,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import { DeleteSecretCommand, paginateListSecrets } from "@aws-sdk/client-secrets-manager";
import { type Cloud, GONE } from "./sandbox";

/** Names of what starts with the prefix of a run. */
export interface Remains {
  readonly rules: readonly string[];
  readonly templates: readonly string[];
  readonly secrets: readonly string[];
  readonly secretsScheduledForDeletion: readonly string[];
  readonly roles: readonly string[];
}

export async function findRemains({ ecr, secrets, iam }: Cloud, prefix: string): Promise<Remains> {
  const own = (name = "") => name.startsWith(prefix);
  const rules: string[] = [];
  for await (const { pullThroughCacheRules = [] } of paginateDescribePullThroughCacheRules({ client: ecr }, {})) {
    rules.push(...pullThroughCacheRules.map((rule) => rule.ecrRepositoryPrefix ?? "").filter(own));
  }
  const templates: string[] = [];
  for await (const page of paginateDescribeRepositoryCreationTemplates({ client: ecr }, {})) {
    templates.push(...(page.repositoryCreationTemplates ?? []).map((template) => template.prefix ?? "").filter(own));
  }
  const found: { readonly name: string; readonly scheduled: boolean }[] = [];
  const named = { Key: "name" as const, Values: [`ecr-pullthroughcache/${prefix}`] };
  const query = { IncludePlannedDeletion: true, Filters: [named] };
  for await (const { SecretList = [] } of paginateListSecrets({ client: secrets }, query)) {
    found.push(
      ...SecretList.map(({ Name = "", DeletedDate }) => ({ name: Name, scheduled: DeletedDate !== undefined })),
    );
  }
  const roles: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, {})) {
    roles.push(...Roles.map(({ RoleName = "" }) => RoleName).filter(own));
  }
  return {
    rules: rules.sort(),
    templates: templates.sort(),
    secrets: found.flatMap(({ name, scheduled }) => (scheduled ? [] : [name])).sort(),
    secretsScheduledForDeletion: found.flatMap(({ name, scheduled }) => (scheduled ? [name] : [])).sort(),
    roles: roles.sort(),
  };
}

export interface Removal {
  readonly removed: readonly string[];
  /** What could not be removed, with the reason. */
  readonly left: readonly string[];
}

/** Removes what starts with a prefix, secrets without a recovery window. */
export async function removeRemains(cloud: Cloud, prefix: string): Promise<Removal> {
  const { ecr, secrets } = cloud;
  const found = await findRemains(cloud, prefix);
  const removed: string[] = [];
  const left: string[] = [];
  const remove = async (kind: string, names: readonly string[], run: (name: string) => Promise<unknown>) => {
    for (const name of names) {
      try {
        await run(name);
        removed.push(`${kind} ${name}`);
      } catch (error) {
        const { name: exception, message } = error as Error;
        if (!GONE.test(exception)) left.push(`${kind} ${name}: ${exception}: ${message}`);
      }
    }
  };
  await remove("rule", found.rules, (ecrRepositoryPrefix) =>
    ecr.send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix })),
  );
  await remove("template", found.templates, (name) =>
    ecr.send(new DeleteRepositoryCreationTemplateCommand({ prefix: name })),
  );
  await remove("secret", [...found.secrets, ...found.secretsScheduledForDeletion], (SecretId) =>
    secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
  );
  await remove("role", found.roles, (RoleName) => deleteRole(cloud, RoleName));
  return { removed, left };
}

/** Deletes a role with its inline policies. */
export async function deleteRole({ iam }: Pick<Cloud, "iam">, RoleName: string): Promise<void> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames) await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}
