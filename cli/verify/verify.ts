import type { PullThroughCacheRule } from "@aws-sdk/client-ecr";
import { type CacheSource, type EmptyRegion, findCaches } from "../caches/find";
import type { Cache } from "../caches/model";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import { findTargets } from "../warm/targets";
import { attempt } from "./attempt";
import { checkDeclaredPolicy, checkDeclaredRest } from "./declared-settings";
import { type CacheReport, CHECKS, type Check, isSound, NOTHING, type Outcome, together, unchecked } from "./finding";
import { audienceOf } from "./fix";
import { type Format, format } from "./format";
import { accountOf, checkPuller, type Puller } from "./permissions";
import { checkPull, pullOf } from "./pull";
import { type RegionFacts, regionFacts, ruleOf } from "./region";
import { checkRule, checkUpstream } from "./rule";
import { checkScanning } from "./scanning";
import { checkSecret } from "./secret";
import { checkTemplate } from "./template";

export interface VerifyOptions extends CacheSource {
  /** ARN of a role to check the permissions of. */
  readonly as?: string;
  /** A profile of the role's account, if that is another one. */
  readonly asProfile?: string;
  /** An image to pull, with the role of `as` or as the caller. */
  readonly image?: string;
  readonly skip: readonly Check[];
  readonly format: Format;
}

/**
 * How many caches to check at once in a Region, and in all of them: to validate a rule, ECR contacts the upstream, which
 * takes a moment. ECR's quotas are for each Region, and name no rate for the calls of a check. IAM is one for all Regions.
 */
const AT_ONCE = { region: 20, all: 100 };

/** Checks that every cache works and matches its declaration. */
export async function verify(options: VerifyOptions, terminal: Terminal, now = new Date()): Promise<ExitCode> {
  const empty: EmptyRegion[] = [];
  const { aws, account, caches } = await findCaches(options, terminal, empty);
  if (options.image !== undefined) refuseUnserved(options.image, caches, account);
  const facts = regionFacts(aws, account, caches, now);
  const { as: role, asProfile } = options;
  const puller = role === undefined ? undefined : { role, aws: ownerOf(role) };
  const { results, left } = await workThrough(
    terminal,
    takingTurns(caches),
    { unit: "cache", concurrency: Math.min(AT_ONCE.region * facts.size, AT_ONCE.all) },
    async (cache) => reportOf(cache, facts.get(cache.region) as RegionFacts, options, puller),
  );
  const reports = [...results].sort((one, other) => caches.indexOf(one.cache) - caches.indexOf(other.cache));
  const shown = format(options.format, { account, reports, empty, audience: audienceOf(options, terminal) }, terminal);
  if (shown !== "") (options.format === "github" ? terminal.instruct : terminal.print)(shown);
  if (left > 0) return EXIT.interrupted;
  return reports.every(isSound) && empty.length === 0 ? EXIT.sound : EXIT.found;

  function ownerOf(arn: string) {
    if (asProfile !== undefined) return aws.ofProfile(asProfile);
    return accountOf(arn) === account ? aws : undefined;
  }
}

/** One cache of each Region after the other, so that all Regions are busy. */
function takingTurns(caches: readonly Cache[]): Cache[] {
  const counts = new Map<string, number>();
  const numbered = caches.map((cache) => {
    const number = counts.get(cache.region) ?? 0;
    counts.set(cache.region, number + 1);
    return { cache, number };
  });
  return numbered.sort((one, other) => one.number - other.number).map(({ cache }) => cache);
}

function refuseUnserved(image: string, caches: readonly Cache[], account: string): void {
  const { targets, malformed } = findTargets([image], caches, account);
  if (malformed.length > 0) throw new CannotRunError("What stands after --image is no reference of an image.");
  if (targets.length === 0) throw new CannotRunError("No cache serves the image after --image.");
}

async function reportOf(
  cache: Cache,
  facts: RegionFacts,
  { skip, image }: VerifyOptions,
  puller: Puller | undefined,
): Promise<CacheReport> {
  const run = async (check: Check, work: () => Promise<Outcome> | Outcome): Promise<Outcome> =>
    skip.includes(check) ? NOTHING : attempt(check, work);
  let rule: PullThroughCacheRule | undefined;
  const read = await attempt("rule", async () => {
    rule = await ruleOf(facts, cache);
    return NOTHING;
  });
  // A rule that is there shows that the Region is the right one.
  const placed = rule ? { ...cache, isRegionAssumed: undefined } : cache;
  const pull = image === undefined ? undefined : pullOf(cache, image, facts);
  const isPullElsewhere = puller !== undefined && image !== undefined && pull === undefined;
  const skipped = CHECKS.filter((check) => skip.includes(check) || (check === "permissions" && isPullElsewhere));
  const isRead = read.unchecked.length === 0;
  const checks = await Promise.all([
    ...(isRead ? [run("rule", () => checkRule(cache, rule))] : [unread("upstream"), unread("secret")]),
    rule ? upstreamAndSecret(rule) : NOTHING,
    run("template", () => checkTemplate(placed, facts)),
    run("scanning", () => checkScanning(cache, facts)),
    run("permissions", () => checkDeclaredPolicy(cache, facts)),
    run("stack", () => checkDeclaredRest(cache, facts)),
    run("permissions", async () => {
      if (pull) return checkPull(cache, pull, puller, facts);
      return puller && image === undefined ? checkPuller(cache, puller, facts) : NOTHING;
    }),
  ]);
  return { cache, skipped, ...together(read, ...checks) };

  function unread(check: Check): Promise<Outcome> {
    return run(check, () => unchecked(`${check}: the rule could not be read`));
  }

  async function upstreamAndSecret(there: PullThroughCacheRule): Promise<Outcome> {
    const upstream = run("upstream", () => checkUpstream(cache, there, facts));
    const { credentialArn } = there;
    if (!credentialArn || skip.includes("secret")) return upstream;
    return checkSecret(cache, credentialArn, facts, upstream);
  }
}
