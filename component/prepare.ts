import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs, RegistryArgs } from "./args";
import type { Upstream } from "./catalogue";
import { type ConfiguredCredentials, configuredCredentials } from "./input/credentials/config";
import { readRegistriesFile, rotating } from "./input/registries-file/read";
import type { Plan } from "./plan/model";
import { planCache } from "./plan/plan";
import { notRefused } from "./plan/unfit";
import { InvalidInputError, toProblems, UserError } from "./problems/error";
import type { Issue } from "./problems/issue";
import { formatPath } from "./problems/print";
import { entry, pullThroughCacheArgs } from "./schema/arguments";
import { isDeferred } from "./schema/input";
import { parse } from "./schema/parse";
import { type KnownCredentials, tokenIssues } from "./schema/token";

/** What the resources are made of. Tokens are not in the plan: they go into the secrets and nowhere else. */
export interface Prepared {
  readonly plan: Plan;
  /** The credentials in the stack's config, for the secrets. */
  readonly configured: ConfiguredCredentials;
}

/**
 * Checks the arguments and plans the component. Throws an InvalidInputError with every problem: parts with a wrong
 * shape are left out of the plan, so that the rest is checked too.
 */
export function prepare(name: string, args: PullThroughCacheArgs): Prepared {
  if (typeof name !== "string" || name === "") {
    throw new UserError('PullThroughCache: the first argument is a name: new PullThroughCache("cache", { ... })');
  }
  const file = typeof args?.registriesFile === "string" ? readRegistriesFile(args.registriesFile) : undefined;
  const source = sourceIssues(args);
  const given = file && source.length === 0 ? { ...args, registries: file.registries } : args;

  const configured = configuredCredentials();
  const parsed = parse(pullThroughCacheArgs, given);
  const sound = parsed.ok ? parsed.value : soundParts(given);
  /** Whether an argument is refused as a whole. What would follow from that is not reported, too. */
  const isWrong = (argument: string) =>
    !parsed.ok && parsed.issues.some(({ path }) => path.length === 0 || (path.length === 1 && path[0] === argument));
  const isEmptyByMistake = ["registries", "registriesFile"].some(isWrong);
  const planned = planCache(
    { ...sound, registries: sound.registries ?? {} },
    {
      name,
      knownRegions: Object.values(aws.Region),
      stack: [pulumi.getProject(), pulumi.getStack()],
      given: entriesOf(given?.registries),
      credentials: {
        ...configured.found,
        given: isWrong("credentials") ? undefined : givenKeys(args?.credentials),
        problems: knownTokenIssues(sound, configured),
      },
      now: Date.now(),
    },
  );
  const shape = parsed.ok ? [] : notRefused(parsed.issues, planned.ok ? [] : planned.issues);
  const issues = [
    ...source,
    ...(file ? rotating(shape) : shape).map(({ path, message }) =>
      path.length === 0 ? { path, message: `the arguments: ${message}` } : { path, message },
    ),
    ...(planned.ok
      ? []
      : planned.issues.filter(({ path }) => !(isEmptyByMistake && formatPath(path) === "registries"))),
  ];
  if (planned.ok && issues.length === 0) {
    return { plan: planned.value, configured };
  }
  throw new InvalidInputError(`PullThroughCache "${name}"`, toProblems(issues, file?.locate));
}

/** The arguments and registry entries that have the right shape. */
function soundParts(args: unknown): PullThroughCacheArgs {
  if (typeof args !== "object" || args === null) return {};
  const { registries: entries, ...others } = args as { registries?: unknown };
  const sound = Object.entries({ ...others })
    .filter(([key, value]) => parse(pullThroughCacheArgs, { [key]: value }).ok)
    .concat([["registries", Object.fromEntries(keysOf(entries).flatMap((key) => soundEntry(key, entries)))]]);
  return Object.fromEntries(sound);
}

function soundEntry(key: string, entries: unknown): [string, RegistryArgs][] {
  const parsed = parse(entry, (entries as { [key: string]: unknown })[key]);
  return parsed.ok ? [[key, parsed.value]] : [];
}

/** Finds problems with the user names and tokens that are plain text in the program, or in the stack's config. */
function knownTokenIssues({ credentials = {} }: PullThroughCacheArgs, { values }: ConfiguredCredentials) {
  const given: { readonly [key: string]: unknown } = isDeferred(credentials) ? {} : credentials;
  return (key: string, upstream: Upstream): Issue[] => {
    const own = Object.hasOwn(given, key) ? given[key] : values.get(key);
    const texts = Object.entries(Object(isDeferred(own) ? {} : own)).filter(([, value]) => typeof value === "string");
    return tokenIssues(["credentials", key], upstream, Object.fromEntries(texts) as KnownCredentials);
  };
}

/** Keys of the `credentials` argument, as far as they are known. */
function givenKeys(credentials: PullThroughCacheArgs["credentials"]): string[] | undefined {
  return isDeferred(credentials) ? undefined : keysOf(credentials);
}

function keysOf(entries: unknown): string[] {
  return Object.keys(entriesOf(entries));
}

function entriesOf(entries: unknown): { readonly [key: string]: unknown } {
  return typeof entries === "object" && entries !== null ? { ...entries } : {};
}

function sourceIssues(args: PullThroughCacheArgs): Issue[] {
  if (args?.registriesFile === undefined || args.registries === undefined) return [];
  const message =
    "give either registries or registriesFile; to merge a file with other entries, read it with loadRegistries()";
  return [{ path: ["registriesFile"], message }];
}
