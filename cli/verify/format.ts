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

/** Annotations of a workflow run. Source: GitHub Actions, "Workflow commands", with its escapes. */
export function asGithub(reports: readonly CacheReport[]): string {
  const escaped = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return reports
    .flatMap(({ cache, findings, unchecked }) => [
      ...findings.map(
        ({ check, problem, fix }) =>
          `::error title=${property(`${cache.prefix} in ${cache.region}: ${check}`)}::${escaped(`${problem}. To fix: ${fix}`)}`,
      ),
      ...unchecked.map(
        (reason) => `::notice title=${property(`${cache.prefix} in ${cache.region}: not checked`)}::${escaped(reason)}`,
      ),
    ])
    .join("\n");
}
