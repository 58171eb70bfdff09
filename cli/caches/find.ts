import { defaultRegion, ecrClient } from "../aws/clients";
import { CannotRunError } from "../exit";
import { runPulumi, stackArguments } from "../pulumi";
import { readText } from "../read-text";
import type { Terminal } from "../terminal/terminal";
import { type Cache, stripSlash } from "./model";
import { cachesOfFile } from "./registries-file";
import { describeRules } from "./rules";
import { cachesOfOutputs, cachesOfStack } from "./stack";

/** Where the caches come from. Without any of the first four, they are the rules in AWS. */
export interface CacheSource {
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

/** Finds the caches for a command. */
export async function findCaches(source: CacheSource, terminal: Terminal): Promise<Cache[]> {
  const { stack, selectedStack, outputs, registries } = source;
  const given = [stack, selectedStack, outputs, registries].filter((one) => one !== undefined);
  if (given.length > 1)
    throw new CannotRunError("Give only one of --stack, --selected-stack, --outputs and --registries.");
  const all = await readCaches(source, terminal);
  const prefixes = source.prefix?.map(stripSlash);
  const wanted = all.filter(
    ({ prefix, region }) => (prefixes?.includes(prefix) ?? true) && (source.region?.includes(region) ?? true),
  );
  const missing = (prefixes ?? []).filter((prefix) => !wanted.some((cache) => cache.prefix === prefix));
  if (missing.length > 0) throw new CannotRunError(`There is no cache with the prefix ${missing.join(", ")}.`);
  if (wanted.length === 0)
    throw new CannotRunError("There is no pull through cache here: check --region and the account.");
  const place = ({ region, prefix }: Cache) => `${region} ${prefix}`;
  return wanted.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

async function readCaches(source: CacheSource, terminal: Terminal): Promise<Cache[]> {
  if (source.stack !== undefined || source.selectedStack) {
    return cachesOfStack(await runPulumi(terminal, ["stack", "export", ...stackArguments(source.stack)]));
  }
  if (source.outputs !== undefined) return cachesOfOutputs(await readText(terminal, source.outputs));
  const regions = source.region ?? [await defaultRegion()];
  if (source.registries !== undefined) {
    return cachesOfFile(await readText(terminal, source.registries), source.registries, regions);
  }
  const found: Cache[] = [];
  for (const region of regions) {
    for (const rule of await describeRules(ecrClient(region))) {
      found.push({
        region,
        prefix: stripSlash(rule.ecrRepositoryPrefix ?? ""),
        upstream: rule.upstreamRegistryUrl ?? "",
        upstreamPrefix: rule.upstreamRepositoryPrefix,
      });
    }
  }
  return found;
}
