import { DeleteRepositoryCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { attempt } from "../aws/attempt";
import { Aws, type AwsOptions, defaultRegion } from "../aws/aws";
import { enterAccount } from "../aws/caller";
import { failureOf } from "../aws/calls";
import { storedImages } from "../caches/images";
import { isUnder, stripSlash } from "../caches/model";
import { describeRules, repositoryNames } from "../caches/rules";
import { CannotRunError, EXIT, type ExitCode, RefusedError } from "../exit";
import { plural } from "../terminal/count";
import { gigabytes } from "../terminal/size";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import type { Removable, Shared } from "./leftover";
import { leftoverFilters, leftoverStatements } from "./registry-wide";
import { leftoverTemplates } from "./templates";

export interface CleanOptions extends AwsOptions {
  readonly prefix: readonly string[];
  readonly region?: readonly string[];
  /** Repositories that stay. */
  readonly keep: readonly string[];
  readonly yes: boolean;
  readonly json: boolean;
}

interface Place {
  readonly region: string;
  readonly kind: "repository" | "template" | "scanning filter" | "policy statement";
}

/** Something that a removed cache left in a Region. */
interface Left extends Place, Removable {
  readonly images?: number;
  readonly bytes?: number;
}

type Stays = Place & Shared;

const ROOT =
  "ROOT: a cache with this prefix has no part of the names of its own, so its repositories cannot be told from yours: delete them by hand";

type Outcome = "left" | "deleted" | `failed: ${string}`;

/** How many repositories to look at or delete at once. */
const AT_ONCE = 8;

/** Shows what caches left behind, and deletes what was shown if asked to. */
export async function clean(options: CleanOptions, terminal: Terminal): Promise<ExitCode> {
  const { prefix: prefixes } = options;
  if (prefixes.includes("ROOT")) throw new RefusedError("clean", [ROOT]);
  const regions = options.region ?? [await defaultRegion()];
  const aws = new Aws(terminal, options);
  const account = await enterAccount(aws, regions, terminal);
  for (const region of regions) await refuseLive(aws.ecr(region), region, prefixes);

  const unchecked: string[] = [];
  const found = await Promise.all(regions.map((region) => lookAt(aws.ecr(region), region, prefixes, unchecked)));
  const repositories = found.flatMap((one) => one.repositories);
  const unknown = options.keep.filter((kept) => !repositories.some(({ name }) => name === kept));
  if (unknown.length > 0 && unchecked.length === 0)
    throw new CannotRunError(`There is no repository ${unknown.join(" or ")} to keep.`);
  const toCount = repositories.filter(({ name }) => !options.keep.includes(name));
  const counting = { unit: "repository to count", concurrency: AT_ONCE };
  const counted = await workThrough(terminal, toCount, counting, ({ region, name }) =>
    attempt(unchecked, `${name} in ${region}`, () => countedRepository(aws.ecr(region), region, name)),
  );
  const left = [...counted.results.filter((one) => one !== undefined), ...found.flatMap(({ parts }) => parts)];
  const isAll = counted.left === 0 && unchecked.length === 0;
  const stays = found.flatMap((one) => one.stays);
  const names = [...repositories.map(({ name }) => name), ...[...left, ...stays].flatMap(({ about }) => about)];
  const empty = prefixes.filter((prefix) => !names.some((name) => isUnder(prefix, `${name}/`)));
  if (empty.length > 0 && isAll) {
    const place = `account ${account}, ${plural(regions.length, "Region")} ${regions.join(", ")}`;
    const note = `No cache left anything under ${empty.join(" or ")} in ${place}: is the name right?`;
    terminal.say(terminal.style("yellow", note));
  }
  const known = prefixes.filter((prefix) => !empty.includes(prefix));
  // What will be deleted is shown before, also with --yes.
  if (!options.json) show(left, known, isAll, terminal);
  const outcomes = new Map<Left, Outcome>();
  const toDelete = options.yes && counted.left === 0 ? left : [];
  const deleting = { unit: "leftover to delete", concurrency: AT_ONCE };
  const { left: notStarted } = await workThrough(terminal, toDelete, deleting, async (one) => {
    outcomes.set(one, await outcomeOf(one.remove));
  });
  report({ left, outcomes, stays, unchecked }, options, terminal);
  if (counted.left + notStarted > 0) return EXIT.interrupted;
  const isClean = left.every((one) => outcomes.get(one) === "deleted") && unchecked.length === 0;
  return isClean ? EXIT.sound : EXIT.found;
}

async function outcomeOf(remove: () => Promise<unknown>): Promise<Outcome> {
  try {
    await remove();
    return "deleted";
  } catch (error) {
    return `failed: ${failureOf(error)}`;
  }
}

/** Repositories of a cache that works, also of one with a shorter or longer prefix, are not left behind. */
async function refuseLive(ecr: ECRClient, region: string, prefixes: readonly string[]): Promise<void> {
  const live = (await describeRules(ecr))
    .map(({ ecrRepositoryPrefix = "" }) => stripSlash(ecrRepositoryPrefix))
    .filter((rule) => prefixes.some((prefix) => isUnder(rule, `${prefix}/`) || isUnder(prefix, `${rule}/`)));
  if (live.length === 0) return;
  throw new RefusedError(
    "clean",
    live.map((rule) => `${rule} in ${region}: still has a pull through cache rule; destroy the cache first`),
  );
}

interface Found {
  readonly repositories: readonly { readonly region: string; readonly name: string }[];
  readonly parts: readonly Left[];
  readonly stays: readonly Stays[];
}

/** What is left in a Region. A call that fails is said, and the rest is read. */
async function lookAt(
  ecr: ECRClient,
  region: string,
  prefixes: readonly string[],
  unchecked: string[],
): Promise<Found> {
  const look = <T>(what: string, read: () => Promise<T>) => attempt(unchecked, `${what} in ${region}`, read);
  const names = (await look("repositories", () => repositoryNames(ecr))) ?? [];
  const own = names.filter((name) => prefixes.some((prefix) => isUnder(prefix, name))).sort();
  const kinds = [
    ["template", leftoverTemplates],
    ["scanning filter", leftoverFilters],
    ["policy statement", leftoverStatements],
  ] as const;
  const parts: Left[] = [];
  const stays: Stays[] = [];
  for (const [kind, read] of kinds) {
    const leftover = await look(`${kind}s`, () => read(ecr, prefixes));
    parts.push(...(leftover?.parts ?? []).map((part) => ({ region, kind, ...part })));
    stays.push(...(leftover?.shared ?? []).map((part) => ({ region, kind, ...part })));
  }
  return { repositories: own.map((name) => ({ region, name })), parts, stays };
}

async function countedRepository(client: ECRClient, region: string, name: string): Promise<Left> {
  const { images, bytes } = await storedImages(client, name);
  const remove = () => client.send(new DeleteRepositoryCommand({ repositoryName: name, force: true }));
  return { region, kind: "repository", name, about: [name], images: images.length, bytes, remove };
}

function show(left: readonly Left[], prefixes: readonly string[], isAll: boolean, terminal: Terminal): void {
  if (left.length === 0) {
    if (!isAll) terminal.print("Nothing was found, but not everything was looked at.");
    else if (prefixes.length > 0) terminal.print(`Nothing of ${prefixes.join(", ")} is left to delete.`);
    return;
  }
  const rows = left.map(({ region, kind, name, images, bytes }) => [
    region,
    kind,
    images === undefined ? "" : String(images),
    bytes === undefined ? "" : gigabytes(bytes),
    name,
  ]);
  terminal.print(table(terminal, ["REGION", "WHAT", "IMAGES", "GB", "NAME"], rows));
}

interface Cleaned {
  readonly left: readonly Left[];
  readonly outcomes: ReadonlyMap<Left, Outcome>;
  readonly stays: readonly Stays[];
  readonly unchecked: readonly string[];
}

function report({ left, outcomes, stays, unchecked }: Cleaned, { yes, json }: CleanOptions, terminal: Terminal): void {
  const endOf = (one: Left) => outcomes.get(one) ?? "left";
  if (json) {
    const all = left.map((one) => {
      const { region, kind, name, images, bytes } = one;
      return { region, kind, name, images, bytes, outcome: endOf(one) };
    });
    const shared = stays.map(({ region, kind, name, why }) => ({ region, kind, name, why }));
    terminal.print(JSON.stringify({ left: all, stays: shared, unchecked }, undefined, 2));
    return;
  }
  for (const one of unchecked) terminal.say(terminal.style("yellow", `Not checked: ${one}`));
  for (const { region, kind, name, why } of stays)
    terminal.say(terminal.style("yellow", `The ${kind} ${name} in ${region} stays: ${why}`));
  for (const one of left.filter((item) => endOf(item).startsWith("failed")))
    terminal.say(terminal.style("red", `${one.name} in ${one.region}: ${endOf(one)}`));
  const deleted = left.filter((one) => endOf(one) === "deleted").length;
  if (yes) terminal.print(`Deleted ${deleted} of ${left.length}.`);
  else if (left.length > 0) {
    const bytes = left.reduce((sum, one) => sum + (one.bytes ?? 0), 0);
    terminal.print(`\n${gigabytes(bytes)} GB. Nothing was deleted. Run it again with --yes to delete all of this.`);
  }
}
