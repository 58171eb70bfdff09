import { errorName } from "../aws/errors";
import { type Cache, nameUnder } from "../caches/model";
import { attempt } from "./attempt";
import { type Check, type Code, type Finding, found, NOTHING, type Outcome, together, unchecked } from "./finding";
import { awsCommand, type Fix, policyOf } from "./fix";
import { judge, type Statement, statementsOf, type Verdict } from "./iam/policy";
import { type Denial, simulate } from "./iam/simulate";
import { isOldScope, type RegionFacts, repositoryArn } from "./region";
import { actionsOf, allowRole, denied, nameOf } from "./role";
import { templateOf } from "./template";

/** A role that pulls. */
export interface Puller {
  readonly role: string;
  /** The clients of the role's account. Undefined if it is another account and no profile was given. */
  readonly aws?: RegionFacts["aws"];
}

/**
 * The actions of a pull. AWS's policy AmazonEC2ContainerRegistryPullOnly has no more, so BatchCheckLayerAvailability is
 * not needed, though some pages name it.
 */
const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/** What the fixes grant besides, as the component does, because AWS's pages name it for clients. */
const GRANTED = [...PULL, "ecr:BatchCheckLayerAvailability"];

/** What a first pull needs besides. Source: Amazon ECR user guide, "IAM permissions required to sync an upstream registry". */
const IMPORT = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/** Source: Amazon ECR user guide, "Private registry permissions": the scope V1 knows these, and ecr:ReplicateImage. */
const OLD_SCOPE = IMPORT;

/** Something that a pull does. */
interface Need {
  readonly action: string;
  readonly resource: string;
  /** In a first pull there is no repository yet, so that only the registry policy counts. */
  readonly isFirst: boolean;
}

const CHECK: Check = "permissions";

/**
 * Whether a role may pull through the cache: by its own policies, the registry policy and the template's repository
 * policy. A role of another account needs permission from both sides. Within the account, one of them is enough.
 */
export async function checkPuller(cache: Cache, puller: Puller, facts: RegionFacts): Promise<Outcome> {
  const { role, aws } = puller;
  const needs = needsOf(cache, facts);
  let own: readonly Denial[] = [];
  let verdicts = new Map<Need, Verdict>();
  const reading = await Promise.all([
    attempt(CHECK, async () => {
      if (!aws) return unchecked(`${CHECK}: ${elsewhere(role)}`);
      try {
        own = await facts.shared(`puller ${role}`, () => ownDenials(role, aws.iam(facts.region), facts));
        return NOTHING;
      } catch (error) {
        if (!errorName(error).startsWith("NoSuchEntity")) throw error;
        const fix = "correct the ARN after --as, or create the role";
        return found(finding("puller-missing", `${nameOf(role)} does not exist`, { pulumi: fix }));
      }
    }),
    attempt(CHECK, async () => {
      verdicts = await registryVerdicts(cache, needs, role, facts);
      return NOTHING;
    }),
  ]);
  const isMissing = reading.some(({ findings }) => findings.length > 0);
  if (isMissing) return together(...reading);
  const of = ({ action, resource }: Need) => own.find((one) => one.action === action && one.resource === resource);
  const isOurs = accountOf(role) === facts.account;
  const login = own.filter(({ resource }) => resource === "*");
  const denials = needs.flatMap((need) => {
    const denial = of(need);
    const isGranted = isOurs && denial?.by === "nothing allows it" && verdicts.get(need) === "allow";
    return denial === undefined || isGranted ? [] : [denial];
  });
  const refused = needs.filter((need) => {
    const verdict = verdicts.get(need);
    return verdict === "deny" || (!isOurs && verdict === "silent");
  });
  const open = needs.flatMap((need) => {
    const verdict = verdicts.get(need);
    if (typeof verdict !== "object") return [];
    return verdict.mayDeny || !isOurs || of(need) !== undefined ? verdict.keys : [];
  });
  return together(
    ...reading,
    denied(CHECK, "puller-denied", nameOf(role), [...login, ...denials], grantFix(role, isOurs, facts)),
    refused.length === 0 ? NOTHING : await refusal(refused, role, verdicts, facts),
    open.length === 0 ? NOTHING : unchecked(`${CHECK}: ${conditions(open)}`),
  );
}

function needsOf({ prefix, repositories }: Cache, facts: RegionFacts): Need[] {
  const all = repositoryArn(facts, nameUnder(prefix, "*"));
  const listed = repositories?.map((one) => repositoryArn(facts, nameUnder(prefix, one))) ?? [all];
  return [
    ...PULL.map((action) => ({ action, resource: all, isFirst: false })),
    ...listed.map((resource) => ({ action: "ecr:BatchGetImage", resource, isFirst: true })),
    ...listed.flatMap((resource) => IMPORT.map((action) => ({ action, resource, isFirst: true }))),
  ];
}

/** What the policies of a role do not allow, for all caches of the Region together. */
async function ownDenials(role: string, iam: RegionFacts["iam"], facts: RegionFacts): Promise<Denial[]> {
  const context = { "aws:RequestedRegion": facts.region, "aws:ResourceAccount": facts.account };
  const needs = facts.caches.flatMap((cache) => needsOf(cache, facts));
  const ask = (actions: readonly string[]) => {
    const asked = needs.filter(({ action }) => actions.includes(action)).map(({ resource }) => resource);
    return simulate(iam, role, { actions, resources: [...new Set(asked)], context });
  };
  const login = { actions: ["ecr:GetAuthorizationToken"], resources: ["*"], context };
  return (await Promise.all([simulate(iam, role, login), ask(PULL), ask(IMPORT)])).flat();
}

