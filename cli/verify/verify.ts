import type { PullThroughCacheRule } from "@aws-sdk/client-ecr";
import { callOf } from "../aws/calls";
import { isDenied, reasonOf } from "../aws/errors";
import { type CacheSource, findCaches } from "../caches/find";
import type { Cache } from "../caches/model";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import { findTargets } from "../warm/targets";
import { type CacheReport, type Check, type Finding, isSound } from "./finding";
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

/** To validate a rule, ECR contacts the upstream, which takes a moment. This is for all Regions together. */
const AT_ONCE = 20;

/** Checks that every cache works and matches its declaration. */
export async function verify(options: VerifyOptions, terminal: Terminal, now = new Date()): Promise<ExitCode> {
  const { image } = options;
  const { aws, account, caches } = await findCaches(options, terminal);
  const regions = [...new Set(caches.map(({ region }) => region))];
  if (image !== undefined && findTargets([image], caches, account).targets.length === 0)
    throw new CannotRunError("No cache serves the image after --image.");
  const facts = new Map(regions.map((region) => [region, regionFacts(aws, account, region, now)]));
  const { results: reports, left } = await workThrough(
    terminal,
    caches,
    { unit: "caches", concurrency: AT_ONCE },
    async (cache) => reportOf(cache, facts.get(cache.region) as RegionFacts, options),
  );
  const text = {
    table: () => asTable(reports, terminal),
    json: () => asJson(reports, account),
    github: () => asGithub(reports),
  };
  const shown = text[options.format]();
  if (shown !== "") (options.format === "github" ? terminal.instruct : terminal.print)(shown);
  if (left > 0) return EXIT.interrupted;
  return reports.every(isSound) ? EXIT.sound : EXIT.found;
}

async function reportOf(cache: Cache, facts: RegionFacts, options: VerifyOptions): Promise<CacheReport> {
  const unchecked: string[] = [];
  const findings: Finding[] = [];
  const run = async (check: Check, find: () => Promise<Finding[]> | Finding[]) => {
    if (options.skip.includes(check)) return;
    try {
      findings.push(...(await find()));
    } catch (error) {
      if (isDenied(error)) unchecked.push(`${check}: no permission for ${nameOf(error)}`);
      else findings.push(failedCall(check, error));
    }
  };
  let rule: PullThroughCacheRule | undefined;
  try {
    rule = await ruleOf(facts, cache);
    await run("rule", () => checkRule(cache, rule));
  } catch (error) {
    findings.push(failedCall("rule", error));
    const needing = (["upstream", "secret", "permissions"] as const).filter((check) => !options.skip.includes(check));
    unchecked.push(...needing.map((check) => `${check}: the rule could not be read`));
  }
  const { credentialArn } = rule ?? {};
  if (rule) await run("upstream", () => checkUpstream(cache, facts));
  if (credentialArn) await run("secret", () => checkSecret(credentialArn, facts, unchecked));
  await run("template", () => checkTemplate(cache, facts, unchecked));
  await run("scanning", () => checkScanning(cache, facts));
  if (rule) await run("permissions", () => checkPermissions(cache, facts, options, unchecked));
  return { cache, findings, unchecked };
}

/** One call that fails does not end the run. */
function failedCall(check: Check, error: unknown): Finding {
  const call = nameOf(error);
  const problem = error instanceof CannotRunError ? error.message : `${call}: ${reasonOf(error)}`;
  const fix = isDenied(error)
    ? `allow the caller ${call}`
    : "run it again; if this stays, look up the error in AWS's documentation";
  return { check, code: "call-failed", problem, fix };
}

function nameOf(error: unknown): string {
  return (typeof error === "object" && error !== null && callOf(error)) || "a call";
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
