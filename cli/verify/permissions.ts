import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { type EvaluationResult, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { errorName, isDenied } from "../aws/errors";
import { type Cache, nameUnder } from "../caches/model";
import { findTargets } from "../warm/targets";
import type { Finding } from "./finding";
import type { RegionFacts } from "./region";

/**
 * The actions of a pull, and those that a first pull needs too. Source: Amazon ECR user guide, "IAM permissions required to
 * sync an upstream registry".
 */
const PULL_ACTIONS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"];
const FIRST_PULL_ACTIONS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/** Whether a role's own policies let it pull through the cache, according to IAM's simulator. */
export async function checkSimulated(
  cache: Cache,
  role: string,
  facts: RegionFacts,
  unchecked: string[],
): Promise<Finding[]> {
  const partition = role.split(":")[1] ?? "aws";
  const repository = (image: string) =>
    `arn:${partition}:ecr:${cache.region}:${facts.account}:repository/${nameUnder(cache.prefix, image)}`;
  const simulate = async (ActionNames: string[], ...ResourceArns: string[]): Promise<EvaluationResult[]> => {
    const input = { PolicySourceArn: role, ActionNames, ResourceArns };
    return (await facts.iam.send(new SimulatePrincipalPolicyCommand(input))).EvaluationResults ?? [];
  };
  try {
    const results = [
      ...(await simulate(["ecr:GetAuthorizationToken"], "*")),
      ...(await simulate(PULL_ACTIONS, repository("*"))),
      ...(await simulate(FIRST_PULL_ACTIONS, ...(cache.repositories ?? ["*"]).map(repository))),
    ];
    const denied = new Set(
      results.filter(({ EvalDecision }) => EvalDecision !== "allowed").map(({ EvalActionName = "" }) => EvalActionName),
    );
    if (denied.size === 0) return [];
    return [
      finding(
        `${roleName(role)} may not ${[...denied].join(", ")} (by its own policies)`,
        "use `grantPull(role)` of the component, or attach the document in the output pullPolicyJson",
      ),
    ];
  } catch (error) {
    if (errorName(error).startsWith("NoSuchEntity"))
      return [finding(`${roleName(role)} does not exist`, "check the ARN after --as")];
    if (!isDenied(error)) throw error;
    unchecked.push("permissions: no permission for iam:SimulatePrincipalPolicy");
    return [];
  }
}

/** Whether an image can really be pulled through the cache, with a role or as the caller. This caches the image. */
export async function checkPull(
  cache: Cache,
  image: string,
  { account, aws, region }: RegionFacts,
  role: string | undefined,
): Promise<Finding[]> {
  const [target] = findTargets([image], [cache], account).targets;
  if (!target) return [];
  const { repository: repositoryName, tag, digest } = target;
  const who = role ? roleName(role) : "the caller";
  const refused = (reason: string) => [
    finding(
      `${who} cannot pull ${repositoryName}:${tag ?? digest}: ${reason}`,
      "see docs/troubleshooting.md for this answer",
    ),
  ];
  try {
    const ecr = (role ? await aws.assume(region, role) : aws).ecr(region);
    const imageId = tag === undefined ? { imageDigest: digest } : { imageTag: tag };
    const { failures = [] } = await ecr.send(
      new BatchGetImageCommand({ registryId: account, repositoryName, imageIds: [imageId] }),
    );
    return failures.flatMap(({ failureCode, failureReason }) => refused(`${failureCode}: ${failureReason}`));
  } catch (error) {
    return refused(`${errorName(error)}: ${(error as Error).message}`);
  }
}

function roleName(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}

function finding(problem: string, fix: string): Finding {
  return { check: "permissions", code: "puller-denied", problem, fix };
}
