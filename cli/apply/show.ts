import { canonicalize, structuredPatch } from "diff";
import { parsed } from "../json";
import { counted, plural, someOf } from "../terminal/count";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import type { Applied, Compared } from "./apply";
import type { TagMutability } from "./desired";
import type { Difference } from "./difference";
import type { Refused } from "./places";

/** Shows what differs, once for all repositories that differ alike. */
export function showDifferences(comparison: Applied, isChanging: boolean, terminal: Terminal): void {
  const { compared, notCompared, pending, unchecked } = comparison;
  for (const one of unchecked) terminal.say(terminal.style("yellow", `Not checked: ${one}`));
  if (notCompared.length > 0) showNotCompared(notCompared, terminal);
  if (pending.length === 0) {
    terminal.print(noDifference(comparison));
    return;
  }
  const alike = new Map<string, Compared[]>();
  for (const one of pending) {
    const key = JSON.stringify(one.differences);
    alike.set(key, [...(alike.get(key) ?? []), one]);
  }
  for (const group of alike.values()) {
    const rows = group.map((one) => [one.region, nameOf(one), expiringOf(one)]);
    terminal.print(table(terminal, ["REGION", "REPOSITORY", "IMAGES TO EXPIRE"], rows));
    for (const difference of group[0]?.differences ?? []) {
      terminal.print(`  ${terminal.style("bold", difference.setting)}`);
      for (const line of changedLines(difference)) terminal.print(`    ${coloured(line, terminal)}`);
    }
    terminal.print("");
  }
  const expiring = pending.reduce((sum, one) => sum + (one.expiring ?? 0), 0);
  const images = `${pending.some(isUnknown) ? "at least " : ""}${counted(expiring, "image")}`;
  terminal.print(
    `${someOf(pending.length, compared, "repository", ["differs", "differ"])}; ${images} ${isChanging ? "will" : "would"} expire within 24 hours.`,
  );
}

/** One row for each cache and reason. */
function showNotCompared(notCompared: readonly Refused[], terminal: Terminal): void {
  const keyOf = ({ region, prefix, reason }: Refused) => [region, prefix, reason].join("\n");
  const rows = [...new Set(notCompared.map(keyOf))].map((key) => {
    const group = notCompared.filter((one) => keyOf(one) === key);
    const [{ region = "", prefix = "", reason = "" } = {}] = group;
    return [region, prefix, counted(group.length, "repository"), reason];
  });
  terminal.print(`${table(terminal, ["REGION", "CACHE", "NOT COMPARED", "WHY, AND WHAT TO DO"], rows)}\n`);
}

function noDifference({ compared, notCompared, unchecked }: Applied): string {
  if (unchecked.length > 0) return "No difference was found, but not everything was checked.";
  if (notCompared.length > 0) {
    const others = `${counted(notCompared.length, "repository")} not compared`;
    return compared === 0 ? `${others}.` : `No difference was found in ${counted(compared, "repository")}; ${others}.`;
  }
  if (compared === 0) return "These caches have no repository yet.";
  return compared === 1
    ? "The repository matches its template."
    : `All ${counted(compared, "repository")} match their templates.`;
}

/** Says what was changed and what was not. */
export function showOutcome({ pending, outcomes, undo }: Applied, terminal: Terminal): void {
  if (outcomes === undefined) {
    if (pending.length > 0) terminal.print("Nothing was changed. Run it again with --yes.");
    return;
  }
  const failed = pending.filter((one) => outcomes.get(one)?.problem !== undefined);
  if (failed.length > 0) {
    const rows = failed.map((one) => {
      const { changed = [], problem = "" } = outcomes.get(one) ?? {};
      return [one.region, nameOf(one), changed.join(", ") || "nothing", problem];
    });
    terminal.print(`${table(terminal, ["REGION", "REPOSITORY", "CHANGED", "WHY NOT MORE"], rows)}\n`);
  }
  const notStarted = pending.filter((one) => !outcomes.has(one)).map(nameOf);
  if (notStarted.length > 0) terminal.print(`Not started: ${notStarted.join(", ")}.`);
  terminal.print(
    `Changed ${outcomes.size - failed.length} of ${counted(pending.length, "repository")} that ${plural(pending.length, "differs", "differ")}.`,
  );
  terminal.print(`To go back: sh ${undo}`);
}

export function asJson({ account, compared, notCompared, pending, outcomes, undo, unchecked }: Applied): string {
  const repositories = pending.map((one) => {
    const { region, expiring, differences } = one;
    return {
      ...{ region, repository: nameOf(one), expiring, outcome: outcomeOf(one, outcomes), ...outcomes?.get(one) },
      differences: differences.map(({ setting, before, after }) => ({
        ...{ setting, before: parsed(before), after: parsed(after) },
      })),
    };
  });
  const refused = notCompared.map(({ region, prefix, repository: { repositoryName: repository }, reason }) => ({
    ...{ region, prefix, repository, reason },
  }));
  return JSON.stringify({ account, compared, notCompared: refused, repositories, undo, unchecked }, undefined, 2);
}

function outcomeOf(one: Compared, outcomes: Applied["outcomes"]): "differs" | "changed" | "failed" | "not started" {
  if (outcomes === undefined) return "differs";
  const outcome = outcomes.get(one);
  if (outcome === undefined) return "not started";
  return outcome.problem === undefined ? "changed" : "failed";
}

function nameOf({ repository: { repositoryName = "" } }: Compared): string {
  return repositoryName;
}

function expiringOf(one: Compared): string {
  if (one.expiring !== undefined) return String(one.expiring);
  return isUnknown(one) ? "?" : "-";
}

/** Whether images would expire, and ECR did not say how many. */
function isUnknown({ differences, expiring }: Compared): boolean {
  return expiring === undefined && differences.some(({ setting }) => setting === "lifecycle policy");
}

/** Lines around a changed one that say where it is. */
const CONTEXT = 2;

function changedLines(difference: Difference): string[] {
  const { before, after } = difference;
  const [old, wanted] =
    difference.setting === "tag mutability"
      ? [mutabilityText(difference.before), mutabilityText(difference.after)]
      : [jsonText(before), jsonText(after)];
  const { hunks } = structuredPatch("", "", old, wanted, "", "", { context: CONTEXT });
  return hunks.flatMap(({ lines }) => lines).filter((line) => !line.startsWith("\\"));
}

function mutabilityText({ setting, filters }: TagMutability): string {
  return [setting, ...filters.map((filter) => `except ${filter}`)].join("\n");
}

/** A line for each part, in one order, so that lines can be compared. */
function jsonText(value: unknown): string {
  if (value === undefined) return "";
  return JSON.stringify(
    canonicalize(parsed(value), null, null, (_key, inner) => inner),
    undefined,
    2,
  );
}

function coloured(line: string, terminal: Terminal): string {
  if (line.startsWith("+")) return terminal.style("green", line);
  return line.startsWith("-") ? terminal.style("red", line) : line;
}
