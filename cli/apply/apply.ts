import type { ECRClient, Repository } from "@aws-sdk/client-ecr";
import { matchesPattern } from "pulumi-pull-through-cache/plan";
import { attempt } from "../aws/attempt";
import { type CacheSource, findCaches } from "../caches/find";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import { type Changed, change } from "./change";
import { type Difference, differencesOf } from "./difference";
import { type Place, placesIn, type Refused, sayUndeclared } from "./places";
import { expiringImages } from "./preview";
import { asJson, showDifferences, showOutcome } from "./show";
import { keepUndo } from "./undo";

export interface ApplyOptions extends CacheSource {
  /** Patterns of the only repositories to look at, and of those to leave out. */
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  readonly yes: boolean;
  /** Also what lies under the prefix ROOT: every repository of the Region, those that were pushed included. */
  readonly root: boolean;
  readonly dryRun: boolean;
  readonly concurrency: number;
  /** Where to keep what is replaced. */
  readonly undo?: string;
  readonly json: boolean;
}

/** How a repository differs from its template. */
export interface Compared {
  readonly region: string;
  readonly ecr: ECRClient;
  readonly repository: Repository;
  readonly differences: readonly Difference[];
  /** How many images would expire. Undefined if the lifecycle policy does not change, or ECR gave no answer. */
  readonly expiring?: number;
}

/** What was compared, and what was done. */
export interface Applied {
  readonly account: string;
  readonly compared: number;
  /** Repositories that cannot be compared. */
  readonly notCompared: readonly Refused[];
  readonly pending: readonly Compared[];
  /** Undefined if nothing was to be changed. */
  readonly outcomes?: ReadonlyMap<Compared, Changed>;
  /** The file with what was replaced. */
  readonly undo?: string;
  /** What could not be read, and why. */
  readonly unchecked: readonly string[];
}

/** Applies the templates' settings to existing repositories. A second run changes nothing. */
export async function apply(options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  const { yes, dryRun, root, concurrency, json } = options;
  if (yes && dryRun) throw new CannotRunError("Give either --yes or --dry-run.");
  const { aws, account, caches: found } = await findCaches(options, terminal);
  const caches = found.filter(({ prefix }) => root || prefix !== "ROOT");
  if (caches.length < found.length)
    terminal.say("The prefix ROOT is left out, because your own repositories are under it, too. --root includes them.");
  sayUndeclared(caches, terminal);
  const unchecked: string[] = [];
  const regions = [...new Set(caches.map(({ region }) => region))];
  const places = (await Promise.all(regions.map((region) => placesIn(aws, region, caches, unchecked)))).flat();
  const chosen = choose(places, options, unchecked);
  const notCompared = chosen.filter((one) => "reason" in one);
  const { results, left } = await workThrough(
    terminal,
    chosen.filter((one) => "wanted" in one),
    { unit: "repository to compare", concurrency },
    (place, stopped) => compare(place, stopped, unchecked),
  );
  const pending = results.filter((one) => one !== undefined && one.differences.length > 0) as Compared[];
  const comparison: Applied = { account, compared: results.length, notCompared, pending, unchecked };
  const isChanging = yes && left === 0 && pending.length > 0;
  if (!json) showDifferences(comparison, isChanging, terminal);
  const applied = isChanging ? await changeAll(comparison, options, terminal) : comparison;
  if (json) terminal.print(asJson(applied));
  else showOutcome(applied, terminal);
  const done = [...(applied.outcomes?.values() ?? [])];
  if (left > 0 || (isChanging && done.length < pending.length)) return EXIT.interrupted;
  const isDone = done.length === pending.length && done.every(({ problem }) => problem === undefined);
  return isDone && unchecked.length + notCompared.length === 0 ? EXIT.sound : EXIT.found;
}

/** A pattern that matches nothing is a mistake, after which others would be changed. */
function choose(
  places: readonly (Place | Refused)[],
  { only, exclude = [] }: ApplyOptions,
  unchecked: readonly string[],
): readonly (Place | Refused)[] {
  const isOf =
    (pattern: string) =>
    ({ repository: { repositoryName = "" } }: Place | Refused) =>
      matchesPattern(pattern, repositoryName);
  const idle = [...(only ?? []), ...exclude].filter((pattern) => !places.some(isOf(pattern)));
  if (idle.length > 0 && unchecked.length === 0)
    throw new CannotRunError(`No repository of these caches is called ${idle.join(" or ")}.`);
  const chosen = places.filter(
    (place) =>
      (only?.some((pattern) => isOf(pattern)(place)) ?? true) && !exclude.some((pattern) => isOf(pattern)(place)),
  );
  if (chosen.length === 0 && places.length > 0 && unchecked.length === 0)
    throw new CannotRunError("--exclude leaves no repository.");
  return chosen;
}

async function compare(
  { region, ecr, repository, wanted }: Place,
  stopped: AbortSignal,
  unchecked: string[],
): Promise<Compared | undefined> {
  const { repositoryName: name = "" } = repository;
  const differences = await attempt(unchecked, name, () => differencesOf(ecr, repository, wanted));
  if (differences === undefined) return undefined;
  const policy = differences.some(({ setting }) => setting === "lifecycle policy") ? wanted.lifecyclePolicy : undefined;
  if (policy === undefined) return { region, ecr, repository, differences };
  // The differences are worth showing without this number.
  const preview = () => expiringImages(ecr, name, policy, stopped);
  const expiring = await attempt(unchecked, `${name}: images to expire`, preview);
  return { region, ecr, repository, differences, expiring };
}

async function changeAll(comparison: Applied, options: ApplyOptions, terminal: Terminal): Promise<Applied> {
  const { account, pending } = comparison;
  const undo = keepUndo(options.undo, account, pending, terminal);
  const outcomes = new Map<Compared, Changed>();
  const changes = { unit: "repository to change", concurrency: options.concurrency };
  await workThrough(terminal, pending, changes, async (one) => {
    outcomes.set(one, await change(one.ecr, one.repository, one.differences));
  });
  return { ...comparison, outcomes, undo };
}
