import { type CacheRule, tryParseImageReference } from "pulumi-pull-through-cache/images";
import { parse } from "yaml";
import { registryHost } from "../aws/registry";
import { CannotRunError, unusable } from "../exit";
import { nameOf, readText } from "../read-text";
import type { Terminal } from "../terminal/terminal";
import { type CacheSource, findCaches } from "./find";
import { type Cache, stripSlash } from "./model";

/** Where the rules of one Region come from. */
export interface RulesSource extends CacheSource {
  /** A file with cache rules, such as the output `cacheRules`. It needs neither AWS nor Pulumi. */
  readonly rules?: string;
}

/** The cache rules of one Region. */
export async function findRules(source: RulesSource, terminal: Terminal): Promise<CacheRule[]> {
  const rules =
    source.rules === undefined ? await rulesOfCaches(source, terminal) : await rulesOfFile(source, terminal);
  const regions = [...new Set(rules.map(({ url }) => REGION.exec(url)?.[1] ?? "another registry"))];
  if (regions.length > 1) {
    throw new CannotRunError(`The caches are in ${regions.join(" and ")}: choose one with --region.`);
  }
  return rules;
}

/** The Region of rules of one Region. */
export function regionOfRules([rule]: readonly CacheRule[]): string | undefined {
  return REGION.exec(rule?.url ?? "")?.[1];
}

const REGION = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\./;

async function rulesOfCaches(source: CacheSource, terminal: Terminal): Promise<CacheRule[]> {
  const { caches, account } = await findCaches(source, terminal);
  return cacheRules(caches, account);
}

/** Caches as rules for names of images. */
export function cacheRules(caches: readonly Cache[], account: string): CacheRule[] {
  return caches.map(({ region, prefix, upstream, upstreamPrefix, repositories }) => ({
    ...{ upstream, upstreamPrefix, repositories: repositories && [...repositories] },
    url: prefix === "ROOT" ? registryHost(account, region) : `${registryHost(account, region)}/${prefix}`,
  }));
}

async function rulesOfFile({ rules: path = "", region }: RulesSource, terminal: Terminal): Promise<CacheRule[]> {
  const name = nameOf(path);
  let value: unknown;
  try {
    value = parse(await readText(terminal, path));
  } catch (error) {
    if (error instanceof CannotRunError) throw error;
    throw new CannotRunError(`${name} is neither YAML nor JSON.`);
  }
  const all = [...rulesIn(value)];
  const problems = all.flatMap((rule, index) => problemsOf(rule).map((problem) => `rule ${index + 1}: ${problem}`));
  if (problems.length > 0) throw unusable(name, problems);
  const rules = all.filter(({ url }) => region?.includes(REGION.exec(url)?.[1] ?? "") ?? true);
  if (rules.length > 0) return rules;
  throw new CannotRunError(
    `${name} has no cache rule${region ? ` of ${region.join(" or ")}` : ""}: write the output \`cacheRules\` to it, or the output of \`pull-through-cache config rules\`.`,
  );
}

/** What is wrong with a rule of a file, of which only `upstream` and `url` are known to be text. */
function problemsOf({ upstream, url, upstreamPrefix, repositories }: CacheRule): string[] {
  const isText = (part: unknown) => part === undefined || typeof part === "string";
  return Object.entries({
    "upstream must be a host, such as quay.io": isRegistry(upstream) && !upstream.includes("/"),
    "url must be a registry and a prefix without a scheme, such as 111122223333.dkr.ecr.us-east-1.amazonaws.com/quay":
      isRegistry(stripSlash(url)),
    "upstreamPrefix must be text": isText(upstreamPrefix),
    "repositories must be a list of texts":
      repositories === undefined || (Array.isArray(repositories) && repositories.every(isText)),
  }).flatMap(([problem, isRight]) => (isRight ? [] : [problem]));
}

/** Whether names of images can start with it, and name their registry then. */
function isRegistry(text: string): boolean {
  const parsed = tryParseImageReference(`${text}/name`);
  return parsed.ok && parsed.value.domain === text.split("/")[0];
}

function* rulesIn(value: unknown): Generator<CacheRule> {
  if (typeof value !== "object" || value === null) return;
  const { upstream, url } = value as Partial<CacheRule>;
  if (typeof upstream === "string" && typeof url === "string") yield value as CacheRule;
  else for (const inner of Object.values(value)) yield* rulesIn(inner);
}
