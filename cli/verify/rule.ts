import { type PullThroughCacheRule, ValidatePullThroughCacheRuleCommand } from "@aws-sdk/client-ecr";
import type { Cache } from "../caches/model";
import type { Code, Finding } from "./finding";
import type { RegionFacts } from "./region";

/** Whether the rule exists and matches its declaration. */
export function checkRule({ prefix, declared }: Cache, rule: PullThroughCacheRule | undefined): Finding[] {
  if (!rule) {
    return [finding("rule-missing", `there is no pull through cache rule "${prefix}"`, "run `pulumi up --refresh`")];
  }
  if (!declared) return [];
  const wanted = declared.rule;
  const differs = (["upstreamRegistryUrl", "credentialArn", "customRoleArn"] as const).filter(
    (field) => wanted[field] !== undefined && wanted[field] !== rule[field],
  );
  // AWS may return ROOT if nothing was given.
  const isOther = (wanted.upstreamRepositoryPrefix ?? "ROOT") !== (rule.upstreamRepositoryPrefix ?? "ROOT");
  const fields = [...differs, ...(isOther ? ["upstreamRepositoryPrefix"] : [])];
  if (fields.length === 0) return [];
  return [
    finding("rule-differs", `the rule differs from its declaration: ${fields.join(", ")}`, "run `pulumi up --refresh`"),
  ];
}

/** Whether ECR can reach the upstream and log in there. ECR itself tries it. */
export async function checkUpstream({ prefix, upstream }: Cache, { ecr }: RegionFacts): Promise<Finding[]> {
  const { isValid, failure } = await ecr.send(new ValidatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: prefix }));
  if (isValid) return [];
  const problem = `ECR cannot pull from ${upstream}: ${failure ?? "no reason given"}`;
  return [
    {
      check: "upstream",
      code: "upstream-fails",
      problem,
      fix: "set a valid token (`pulumi config set --secret`), run `pulumi up`; or wait, if the upstream is down",
    },
  ];
}

function finding(code: Code, problem: string, fix: string): Finding {
  return { check: "rule", code, problem, fix };
}
