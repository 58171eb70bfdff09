import { policyJson, type Statement } from "./document";
import { type Ecr, repositoriesUnder, repositoryArns } from "./ecr";
import { trust } from "./template-role";

/**
 * The role that ECR assumes to pull from another ECR registry. Source: Amazon ECR user guide, "IAM policies required for
 * cross-account ECR to ECR pull through cache".
 */
export const UPSTREAM_ROLE_TRUST = trust("pullthroughcache.ecr.amazonaws.com");

/** An upstream ECR registry: its account, Region and repository prefix. */
export interface EcrUpstream {
  readonly accountId: string;
  readonly region: string;
  readonly prefix: string;
}

const READ_ACTIONS = [
  "ecr:BatchGetImage",
  "ecr:BatchImportUpstreamImage",
  "ecr:GetDownloadUrlForLayer",
  "ecr:GetImageCopyStatus",
];
const WRITE_ACTIONS = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];

/** The role's permissions: read the upstream repositories and fill the cached ones. */
export function upstreamRolePolicy(
  ecr: Ecr,
  role: { readonly prefixes: readonly string[]; readonly upstreams: readonly EcrUpstream[] },
): string {
  return policyJson([
    { Sid: "LogIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "PullThroughCache",
      Effect: "Allow",
      Action: [...READ_ACTIONS, ...WRITE_ACTIONS],
      Resource: [
        ...repositoryArns(ecr, role.prefixes),
        ...role.upstreams.map(
          ({ accountId, region, prefix }) =>
            `arn:${ecr.partition}:ecr:${region}:${accountId}:repository/${repositoriesUnder(prefix)}`,
        ),
      ],
    },
  ]);
}

/** The statement that lets this account pull. The owner of the ECR upstream adds it to the registry policy there. */
export function upstreamStatement(ecr: Ecr, upstream: EcrUpstream): Statement {
  return {
    Sid: "PullThroughCache",
    Effect: "Allow",
    Principal: { AWS: `arn:${ecr.partition}:iam::${ecr.accountId}:root` },
    Action: READ_ACTIONS,
    Resource: `arn:${ecr.partition}:ecr:${upstream.region}:${upstream.accountId}:repository/${repositoriesUnder(upstream.prefix)}`,
  };
}
