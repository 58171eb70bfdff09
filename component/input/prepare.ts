import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs, RegistryArgs } from "../args";
import type { Plan } from "../plan/model";
import { planCache } from "../plan/plan";
import { InvalidInputError, toProblems } from "../problems/error";
import type { Issue } from "../problems/issue";
import { pullThroughCacheArgs, registry } from "../schema/arguments";
import { isDeferred } from "../schema/input";
import { parse } from "../schema/parse";
import { findCredentialSources } from "./config";
import { readRegistriesFile } from "./registries-file/read";

/**
 * Checks the arguments and plans the component. Throws an InvalidInputError with every problem: parts with a wrong
 * shape are left out of the plan, so that the rest is checked too.
 */
export function prepare(name: string, args: PullThroughCacheArgs): Plan {
  const file = typeof args?.registriesFile === "string" ? readRegistriesFile(args.registriesFile) : undefined;
  const source = sourceIssues(args);
  const given = file && source.length === 0 ? { ...args, registries: file.registries } : args;

  const parsed = parse(pullThroughCacheArgs, given);
  const sound = parsed.ok ? parsed.value : soundParts(given);
  const planned = planCache(
    { ...sound, registries: sound.registries ?? {} },
    {
      name,
      knownRegions: Object.values(aws.Region),
      stack: [pulumi.getProject(), pulumi.getStack()],
      keys: keysOf(given?.registries),
      credentials: findCredentialSources(givenKeys(args?.credentials)),
      now: Date.now(),
    },
  );
  if (source.length === 0 && parsed.ok && planned.ok) return planned.value;
  const issues = [...source, ...(parsed.ok ? [] : parsed.issues), ...(planned.ok ? [] : planned.issues)];
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
  const parsed = parse(registry, (entries as { [key: string]: unknown })[key]);
  return parsed.ok ? [[key, parsed.value]] : [];
}

/** Keys of the `credentials` argument, as far as they are known. */
function givenKeys(credentials: PullThroughCacheArgs["credentials"]): string[] | undefined {
  return isDeferred(credentials) ? undefined : keysOf(credentials);
}

function keysOf(entries: unknown): string[] {
  return typeof entries === "object" && entries !== null ? Object.keys(entries) : [];
}

function sourceIssues(args: PullThroughCacheArgs): Issue[] {
  if (args?.registriesFile === undefined || args.registries === undefined) return [];
  const message =
    "give either registries or registriesFile; to merge a file with other entries, read it with loadRegistries()";
  return [{ path: ["registriesFile"], message }];
}