/** What the registry policy and the template's repository policy say about each need. */
async function registryVerdicts(cache: Cache, needs: readonly Need[], role: string, facts: RegionFacts) {
  const { account, region } = facts;
  const registry = await facts.registryPolicy();
  const isOld = registry !== undefined && (await isOldScope(facts));
  const { repositoryPolicy } = templateOf(cache, await facts.templates()) ?? {};
  const values = {
    "aws:principalarn": role,
    "aws:principalaccount": accountOf(role),
    "aws:requestedregion": region,
    "aws:resourceaccount": account,
    "aws:securetransport": "true",
    "aws:principalisawsservice": "false",
  };
  const principal = { role, account: accountOf(role) };
  return new Map(
    needs.map((need): [Need, Verdict] => {
      const documents = [
        isOld && !OLD_SCOPE.includes(need.action) ? undefined : registry,
        need.isFirst ? undefined : repositoryPolicy,
      ];
      return [need, judge(documents, { ...need, principal, values })];
    }),
  );
}

/** The finding about the half that is in this account, with a fix for all caches of the Region. */
async function refusal(
  refused: readonly Need[],
  role: string,
  verdicts: ReadonlyMap<Need, Verdict>,
  facts: RegionFacts,
): Promise<Outcome> {
  const { region, caches } = facts;
  const denying = refused.filter((need) => verdicts.get(need) === "deny");
  if (denying.length > 0) {
    const problem = `the registry policy, or the template's repository policy, denies ${actionsOf(denying)} to ${nameOf(role)}`;
    const narrow = "narrow the statement that denies it: a further permission does not help";
    return found(finding("registry-denies", problem, { pulumi: narrow }));
  }
  const when = refused.every(({ isFirst }) => isFirst) ? "first pulls" : "pulls";
  const needs = caches.flatMap((cache) => needsOf(cache, facts));
  const existing = statementsOf(await facts.registryPolicy());
  const statementOf = (name: string, actions: readonly string[]) => ({
    ...{ Sid: unusedSid(name, existing), Effect: "Allow", Principal: { AWS: role } },
    ...{ Action: actions, Resource: resourcesFor(actions, needs) },
  });
  const added = [statementOf("PullThroughCachePull", GRANTED), statementOf("PullThroughCacheImport", IMPORT)];
  const put = awsCommand("ecr put-registry-policy", { region, "policy-text": policyOf(...existing, ...added) });
  const pulumi = `set \`access\` for ${role}, and \`registryPolicy: {}\`, run \`pulumi up\``;
  if (await isOldScope(facts)) {
    const widen = awsCommand("ecr put-account-setting", { region, name: "REGISTRY_POLICY_SCOPE", value: "V2" });
    const problem = `the registry policy has its old scope V1, which does not know all actions of a pull: ${nameOf(role)} of account ${accountOf(role)} may not ${actionsOf(refused)} in ${when}`;
    return found(
      finding("registry-scope", problem, { pulumi: `run \`${widen}\`, ${pulumi}`, aws: `${widen} && ${put}` }),
    );
  }
  const problem = `this registry does not let ${nameOf(role)} of account ${accountOf(role)} ${actionsOf(refused)} in ${when}`;
  return found(finding("puller-denied", problem, { pulumi, aws: put }));
}

function unusedSid(name: string, statements: readonly Statement[]): string {
  const isUsed = (sid: string) => statements.some(({ Sid }) => Sid === sid);
  for (let number = 1; ; number++) if (!isUsed(`${name}${number}`)) return `${name}${number}`;
}

function resourcesFor(actions: readonly string[], needs: readonly Need[]): string[] {
  return [...new Set(needs.filter(({ action }) => actions.includes(action)).map(({ resource }) => resource))];
}

export function grantFix(role: string, isOurs: boolean, facts: RegionFacts): Fix {
  const where = isOurs ? "" : `in account ${accountOf(role)}, `;
  const aws = allowRole(role, pullPermissions(facts));
  return {
    pulumi: isOurs
      ? "use `grantPull(role)` of the component, or attach its output `pullPolicyJson`, run `pulumi up`"
      : `${where}attach the component's output \`pullPolicyJson\` to the role`,
    aws: isOurs ? aws : `${where}run: ${aws}`,
  };
}

/** What a puller of the Region's caches needs. */
export function pullPermissions(facts: RegionFacts): { actions: string[]; resources: string[] }[] {
  const needs = facts.caches.flatMap((cache) => needsOf(cache, facts));
  return [
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    ...[GRANTED, IMPORT].map((actions) => ({ actions, resources: resourcesFor(actions, needs) })),
  ];
}

function elsewhere(role: string): string {
  return `${nameOf(role)} is in account ${accountOf(role)}, where its policies are: give a profile of that account with --as-profile, or try a real pull with --image`;
}

function conditions(keys: readonly string[]): string {
  return `the registry policy, or the template's repository policy, decides by ${[...new Set(keys)].join(", ")}: try a real pull with --image`;
}

export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function finding(code: Code, problem: string, fix: Fix): Finding {
  return { check: CHECK, code, problem, fix };
}
