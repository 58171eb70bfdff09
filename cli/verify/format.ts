import type { EmptyRegion } from "../caches/find";
import type { Cache } from "../caches/model";
import { counted } from "../terminal/count";
import { command } from "../terminal/github";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { type CacheReport, isSound } from "./finding";
import { type Audience, shownFix } from "./fix";

export const FORMATS = ["table", "json", "github"] as const;
export type Format = (typeof FORMATS)[number];

/** Everything that a run found. */
export interface Results {
  readonly account: string;
  readonly reports: readonly CacheReport[];
  readonly empty: readonly EmptyRegion[];
  readonly audience: Audience;
}

export function format(how: Format, results: Results, terminal: Terminal): string {
  if (how === "table") return asTable(results, terminal);
  return how === "json" ? asJson(results) : asGithub(results);
}

/** What is the same in several caches of a Region. */
interface Group {
  readonly caches: Cache[];
  readonly check: string;
  readonly what: string;
  readonly fixes: Set<string>;
}

/**
 * One row for each finding, for each check that could not run, and for each cache that is ok. What is the same in several
 * caches of a Region is one row. The fixes stand below, each once and in one line, so that they can be pasted.
 */
function asTable({ reports, empty, audience }: Results, terminal: Terminal): string {
  const notChecked = terminal.style("yellow", "not checked");
  const groups = new Map<string, Group>();
  const add = (cache: Cache, key: string, check: string, what: string, fix?: string) => {
    const group = groups.get(key) ?? { caches: [], check, what, fixes: new Set() };
    groups.set(key, group);
    group.caches.push(cache);
    if (fix !== undefined) group.fixes.add(fix);
  };
  for (const { cache, skipped, findings, unchecked } of reports) {
    const key = (...parts: string[]) => [cache.region, ...parts].join("\n");
    for (const { check, problem, fix, isAdvice } of findings) {
      const shown = terminal.style(isAdvice ? "yellow" : "red", isAdvice ? `${check} (advice)` : check);
      add(cache, key(check, problem), shown, problem, shownFix(fix, audience));
    }
    for (const reason of unchecked) add(cache, key("not checked", reason), notChecked, reason);
    if (!isSound({ findings, unchecked })) continue;
    const advice = [...new Set(findings.map(({ check }) => check))].join(" and ");
    const qualified = [
      ...(advice === "" ? [] : [`with advice on ${advice}`]),
      ...(skipped.length === 0 ? [] : [`without ${skipped.join(", ")}`]),
    ];
    add(cache, key(cache.prefix), terminal.style("green", "ok"), qualified.join(", "));
  }
  const fixes = [...new Set([...groups.values()].map(fixesOf))].filter((one) => one !== "");
  const rows = [...groups.values()].map((group) => {
    const { caches, check, what } = group;
    const [{ region = "", prefix = "", upstream = "" } = {}] = caches;
    const number = fixes.indexOf(fixesOf(group)) + 1;
    const where = caches.length === 1 ? [prefix, upstream] : [counted(caches.length, "cache"), ""];
    return [region, ...where, check, number > 0 ? `${what} [${number}]` : what];
  });
  const regions = empty.map(({ region, reason }) => [region, "", "", notChecked, reason]);
  const shown = table(terminal, ["REGION", "CACHE", "UPSTREAM", "CHECK", "WHAT"], [...regions, ...rows]);
  const numbered = fixes.map((fix, index) => `[${index + 1}] ${fix}`);
  return [shown, ...(numbered.length > 0 ? ["", "To fix:", ...numbered] : [])].join("\n");
}

function fixesOf({ fixes }: Group): string {
  return [...fixes].join("\n    ");
}

function asJson({ account, reports, empty, audience }: Results): string {
  const caches = reports.map(({ cache: { region, prefix, upstream }, skipped, findings, unchecked }) => ({
    ...{ region, prefix, upstream, skipped, unchecked },
    findings: findings.map((finding) => ({ ...finding, fix: shownFix(finding.fix, audience) })),
  }));
  return JSON.stringify({ account, regionsNotChecked: empty, caches }, undefined, 2);
}

/** Annotations of a workflow run. */
function asGithub({ reports, empty, audience }: Results): string {
  const ofRegions = empty.map(({ region, reason }) => command("warning", `${region}: not checked`, reason));
  const ofCaches = reports.flatMap(({ cache, findings, unchecked }) => [
    ...findings.map(({ check, problem, fix, isAdvice }) =>
      command(
        isAdvice ? "notice" : "error",
        `${cache.prefix} in ${cache.region}: ${check}`,
        `${problem}. To fix: ${shownFix(fix, audience)}`,
      ),
    ),
    ...unchecked.map((reason) => command("warning", `${cache.prefix} in ${cache.region}: not checked`, reason)),
  ]);
  return [...ofRegions, ...ofCaches].join("\n");
}
