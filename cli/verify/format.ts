import type { Cache } from "../caches/model";
import { command } from "../terminal/github";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import type { CacheReport } from "./finding";

export const FORMATS = ["table", "json", "github"] as const;
export type Format = (typeof FORMATS)[number];

/**
 * One row for each finding, for each check that could not run, and for each cache without any. What is the same in several
 * caches of a Region is one row.
 */
export function asTable(reports: readonly CacheReport[], terminal: Terminal): string {
  const groups = new Map<string, { readonly caches: Cache[]; readonly end: readonly string[] }>();
  for (const { cache, findings, unchecked } of reports) {
    const ends = [
      ...findings.map(({ check, problem, fix, isAdvice }) => [
        terminal.style(isAdvice ? "yellow" : "red", isAdvice ? `${check} (advice)` : check),
        `${problem}\n${terminal.style("dim", `-> ${fix}`)}`,
      ]),
      ...unchecked.map((reason) => [terminal.style("yellow", "not checked"), reason]),
    ];
    if (ends.length === 0)
      groups.set(`${cache.region} ${cache.prefix}`, { caches: [cache], end: [terminal.style("green", "ok"), ""] });
    for (const end of ends) {
      const key = JSON.stringify([cache.region, end]);
      const group = groups.get(key) ?? { caches: [], end };
      group.caches.push(cache);
      groups.set(key, group);
    }
  }
  const rows = [...groups.values()].map(({ caches, end }) => {
    const [{ region = "", prefix = "", upstream = "" } = {}] = caches;
    return [region, ...(caches.length === 1 ? [prefix, upstream] : [`${caches.length} caches`, ""]), ...end];
  });
  return table(terminal, ["REGION", "CACHE", "UPSTREAM", "CHECK", "WHAT"], rows);
}

export function asJson(reports: readonly CacheReport[], account: string): string {
  const caches = reports.map(({ cache: { region, prefix, upstream }, findings, unchecked }) => ({
    region,
    prefix,
    upstream,
    findings,
    unchecked,
  }));
  return JSON.stringify({ account, caches }, undefined, 2);
}

/** Annotations of a workflow run. */
export function asGithub(reports: readonly CacheReport[]): string {
  return reports
    .flatMap(({ cache, findings, unchecked }) => [
      ...findings.map(({ check, problem, fix, isAdvice }) =>
        command(
          isAdvice ? "notice" : "error",
          `${cache.prefix} in ${cache.region}: ${check}`,
          `${problem}. To fix: ${fix}`,
        ),
      ),
      ...unchecked.map((reason) => command("warning", `${cache.prefix} in ${cache.region}: not checked`, reason)),
    ])
    .join("\n");
}
