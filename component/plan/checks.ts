import type { Issue } from "../problems/issue";
import { nearest } from "../problems/nearest";
import { formatPath, shown } from "../problems/print";
import type { CredentialSources } from "./credentials";
import type { EntryPlan, Plan } from "./model";

/** Checks across several arguments. */

/** Source: Amazon ECR service quotas, "Pull through cache rules per registry", per Region, not adjustable. */
export const MAX_RULES = 50;

/** Compares Regions with `known`, the AWS provider's list, if it is given. */
export function regionIssues(regions: readonly string[], known: readonly string[] | undefined): Issue[] {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  for (const [index, region] of regions.entries()) {
    if (known && !known.includes(region)) {
      const meant = nearest(region, known);
      const hint = meant
        ? `: did you mean ${meant}? If it is new, update the package`
        : ": if it is new, update the package";
      issues.push({ path: ["regions", index], message: `@pulumi/aws knows no Region ${region}${hint}` });
    }
    if (seen.has(region)) issues.push({ path: ["regions", index], message: `${region} is listed twice` });
    seen.add(region);
  }
  return issues;
}

/** Images can be rewritten only to a Region of the cache. Without `regions` that Region is not known yet. */
export function rewriteIssues(region: string | undefined, regions: readonly string[]): Issue[] {
  if (region === undefined || regions.length === 0 || regions.includes(region)) return [];
  return [{ path: ["rewriteImages", "region"], message: `the cache is in ${regions.join(", ")}` }];
}

export function collectionIssues(count: number, entries: readonly EntryPlan[]): Issue[] {
  const issues: Issue[] = [];
  if (count === 0) issues.push({ path: ["registries"], message: "needs at least one registry: write { quay: {} }" });
  if (count > MAX_RULES) {
    issues.push({
      path: ["registries"],
      message: `${count} registries; ECR allows ${MAX_RULES} pull through cache rules per Region, and AWS does not raise the limit`,
    });
  }
  const owners = new Map<string, string>();
  for (const { key, prefix } of entries) {
    const owner = owners.get(prefix);
    if (owner !== undefined) {
      issues.push({
        path: ["registries", key],
        message: `has the same prefix as ${formatPath(["registries", owner])}, ${shown(prefix)} (a slash at the end makes no difference): give each its own "prefix"`,
      });
    }
    owners.set(prefix, owner ?? key);
  }
  return issues;
}

export function unknownCredentialIssues(keys: readonly string[], credentials: CredentialSources): Issue[] {
  const known = new Set(keys);
  return (credentials.given ?? [])
    .filter((key) => !known.has(key))
    .map((key, index) => {
      const meant = index < MAX_RULES ? nearest(key, keys.slice(0, MAX_RULES)) : undefined;
      const hint = meant ? `; did you mean ${shown(meant)}?` : "";
      return { path: ["credentials", key], message: `is not an entry of registries${hint}` };
    });
}

/** A policy that lets nobody in is written, because it takes away what it gave before. */
export function registryPolicyWarnings({ registryPolicy, grants }: Plan): Issue[] {
  if (!registryPolicy || registryPolicy.statements?.length) return [];
  const isGiven = grants.some(
    ({ access }) => access.accounts?.length || access.roleArns?.length || access.organizationId,
  );
  if (isGiven) return [];
  const message = "lets nobody in: give statements, or give accounts, roles or an organization access to a registry";
  return [{ path: ["registryPolicy"], message }];
}

/** IAM ignores the case of a role's tag keys, unlike the services of the other resources. */
export function roleTagIssues({ tags, templateRole, upstreamRole, alerts }: Plan): Issue[] {
  if (!templateRole && !upstreamRole && !alerts?.reminders.length) return [];
  const seen = new Map<string, string>();
  return Object.keys(tags).flatMap((key) => {
    const same = seen.get(key.toLowerCase());
    seen.set(key.toLowerCase(), key);
    if (same === undefined) return [];
    return [
      {
        path: ["tags", key],
        message: `differs from ${shown(same)} only in case, which IAM does not allow for the tags of a role`,
      },
    ];
  });
}
