import { command } from "../terminal/github";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import type { CacheReport } from "./finding";

export const FORMATS = ["table", "json", "github"] as const;
export type Format = (typeof FORMATS)[number];

/** One row for each finding, and one for each cache without findings. */
export function asTable(reports: readonly CacheReport[], terminal: Terminal): string {
  const rows = reports.flatMap(({ cache, findings, unchecked }) => {
    const start = [cache.region, cache.prefix, cache.upstream];
    const ok = [
      [...start, terminal.style("green", "ok"), unchecked.length > 0 ? `not checked: ${unchecked.join("; ")}` : ""],
    ];
    if (findings.length === 0) return ok;
    return findings.map(({ check, problem, fix }) => [
      ...start,
      terminal.style("red", check),
      `${problem}\n${terminal.style("dim", `-> ${fix}`)}`,
    ]);
  });
  return table(terminal, ["REGION", "CACHE", "UPSTREAM", "CHECK", "WHAT"], rows);
}

export function asJson(reports: readonly CacheReport[]): string {
  const caches = reports.map(({ cache: { region, prefix, upstream }, findings, unchecked }) => ({
    region,
    prefix,
    upstream,
    findings,
    unchecked,
  }));
  return JSON.stringify({ caches }, undefined, 2);
}

/** Annotations of a workflow run. */
export function asGithub(reports: readonly CacheReport[]): string {
  return reports
    .flatMap(({ cache, findings, unchecked }) => [
      ...findings.map(({ check, problem, fix }) =>
        command("error", `${cache.prefix} in ${cache.region}: ${check}`, `${problem}. To fix: ${fix}`),
      ),
      ...unchecked.map((reason) => command("notice", `${cache.prefix} in ${cache.region}: not checked`, reason)),
    ])
    .join("\n");
}
