import { isNameLike } from "pulumi-pull-through-cache/plan";
import { type CacheSource, findCaches } from "../caches/find";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import { counted, someOf } from "../terminal/count";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import { type Fetched, type FetchOptions, fetchImage, type Outcome } from "./fetch";
import { Limiter } from "./limiter";
import { type ImageSources, type LeftImage, readNamedImages } from "./read-images";
import { findTargets, type Targets } from "./targets";

export interface WarmOptions extends CacheSource, ImageSources, FetchOptions {
  /** How many images to fetch at once. */
  readonly concurrency: number;
  /** The first pause when an upstream limits the rate, in seconds. */
  readonly pause: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Fetches images into the caches before they are needed. */
export async function warm(options: WarmOptions, terminal: Terminal): Promise<ExitCode> {
  const { images, left, problems } = await readNamedImages(options, terminal);
  if (images.length + left.length + problems.length === 0) {
    throw new CannotRunError(
      "No image: give some as arguments, or --file with lines, manifests or task definitions; - is standard input.",
    );
  }
  const { aws, account, caches } = await findCaches(options, terminal);
  const found = findTargets(images, caches, account);
  const served = new Set(
    findTargets(
      left.map(({ reference }) => reference),
      caches,
      account,
    ).targets.map(({ image }) => image),
  );
  sayUnread(
    left.filter(({ reference }) => served.has(reference)),
    problems,
    terminal,
  );
  const isRead = problems.length === 0 && found.malformed.length === 0;
  if (options.dryRun) {
    reportTargets(found, options, terminal);
    return isRead ? EXIT.sound : EXIT.found;
  }
  const limiter = new Limiter(options.pause);
  const { concurrency } = options;
  const { results: fetched, left: notStarted } = await workThrough(
    terminal,
    found.targets,
    { unit: "image", concurrency },
    (target, stopped) => fetchImage(aws.ecr(target.region), target, limiter, options, stopped),
  );
  reportFetched(fetched, found, options, terminal);
  if (notStarted > 0) return EXIT.interrupted;
  return isRead && fetched.every(({ outcome }) => outcome === "cached") ? EXIT.sound : EXIT.found;
}

function sayUnread(left: readonly LeftImage[], problems: readonly string[], terminal: Terminal): void {
  for (const { place, reference, reason } of left) terminal.say(`${place}: ${reference} is not fetched: ${reason}`);
  for (const problem of problems) terminal.say(terminal.style("yellow", problem));
}

function reportTargets({ targets, unserved, malformed }: Targets, { json }: WarmOptions, terminal: Terminal): void {
  if (json) {
    terminal.print(JSON.stringify({ wouldFetch: targets, unserved, malformed: malformed.map(shown) }, undefined, 2));
    return;
  }
  const rows = targets.map(({ image, region, repository, tag }) => [
    image,
    region,
    `${repository}:${tag ?? "(digest)"}`,
  ]);
  if (rows.length > 0) terminal.print(table(terminal, ["IMAGE", "REGION", "WOULD FETCH"], rows));
  sayRest({ targets, unserved, malformed }, terminal);
}

const COLOURS = { cached: "green", mismatch: "red", limited: "yellow", failed: "red" } as const satisfies Record<
  Outcome,
  string
>;

function reportFetched(
  fetched: readonly Fetched[],
  found: Targets,
  { json, referrers }: WarmOptions,
  terminal: Terminal,
): void {
  const { unserved, malformed } = found;
  if (json) {
    const images = fetched.map(({ target: { image, region, repository, tag }, ...rest }) => {
      const { outcome, digest, referrers, reason } = rest;
      return { image, region, repository, tag, outcome, digest, referrers, reason };
    });
    terminal.print(JSON.stringify({ images, unserved, malformed: malformed.map(shown) }, undefined, 2));
    return;
  }
  const wrong = fetched.filter(({ outcome }) => outcome !== "cached");
  if (wrong.length > 0) {
    const rows = wrong.map(({ target, outcome, reason = "" }) => [
      target.image,
      target.region,
      terminal.style(COLOURS[outcome], outcome),
      reason,
    ]);
    terminal.print(`${table(terminal, ["IMAGE", "REGION", "OUTCOME", "WHY"], rows)}\n`);
  }
  const count = fetched.reduce((sum, { referrers: own = 0 }) => sum + own, 0);
  const extra = referrers ? `, with ${counted(count, "referrer")} (signatures, SBOMs and the like)` : "";
  terminal.print(
    `${someOf(fetched.length - wrong.length, fetched.length, "image", ["is", "are"])} in the cache${extra}.`,
  );
  sayRest(found, terminal);
}

function sayRest({ unserved, malformed }: Targets, terminal: Terminal): void {
  if (unserved.length > 0) terminal.say(`No cache serves: ${unserved.join(", ")}`);
  if (malformed.length > 0) terminal.say(`Not image references: ${malformed.map(shown).join(", ")}`);
}

/** A text that is not a reference may be anything, so it is shown only if it looks like one. */
function shown(text: string): string {
  return isNameLike(text) ? text : "(hidden)";
}
