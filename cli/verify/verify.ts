import pMap from "p-map";
import { type CacheSource, findCaches } from "../caches/find";
import type { Cache } from "../caches/model";
import { EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import type { CacheReport, Check, Finding } from "./finding";
import { asGithub, asJson, asTable, type Format } from "./format";
import { checkPull, checkSimulated } from "./permissions";
import { type RegionFacts, regionFacts, ruleOf } from "./region";
import { checkRule, checkUpstream } from "./rule";
import { checkScanning } from "./scanning";
import { checkSecret } from "./secret";
import { checkTemplate } from "./template";

export interface VerifyOptions extends CacheSource {
  /** ARN of a role to check the permissions of. */
  readonly as?: string;
  /** An image to pull, with the role of `as` or as the caller. */
  readonly image?: string;
  readonly skip: readonly Check[];
  readonly format: Format;
}

/** To validate a rule, ECR contacts the upstream, which takes a moment. */
const AT_ONCE = 5;

/** Checks that every cache works and matches its declaration. */
export async function verify(options: VerifyOptions, terminal: Terminal, now = new Date()): Promise<ExitCode> {
  const { aws, account, caches } = await findCaches(options, terminal);
  const regions = [...new Set(caches.map(({ region }) => region))];
  const facts = new Map(
    await pMap(regions, async (region) => [region, await regionFacts(aws, account, region, now)] as const),
  );
  const { results: reports, left } = await workThrough(
    terminal,
    caches,
    { unit: "caches", concurrency: AT_ONCE },
    async (cache) => reportOf(cache, facts.get(cache.region) as RegionFacts, options),
  );
  const text = {
    table: () => asTable(reports, terminal),
    json: () => asJson(reports),
    github: () => asGithub(reports),
  };
  const shown = text[options.format]();
  if (shown !== "") (options.format === "github" ? terminal.instruct : terminal.print)(shown);
  if (left > 0) return EXIT.interrupted;
  return reports.some(({ findings }) => findings.length > 0) ? EXIT.found : EXIT.sound;
}

async function reportOf(cache: Cache, facts: RegionFacts, options: VerifyOptions): Promise<CacheReport> {
  const unchecked: string[] = [];
  const rule = ruleOf(facts, cache.prefix);
  const checks: { readonly [check in Check]: () => Promise<Finding[]> | Finding[] } = {
    rule: () => checkRule(cache, rule),
    upstream: () => (rule ? checkUpstream(cache, facts) : []),
    secret: () => (rule?.credentialArn ? checkSecret(rule.credentialArn, facts, unchecked) : []),
    template: () => checkTemplate(cache, facts, unchecked),
    scanning: () => checkScanning(cache, facts, unchecked),
    permissions: () => (rule ? checkPermissions(cache, facts, options, unchecked) : []),
  };
  const findings: Finding[] = [];
  for (const [check, find] of Object.entries(checks)) {
    if (!options.skip.includes(check as Check)) findings.push(...(await find()));
  }
  return { cache, findings, unchecked };
}

async function checkPermissions(
  cache: Cache,
  facts: RegionFacts,
  { as: role, image }: VerifyOptions,
  unchecked: string[],
): Promise<Finding[]> {
  if (role === undefined && image === undefined) return [];
  if (image !== undefined) return checkPull(cache, image, facts, role);
  return role === undefined ? [] : checkSimulated(cache, role, facts, unchecked);
}
