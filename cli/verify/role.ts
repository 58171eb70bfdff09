import { createHash } from "node:crypto";
import type { Cache } from "../caches/model";
import { attempt } from "./attempt";
import { compareRole } from "./declared-role";
import { type Check, type Code, found, NOTHING, type Outcome, together, unchecked } from "./finding";
import { awsCommand, type Fix, policyOf, UP_AND_REFRESH } from "./fix";
import { judge, statementsOf } from "./iam/policy";
import { type Denial, type Question, simulate } from "./iam/simulate";
import type { RegionFacts } from "./region";

/** A role that ECR assumes, and what ECR does with it. */
export interface ServiceRole {
  readonly check: Check;
  /** For people, such as "the template's role". */
  readonly what: string;
  readonly arn: string;
  readonly service: string;
  readonly needs: readonly Question[];
}

const CONSEQUENCE = "first pulls fail as not found";

/** Whether ECR can assume a role of the account, may do with it what it does, and whether it is as the stack declares it. */
export async function checkServiceRole(role: ServiceRole, { declared }: Cache, facts: RegionFacts): Promise<Outcome> {
  const { check, arn } = role;
  const trust = await attempt(check, () => checkTrust(role, facts));
  if (trust.findings.some(({ code }) => code === "role-missing")) return trust;
  const both = together(trust, await attempt(check, () => checkNeeds(role, facts)));
  const wanted = declared?.stack?.roles.find(({ own }) => own?.arn === arn);
  // One cause has one finding.
  const isCompared = wanted !== undefined && both.findings.length + trust.unchecked.length === 0;
  return isCompared ? together(both, await attempt(check, () => compareRole(check, wanted, facts))) : both;
}

async function checkTrust(role: ServiceRole, facts: RegionFacts): Promise<Outcome> {
  const { check, what, arn, service } = role;
  const existing = await facts.role(arn);
  if (existing === undefined) {
    const fix = { pulumi: UP_AND_REFRESH, aws: createRole(role) };
    return found({ check, code: "role-missing", problem: `${what} does not exist: ${CONSEQUENCE}`, fix });
  }
  const trust = decodeURIComponent(existing.AssumeRolePolicyDocument ?? "");
  const verdict = judge([trust], { action: "sts:AssumeRole", principal: { service }, values: {} });
  if (verdict === "allow") return NOTHING;
  if (typeof verdict === "object") {
    const condition = `a condition of ${verdict.keys.join(", ")}, which only a pull can show`;
    return unchecked(`${check}: ${what} trusts ${service} under ${condition}`);
  }
  const kept = verdict === "deny" ? [] : statementsOf(trust);
  const aws = awsCommand("iam update-assume-role-policy", {
    "role-name": nameOf(arn),
    "policy-document": policyOf(...kept, trustStatement(service)),
  });
  const problem = `${what} does not let ${service} assume it: ${CONSEQUENCE}`;
  return found({ check, code: "role-trust", problem, fix: { pulumi: UP_AND_REFRESH, aws } });
}

async function checkNeeds({ check, what, arn, needs }: ServiceRole, { iam }: RegionFacts): Promise<Outcome> {
  const denials = (await Promise.all(needs.map((need) => simulate(iam, arn, need)))).flat();
  return denied(check, "role-denied", what, denials, { pulumi: UP_AND_REFRESH, aws: allowRole(arn, needs) });
}

/** The finding about what a role may not do. What depends on unknown conditions is not checked. */
export function denied(check: Check, code: Code, who: string, denials: readonly Denial[], fix: Fix): Outcome {
  const certain = denials.filter(({ unknown }) => unknown.length === 0);
  const open = denials.filter(({ unknown }) => unknown.length > 0);
  const keys = [...new Set(open.flatMap(({ unknown }) => unknown))].join(", ");
  const reasons = [...new Set(certain.map(({ by }) => by))];
  const limits = reasons.filter((by) => by !== "nothing allows it");
  const advice = "change the policy that forbids it: a further permission does not help";
  return {
    findings:
      certain.length === 0
        ? []
        : [
            {
              ...{ check, code },
              problem: `${who} may not ${actionsOf(certain)}: ${limits.length > 0 ? reasonFor(limits) : reasons[0]}`,
              fix: limits.length > 0 ? { pulumi: advice } : fix,
            },
          ],
    unchecked:
      open.length === 0
        ? []
        : [`${check}: whether ${who} may ${actionsOf(open)} depends on ${keys}, which only a pull can show`],
  };
}

function reasonFor(limits: readonly Denial["by"][]): string {
  return limits.map((by) => (by === "a policy denies it" ? by : `${by} does not allow it`)).join(", and ");
}

export function actionsOf(denials: readonly { readonly action: string }[]): string {
  return [...new Set(denials.map(({ action }) => action))].join(", ");
}

/** Commands that create a role with a trust policy and permissions. */
export function createRole({ arn, service, needs }: Omit<ServiceRole, "check" | "what">): string {
  const path = arn.slice(arn.indexOf(":role/") + ":role".length, arn.lastIndexOf("/") + 1);
  const create = awsCommand("iam create-role", {
    ...(path !== "/" && { path }),
    "role-name": nameOf(arn),
    "assume-role-policy-document": policyOf(trustStatement(service)),
  });
  return `${create} && ${allowRole(arn, needs)}`;
}

/** A command that gives a role permissions. What it has stays, because the name of the policy depends on its content. */
export function allowRole(arn: string, needs: readonly Pick<Question, "actions" | "resources">[]): string {
  const document = allowing(needs);
  const hash = createHash("sha256").update(JSON.stringify(document)).digest("hex").slice(0, 8);
  return awsCommand("iam put-role-policy", {
    "role-name": nameOf(arn),
    "policy-name": `pull-through-cache-${hash}`,
    "policy-document": document,
  });
}

/** A policy document that gives permissions. */
export function allowing(needs: readonly Pick<Question, "actions" | "resources">[]) {
  return policyOf(
    ...needs.map(({ actions, resources }) => ({ Effect: "Allow", Action: actions, Resource: resources })),
  );
}

function trustStatement(service: string) {
  return { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
}

export function nameOf(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}
