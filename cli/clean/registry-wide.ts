import {
  DeleteRegistryPolicyCommand,
  type ECRClient,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  type RegistryScanningRule,
} from "@aws-sdk/client-ecr";
import { errorName } from "../aws/errors";
import { once } from "../aws/sharing";
import type { Leftover, Part } from "./leftover";

/** Scanning filters for exactly the caches. Rules without filters left are removed, and everything else stays. */
export async function leftoverFilters(ecr: ECRClient, prefixes: readonly string[]): Promise<Leftover> {
  const { scanningConfiguration } = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
  const { scanType, rules = [] } = scanningConfiguration ?? {};
  const own = new Set(prefixes.map((prefix) => `${prefix}/*`));
  const filtersOf = ({ repositoryFilters = [] }: RegistryScanningRule) => repositoryFilters;
  const parts = rules.flatMap(filtersOf).flatMap(({ filter = "" }) => (own.has(filter) ? [filter] : []));
  const kept = rules
    .map((rule) => ({ ...rule, repositoryFilters: filtersOf(rule).filter(({ filter = "" }) => !own.has(filter)) }))
    .filter(({ repositoryFilters }) => repositoryFilters.length > 0);
  // The parts of a document are removed together, with its first part.
  const remove = once(() => ecr.send(new PutRegistryScanningConfigurationCommand({ scanType, rules: kept })));
  return { parts: [...new Set(parts)].map((filter) => ({ name: filter, about: [filter], remove })), shared: [] };
}

interface Statement {
  readonly Sid?: string;
  readonly Resource?: string | readonly string[];
}

/** The start of the Sids that the component gives its statements. */
const OF_COMPONENT = /^PullThroughCache[0-9a-f]{8}/;

/** The component's statements that name the caches and nothing else. Those that name other caches, too, are shared. */
export async function leftoverStatements(ecr: ECRClient, prefixes: readonly string[]): Promise<Leftover> {
  const policy = await readPolicy(ecr);
  const namesOf = ({ Resource = [] }: Statement) => [Resource].flat().map((arn) => arn.slice(arn.indexOf("/") + 1));
  const isOwn = (name: string) => prefixes.some((prefix) => name === `${prefix}/*`);
  const isOfCaches = (statement: Statement) => OF_COMPONENT.test(statement.Sid ?? "") && namesOf(statement).some(isOwn);
  const isLeft = (statement: Statement) => isOfCaches(statement) && namesOf(statement).every(isOwn);
  const statements = [policy.Statement ?? []].flat();
  const kept = statements.filter((statement) => !isLeft(statement));
  const policyText = JSON.stringify({ ...policy, Statement: kept });
  const remove = once(() =>
    kept.length === 0
      ? ecr.send(new DeleteRegistryPolicyCommand({}))
      : ecr.send(new PutRegistryPolicyCommand({ policyText })),
  );
  const partOf = (statement: Statement): Part => ({ name: statement.Sid ?? "", about: namesOf(statement) });
  const shared = statements
    .filter((statement) => isOfCaches(statement) && !isLeft(statement))
    .map((statement) => {
      const others = namesOf(statement).filter((name) => !isOwn(name));
      return { ...partOf(statement), why: `it is also about ${others.join(", ")}` };
    });
  return { parts: statements.filter(isLeft).map((statement) => ({ ...partOf(statement), remove })), shared };
}

async function readPolicy(ecr: ECRClient): Promise<{ readonly Statement?: Statement | readonly Statement[] }> {
  try {
    const { policyText = "{}" } = await ecr.send(new GetRegistryPolicyCommand({}));
    return JSON.parse(policyText) as { Statement?: Statement[] };
  } catch (error) {
    if (errorName(error) === "RegistryPolicyNotFoundException") return {};
    throw error;
  }
}
