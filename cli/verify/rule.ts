import { type PullThroughCacheRule, ValidatePullThroughCacheRuleCommand } from "@aws-sdk/client-ecr";
import { type Cache, nameUnder } from "../caches/model";
import { comparison } from "./compare";
import { type Code, type Finding, found, NOTHING, type Outcome, together } from "./finding";
import { awsCommand, createAgain, UP_AND_REFRESH } from "./fix";
import { type RegionFacts, repositoryArn } from "./region";
import { checkServiceRole } from "./role";

/** Whether the rule exists and matches its declaration. */
export function checkRule(cache: Cache, rule: PullThroughCacheRule | undefined): Outcome {
  const { prefix, region, declared } = cache;
  if (!rule) {
    const problem = `there is no pull through cache rule "${prefix}" in ${region}`;
    return found({ ...finding("rule-missing", problem), fix: { pulumi: createAgain(cache) } });
  }
  if (!declared) return NOTHING;
  const { rule: wanted, stack } = declared;
  const differs = (["upstreamRegistryUrl", "credentialArn", "customRoleArn"] as const).filter(
    (field) => (stack || wanted[field] !== undefined) && wanted[field] !== rule[field],
  );
  // AWS may return ROOT if nothing was given.
  const isOther = (wanted.upstreamRepositoryPrefix ?? "ROOT") !== (rule.upstreamRepositoryPrefix ?? "ROOT");
  const fields = [...differs, ...(isOther ? ["upstreamRepositoryPrefix"] : [])];
  return comparison("rule", fields, stack?.hidden ?? [], (names) =>
    finding("rule-differs", `the rule differs from its declaration: ${names}`),
  );
}

/** Source: Amazon ECR user guide, "IAM policies required for cross-account ECR to ECR pull through cache". */
const UPSTREAM_ACTIONS = [
  "ecr:BatchGetImage",
  "ecr:BatchImportUpstreamImage",
  "ecr:GetDownloadUrlForLayer",
  "ecr:GetImageCopyStatus",
];
const CACHE_ACTIONS = ["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"];

/** Whether ECR can reach the upstream and log in there. ECR itself tries it. */
export async function checkUpstream(cache: Cache, rule: PullThroughCacheRule, facts: RegionFacts): Promise<Outcome> {
  const { prefix, upstream } = cache;
  const validate = new ValidatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: rule.ecrRepositoryPrefix });
  const [{ isValid, failure }, role] = await Promise.all([
    facts.ecr.send(validate),
    checkUpstreamRole(cache, rule, facts),
  ]);
  if (isValid) return role;
  const problem = `ECR cannot pull from ${upstream}: ${failure ?? "no reason given"}`;
  const [cause, ...others] = role.findings;
  // One cause has one finding, and one fix.
  if (cause) return { ...role, findings: [{ ...cause, problem: `${cause.problem}; ${problem}` }, ...others] };
  const again = awsCommand("ecr validate-pull-through-cache-rule", {
    region: facts.region,
    "ecr-repository-prefix": prefix,
  });
  const fix = upstreamFix(rule, facts) ?? `if ${upstream} is down, wait, and try again: ${again}`;
  return together(found({ check: "upstream", code: "upstream-fails", problem, fix: { pulumi: fix } }), role);
}

function upstreamFix(rule: PullThroughCacheRule, { account }: RegionFacts): string | undefined {
  const [, owner, region] = ECR_HOST.exec(rule.upstreamRegistryUrl ?? "") ?? [];
  if (owner === undefined || owner === account) return undefined;
  const statement = {
    Sid: "PullThroughCache",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: UPSTREAM_ACTIONS,
    Resource: upstreamArn(owner, region, rule),
  };
  return `account ${owner} must have this statement in its registry policy in ${region}: ${JSON.stringify(statement)}`;
}

const ECR_HOST = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./;

function upstreamArn(owner = "", region = "", { upstreamRepositoryPrefix = "ROOT" }: PullThroughCacheRule): string {
  return `arn:aws:ecr:${region}:${owner}:repository/${nameUnder(upstreamRepositoryPrefix, "*")}`;
}

async function checkUpstreamRole(cache: Cache, rule: PullThroughCacheRule, facts: RegionFacts): Promise<Outcome> {
  const [, owner, region] = ECR_HOST.exec(rule.upstreamRegistryUrl ?? "") ?? [];
  if (!rule.customRoleArn) return NOTHING;
  const context = { "aws:RequestedRegion": facts.region };
  const role = {
    ...({ check: "upstream", what: "the rule's role" } as const),
    ...{ arn: rule.customRoleArn, service: "pullthroughcache.ecr.amazonaws.com" },
    needs: [
      { actions: ["ecr:GetAuthorizationToken"], resources: ["*"], context },
      { actions: CACHE_ACTIONS, resources: [repositoryArn(facts, nameUnder(cache.prefix, "*"))], context },
      { actions: UPSTREAM_ACTIONS, resources: [upstreamArn(owner, region, rule)], context },
    ],
  };
  return checkServiceRole(role, cache, facts);
}

function finding(code: Code, problem: string): Finding {
  return { check: "rule", code, problem, fix: { pulumi: UP_AND_REFRESH } };
}
