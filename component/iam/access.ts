import { policyJson, type Statement } from "./document";
import { type CacheNames, type Ecr, repositoryArns } from "./ecr";
import { IMPORT_ACTION, pullPermissions, REPOSITORY_ACTIONS } from "./puller";

/** Access whose values are known. */
export interface KnownAccess {
  readonly accounts?: readonly string[];
  readonly roleArns?: readonly string[];
  readonly organizationId?: string;
  readonly lambda?: boolean;
}

/**
 * The repository policy of cached repositories for those who have access, or undefined if nobody has. Source of the
 * Lambda statement: AWS Lambda developer guide, "Amazon ECR permissions".
 */
export function repositoryPolicy(ecr: Ecr, access: KnownAccess): string | undefined {
  const statements: Statement[] = principalsOf(ecr, access).map(({ suffix, ...who }) => ({
    Sid: `PullThroughCache${suffix}`,
    Effect: "Allow",
    ...who,
    Action: REPOSITORY_ACTIONS,
  }));
  if (access.lambda) {
    const accounts = [ecr.accountId, ...(access.accounts ?? [])];
    statements.push({
      Sid: "PullThroughCacheLambda",
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Condition: {
        StringLike: {
          "aws:sourceArn": accounts.map((account) => `arn:${ecr.partition}:lambda:*:${account}:function:*`),
        },
      },
    });
  }
  return statements.length > 0 ? policyJson(statements) : undefined;
}

/**
 * The statements of the registry policy that let others make first pulls: import images, create repositories and read
 * what was imported. A repository policy cannot grant this for a repository that does not exist yet. Sources: Amazon
 * ECR user guide, "IAM permissions required to sync an upstream registry with an Amazon ECR private registry"; users
 * found that reading is needed too (aws/containers-roadmap#939 and #2053).
 */
export function registryStatements(
  ecr: Ecr,
  grants: readonly { readonly access: KnownAccess; readonly caches: readonly CacheNames[] }[],
  mark: string,
): Statement[] {
  return grants.flatMap(({ access, caches }, index) =>
    principalsOf(ecr, access).flatMap(({ suffix, ...who }) =>
      pullPermissions(ecr, caches, true).map(({ part, ...what }) => ({
        Sid: `${mark}${index + 1}${suffix}${part}`,
        Effect: "Allow" as const,
        ...who,
        ...what,
      })),
    ),
  );
}

/**
 * What a registry policy holds if nobody has access any more, because ECR stores no empty policy. It gives nobody
 * anything: IAM policies of the account decide what its users may do.
 */
export function statementForNobody(ecr: Ecr, mark: string, prefixes: readonly string[]): Statement {
  return {
    Sid: `${mark}Nobody`,
    Effect: "Allow",
    Principal: { AWS: `arn:${ecr.partition}:iam::${ecr.accountId}:root` },
    Action: IMPORT_ACTION,
    Resource: repositoryArns(ecr, prefixes),
  };
}

/** Those who have access, as parts of statements: named principals, and the organization. */
function principalsOf(ecr: Ecr, { accounts = [], roleArns = [], organizationId }: KnownAccess) {
  const named = [...accounts.map((account) => `arn:${ecr.partition}:iam::${account}:root`), ...roleArns];
  const everyone: NonNullable<Statement["Principal"]> = "*";
  return [
    ...(named.length > 0 ? [{ suffix: "Principals", Principal: { AWS: named } }] : []),
    ...(organizationId
      ? [
          {
            suffix: "Organization",
            Principal: everyone,
            Condition: { StringEquals: { "aws:PrincipalOrgID": organizationId } },
          },
        ]
      : []),
  ];
}
