import { ListPullTimeUpdateExclusionsCommand } from "@aws-sdk/client-ecr";
import type { Cache, DeclaredSettings } from "../caches/model";
import { attempt } from "./attempt";
import { isSamePolicy } from "./compare";
import { compareRole } from "./declared-role";
import { type Finding, found, NOTHING, type Outcome, together, unchecked } from "./finding";
import { awsCommand, UP_AND_REFRESH } from "./fix";
import type { RegionFacts } from "./region";

/** Whether the Region's registry policy is the one that the stack declares, if it declares one. */
export async function checkDeclaredPolicy({ declared }: Cache, { registryPolicy }: RegionFacts): Promise<Outcome> {
  const wanted = declared?.stack?.settings.registryPolicy;
  if (wanted === undefined || isSamePolicy(wanted, await registryPolicy())) return NOTHING;
  return found({
    ...({ check: "permissions", code: "registry-policy-differs" } as const),
    problem: "the Region's registry policy differs from the stack's",
    fix: { pulumi: UP_AND_REFRESH },
  });
}

/** Whether what the stack declares beside its caches is there: account settings, exclusions, and roles of no cache. */
export async function checkDeclaredRest({ declared }: Cache, facts: RegionFacts): Promise<Outcome> {
  if (!declared?.stack) return NOTHING;
  const { settings, roles } = declared.stack;
  const users = [declared.rule.customRoleArn, declared.template?.customRoleArn];
  const others = roles.filter(({ own }) => own === undefined || !users.includes(own.arn));
  const outcomes = await Promise.all([
    attempt("stack", () => compareExclusions(settings, facts)),
    attempt("stack", () => compareSettings(settings, facts)),
    ...others.map((role) => attempt("stack", () => compareRole("stack", role, facts))),
  ]);
  const hidden = settings.hidden.map((name) => `stack: it keeps ${name} encrypted`);
  return together(...outcomes, unchecked(...hidden));
}

async function compareExclusions({ exclusions }: DeclaredSettings, facts: RegionFacts): Promise<Outcome> {
  if (exclusions.length === 0) return NOTHING;
  const { region } = facts;
  const there = await facts.shared("exclusions", () => listExclusions(facts));
  const missing = exclusions.filter((arn) => !there.includes(arn));
  const others = there.filter((arn) => !exclusions.includes(arn));
  const finding = (problem: string, fix: string): Finding => ({
    ...({ check: "stack", code: "exclusions-differ" } as const),
    ...{ problem, fix: { pulumi: fix } },
  });
  const removal = others.map((arn) =>
    awsCommand("ecr deregister-pull-time-update-exclusion", { region, "principal-arn": arn }),
  );
  const extra = finding(
    `pull time exclusions of the Region that the stack does not declare: ${others.join(", ")}`,
    `if nobody else declares them, run: ${removal.join(" && ")}`,
  );
  return together(
    missing.length === 0
      ? NOTHING
      : found(finding(`pull time exclusions that are gone: ${missing.join(", ")}`, UP_AND_REFRESH)),
    others.length === 0 ? NOTHING : found({ ...extra, isAdvice: true }),
  );
}

async function listExclusions({ ecr }: RegionFacts): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ecr.send(new ListPullTimeUpdateExclusionsCommand({ nextToken }));
    found.push(...(page.pullTimeUpdateExclusions ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return found;
}

async function compareSettings({ settings }: DeclaredSettings, { setting }: RegionFacts): Promise<Outcome> {
  const names = Object.keys(settings).filter((name) => settings[name] !== "");
  const values = await Promise.all(names.map((name) => setting(name)));
  const differing = names.filter((name, index) => values[index] !== settings[name]);
  if (differing.length === 0) return NOTHING;
  return found({
    ...({ check: "stack", code: "setting-differs" } as const),
    problem: `account settings of the Region differ from the stack's: ${differing.join(", ")}`,
    fix: { pulumi: UP_AND_REFRESH },
  });
}
