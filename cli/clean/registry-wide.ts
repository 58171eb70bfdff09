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

/** A part of a document of the registry: a filter, or the Sid of a statement. */
export interface Part {
  readonly name: string;
  /** The names of repositories that it is about. */
  readonly about: readonly string[];
}

/** What is left of caches in a document of the registry, and how to write the document without it. */
export interface Leftover {
  readonly parts: readonly Part[];
  readonly remove: () => Promise<unknown>;
}

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
  const remove = () => ecr.send(new PutRegistryScanningConfigurationCommand({ scanType, rules: kept }));
  return { parts: [...new Set(parts)].map((filter) => ({ name: filter, about: [filter] })), remove };
}

interface Statement {
  readonly Sid?: string;
  readonly Resource?: string | readonly string[];
}

/** The start of the Sids that the component gives its statements. */
const OF_COMPONENT = /^PullThroughCache[0-9a-f]{8}/;

/** The component's statements that name the caches and nothing else. */
export async function leftoverStatements(ecr: ECRClient, prefixes: readonly string[]): Promise<Leftover> {
  const policy = await readPolicy(ecr);
  const isLeft = ({ Sid = "", Resource = [] }: Statement) => {
    const resources = [Resource].flat();
    const isOwn = (arn: string) => prefixes.some((prefix) => arn.endsWith(`:repository/${prefix}/*`));
    return OF_COMPONENT.test(Sid) && resources.length > 0 && resources.every(isOwn);
  };
  const statements = [policy.Statement ?? []].flat();
  const kept = statements.filter((statement) => !isLeft(statement));
  const policyText = JSON.stringify({ ...policy, Statement: kept });
  const remove = () =>
    kept.length === 0
      ? ecr.send(new DeleteRegistryPolicyCommand({}))
      : ecr.send(new PutRegistryPolicyCommand({ policyText }));
  const parts = statements.filter(isLeft).map(({ Sid = "", Resource = [] }) => ({
    name: Sid,
    about: [Resource].flat().map((arn) => arn.slice(arn.indexOf("/") + 1)),
  }));
  return { parts, remove };
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
