import type { ECRClient, Repository } from "@aws-sdk/client-ecr";
import { type CacheSource, findCaches } from "../caches/find";
import { describeTemplates } from "../caches/rules";
import { CannotRunError, EXIT, type ExitCode } from "../exit";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { workThrough } from "../terminal/work";
import { type Settings, settingsFor } from "./desired";
import { expiringImages } from "./preview";
import { change, type Difference, differencesOf, repositoriesOf } from "./repository";

export interface ApplyOptions extends CacheSource {
  readonly yes: boolean;
  /** Also what lies under the prefix ROOT: every repository of the Region, those that were pushed included. */
  readonly root: boolean;
  readonly dryRun: boolean;
  readonly concurrency: number;
  readonly json: boolean;
}

/** A repository that differs from its template. */
interface Pending {
  readonly region: string;
  readonly ecr: ECRClient;
  readonly repository: Repository;
  readonly wanted: Settings;
  readonly differences: readonly Difference[];
  /** How many images would expire. Undefined if the lifecycle policy does not change, or ECR gave no answer. */
  readonly expiring?: number;
}

/** Applies the templates' settings to existing repositories. A second run changes nothing. */
export async function apply(options: ApplyOptions, terminal: Terminal): Promise<ExitCode> {
  if (options.yes && options.dryRun) throw new CannotRunError("Give either --yes or --dry-run.");
  const { aws, caches: found } = await findCaches(options, terminal);
  const caches = found.filter(({ prefix }) => options.root || prefix !== "ROOT");
  if (caches.length < found.length)
    terminal.say("The prefix ROOT is left out, because your own repositories are under it, too. --root includes them.");
  const regions = [...new Set(caches.map(({ region }) => region))];
  const pending: Pending[] = [];
  let looked = 0;
  for (const region of regions) {
    const ecr = aws.ecr(region);
    const templates = await describeTemplates(ecr);
    const repositories = await repositoriesOf(
      ecr,
      caches.filter((cache) => cache.region === region),
    );
    looked += repositories.length;
    const compared = await workThrough(
      terminal,
      repositories,
      { unit: `repositories of ${region} to compare`, concurrency: options.concurrency },
      async (repository) => {
        const wanted = settingsFor(repository.repositoryName ?? "", templates);
        return wanted && (await pendingOf(region, ecr, repository, wanted));
      },
    );
    pending.push(...compared.results.filter((one) => one !== undefined));
    if (compared.left > 0) return EXIT.interrupted;
  }
  if (!options.json) show(pending, looked, terminal);
  const left = options.yes ? await changeAll(pending, options, terminal) : 0;
  if (options.json) terminal.print(asJson(pending, looked, options.yes));
  else if (options.yes) terminal.print(`Changed ${pending.length - left} of ${looked} repositories.`);
  else if (pending.length > 0) terminal.print("Nothing was changed. Run it again with --yes.");
  if (left > 0) return EXIT.interrupted;
  return pending.length > 0 && !options.yes ? EXIT.found : EXIT.sound;
}

async function pendingOf(
  region: string,
  ecr: ECRClient,
  repository: Repository,
  wanted: Settings,
): Promise<Pending | undefined> {
  const differences = await differencesOf(ecr, repository, wanted);
  if (differences.length === 0) return undefined;
  const policy = differences.includes("lifecycle policy") ? wanted.lifecyclePolicy : undefined;
  const expiring = policy && (await expiringImages(ecr, repository.repositoryName ?? "", policy));
  return { region, ecr, repository, wanted, differences, ...(typeof expiring === "number" && { expiring }) };
}

/** @returns How many repositories were not changed, because of Ctrl-C. */
async function changeAll(
  pending: readonly Pending[],
  { concurrency }: ApplyOptions,
  terminal: Terminal,
): Promise<number> {
  const changes = { unit: "repositories to change", concurrency };
  const { left } = await workThrough(terminal, pending, changes, ({ ecr, repository, wanted, differences }) =>
    change(ecr, repository, wanted, differences),
  );
  return left;
}

function show(pending: readonly Pending[], looked: number, terminal: Terminal): void {
  if (pending.length === 0) {
    terminal.print(`All ${looked} repositories match their templates.`);
    return;
  }
  const rows = pending.map(({ region, repository, differences, expiring }) => [
    region,
    repository.repositoryName ?? "",
    expiring === undefined ? (differences.includes("lifecycle policy") ? "?" : "-") : String(expiring),
    differences.join(", "),
  ]);
  terminal.print(table(terminal, ["REGION", "REPOSITORY", "IMAGES TO EXPIRE", "DIFFERS IN"], rows));
  const expiring = pending.reduce((sum, one) => sum + (one.expiring ?? 0), 0);
  terminal.print(
    `\n${pending.length} of ${looked} repositories differ; ${expiring} images would expire within 24 hours.`,
  );
}

function asJson(pending: readonly Pending[], looked: number, changed: boolean): string {
  const repositories = pending.map(({ region, repository: { repositoryName }, differences, expiring }) => ({
    ...{ region, repositoryName, differences, expiring },
  }));
  return JSON.stringify({ looked, changed, repositories }, undefined, 2);
}
