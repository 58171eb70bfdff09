import {
  GetRolePolicyCommand,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import { errorName } from "../aws/errors";
import type { DeclaredRole, OwnRole } from "../caches/model";
import { comparison, isSamePolicy, isSameTags } from "./compare";
import { type Check, found, type Outcome } from "./finding";
import { awsCommand, UP_AND_REFRESH } from "./fix";
import type { RegionFacts } from "./region";

/** Whether a role, or its policies that the stack has, are as the stack declares them. */
export async function compareRole(check: Check, wanted: DeclaredRole, facts: RegionFacts): Promise<Outcome> {
  const { name, own } = wanted;
  const finding = (problem: string, fix: string) => ({
    ...({ check, code: "role-differs" } as const),
    ...{ problem: `the role ${name} ${problem}`, fix: { pulumi: fix } },
  });
  const there = own && (await facts.role(own.arn));
  if (own && !there) return found(finding("does not exist", UP_AND_REFRESH));
  const { inline, attached } = await facts.ofAccount(`policies of ${name}`, () => policiesOf(wanted, facts.iam));
  const other = (there: Iterable<string>, declared: readonly string[]) =>
    own ? [...there].filter((one) => !declared.includes(one)) : [];
  const extra = {
    inline: other(inline.keys(), Object.keys(wanted.policies)),
    attached: other(attached, wanted.attached),
  };
  const differing = [
    ...(own && there ? differencesOf(own, there) : []),
    ...Object.keys(wanted.policies).filter((policy) => !isSamePolicy(wanted.policies[policy], inline.get(policy))),
    ...wanted.attached.filter((arn) => !attached.includes(arn)),
  ];
  const undeclared = [...extra.inline, ...extra.attached].map((policy) => `${policy} (not declared)`);
  const removal = [
    ...extra.inline.map((policy) => awsCommand("iam delete-role-policy", { "role-name": name, "policy-name": policy })),
    ...extra.attached.map((arn) => awsCommand("iam detach-role-policy", { "role-name": name, "policy-arn": arn })),
  ];
  const fix = [
    ...(differing.length > 0 ? [UP_AND_REFRESH] : []),
    ...(removal.length > 0 ? [`run: ${removal.join(" && ")}`] : []),
  ].join(", then ");
  return comparison(check, [...differing, ...undeclared], wanted.hidden, (names) =>
    finding(`differs from the stack's: ${names}`, fix),
  );
}

type Role = NonNullable<Awaited<ReturnType<RegionFacts["role"]>>>;

function differencesOf({ trust, boundary, tags }: OwnRole, there: Role): string[] {
  const isTrusting = isSamePolicy(trust, decodeURIComponent(there.AssumeRolePolicyDocument ?? ""));
  return [
    ...(isTrusting ? [] : ["assumeRolePolicy"]),
    ...(there.PermissionsBoundary?.PermissionsBoundaryArn === boundary ? [] : ["permissionsBoundary"]),
    ...(isSameTags(there.Tags ?? [], tags) ? [] : ["tags"]),
  ];
}

/** The policies of a role. Of somebody else's role only those that the stack declares. */
async function policiesOf({ name: RoleName, own, policies, attached: wanted }: DeclaredRole, client: IAMClient) {
  const names = new Set(Object.keys(policies));
  const attached: string[] = [];
  if (own)
    for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName }))
      for (const one of PolicyNames) names.add(one);
  if (own || wanted.length > 0)
    for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { RoleName }))
      attached.push(...AttachedPolicies.map(({ PolicyArn = "" }) => PolicyArn));
  const documents = await Promise.all(
    [...names].map(async (one) => [one, await documentOf(client, RoleName, one)] as const),
  );
  return { inline: new Map(documents), attached };
}

async function documentOf(client: IAMClient, RoleName: string, PolicyName: string): Promise<string | undefined> {
  try {
    const { PolicyDocument = "" } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return decodeURIComponent(PolicyDocument);
  } catch (error) {
    if (errorName(error).startsWith("NoSuchEntity")) return undefined;
    throw error;
  }
}
