import pMap from "p-map";
import { Aws, type AwsOptions, defaultRegion } from "../aws/aws";
import { enterAccount, refuseOtherAccount } from "../aws/caller";
import { failureOf } from "../aws/calls";
import { CannotRunError } from "../exit";
import { runPulumi, stackArguments } from "../pulumi";
import { nameOf, readText } from "../read-text";
import type { Terminal } from "../terminal/terminal";
import { type Cache, stripSlash } from "./model";
import { cachesOfOutputs } from "./outputs";
import { cachesOfFile } from "./registries-file";
import { describeRules } from "./rules";
import { cachesOfStack } from "./stack";

/** Where the caches come from. Without any of the first four, they are the rules in AWS. */
export interface CacheSource extends AwsOptions {
  readonly stack?: string;
  readonly selectedStack?: boolean;
  /** A file with the output of `pulumi stack output --json`, or `-`. */
  readonly outputs?: string;
  /** A registries file. */
  readonly registries?: string;
  readonly region?: readonly string[];
  /** Only caches with these prefixes. */
  readonly prefix?: readonly string[];
}

/** The caches that a command works on, in the caller's account. */
export interface FoundCaches {
  readonly aws: Aws;
  readonly account: string;
  readonly caches: readonly Cache[];
}

/** A Region that was asked for and has nothing to work on, and why. */
export interface EmptyRegion {
  readonly region: string;
  readonly reason: string;
}

/**
 * Finds the caches for a command, and says first in which account and Regions.
 *
 * @param empty Gets the Regions without caches and those whose rules cannot be listed. Without it, they end the command.
 */
export async function findCaches(source: CacheSource, terminal: Terminal, empty?: EmptyRegion[]): Promise<FoundCaches> {
  const { stack, selectedStack, outputs, registries } = source;
  const given = [stack, selectedStack, outputs, registries].filter((one) => one !== undefined);
  if (given.length > 1)
    throw new CannotRunError("Give only one of --stack, --selected-stack, --outputs and --registries.");
  const declared = await declaredCaches(source, terminal);
  const regions = declared ? regionsOf(declared) : (source.region ?? [await defaultRegion()]);
  const aws = new Aws(terminal, source);
  const account = await enterAccount(aws, regions, terminal);
  for (const cache of declared ?? []) refuseOtherAccounts(cache, account);
  const caches = declared ?? (await deployedCaches(aws, regions, empty));
  return { aws, account, caches: select(caches, source, empty) };
}

function select(
  all: readonly Cache[],
  { prefix: prefixes, region: regions }: CacheSource,
  found?: EmptyRegion[],
): Cache[] {
  const wanted = all.filter(
    ({ prefix, region }) => (prefixes?.includes(prefix) ?? true) && (regions?.includes(region) ?? true),
  );
  const isListed = !found || found.length === 0;
  const missing = (prefixes ?? []).filter((prefix) => !wanted.some((cache) => cache.prefix === prefix));
  if (missing.length > 0 && isListed)
    throw new CannotRunError(`There is no cache with the prefix ${missing.join(", ")}.`);
  if (wanted.length === 0 && isListed)
    throw new CannotRunError("There is no pull through cache here: check --region and the account.");
  const empty = [...new Set(regions)].filter(
    (region) => !wanted.some((cache) => cache.region === region) && !found?.some((one) => one.region === region),
  );
  const nothing = prefixes ? `no cache ${prefixes.join(", ")}` : "no pull through cache";
  if (empty.length > 0 && !found) throw new CannotRunError(`There is ${nothing} in ${empty.join(", ")}.`);
  found?.push(...empty.map((region) => ({ region, reason: `there is ${nothing} in this Region` })));
  const place = ({ region, prefix }: Cache) => `${region} ${prefix}`;
  return wanted.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function regionsOf(caches: readonly Cache[]): string[] {
  return [...new Set(caches.map(({ region }) => region))].sort();
}

/** A rule, its secret and its role are always in one account. */
function refuseOtherAccounts({ prefix, region, account: own, declared }: Cache, account: string): void {
  const arns = [declared?.rule.credentialArn, declared?.rule.customRoleArn];
  for (const owner of [own, ...arns.map((arn) => arn?.split(":")[4])])
    refuseOtherAccount(`${prefix} in ${region}`, owner, account);
}

/** The caches that a stack or a file declares. Undefined if neither is given. */
async function declaredCaches(source: CacheSource, terminal: Terminal): Promise<Cache[] | undefined> {
  const { stack, selectedStack, outputs, registries } = source;
  if (stack !== undefined || selectedStack) {
    const caches = cachesOfStack(await runPulumi(terminal, ["stack", "export", ...stackArguments(stack)]));
    if (caches.length > 0) return caches;
    throw new CannotRunError("The stack has no pull through cache. Was it deployed? Is it the right stack?");
  }
  if (outputs !== undefined) return cachesOfOutputs(await readText(terminal, outputs), nameOf(outputs));
  if (registries === undefined) return undefined;
  const regions = source.region ?? [await defaultRegion()];
  return cachesOfFile(await readText(terminal, registries), nameOf(registries), regions);
}

const REGIONS_AT_ONCE = 10;

async function deployedCaches(aws: Aws, regions: readonly string[], empty?: EmptyRegion[]): Promise<Cache[]> {
  const rulesOf = async (region: string) => {
    try {
      return await describeRules(aws.ecr(region));
    } catch (error) {
      if (!empty) throw error;
      empty.push({ region, reason: `its rules cannot be listed: ${failureOf(error)}` });
      return [];
    }
  };
  const found = await pMap(
    new Set(regions),
    async (region) =>
      (await rulesOf(region)).map((rule) => ({
        region,
        prefix: stripSlash(rule.ecrRepositoryPrefix ?? ""),
        upstream: rule.upstreamRegistryUrl ?? "",
        upstreamPrefix: rule.upstreamRepositoryPrefix,
        deployed: rule,
      })),
    { concurrency: REGIONS_AT_ONCE },
  );
  return found.flat();
}
