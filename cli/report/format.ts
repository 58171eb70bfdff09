import { counted } from "../terminal/count";
import { gigabytes } from "../terminal/size";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { type CacheContents, costOf, type Report, type RepositoryContents, type Sum } from "./contents";

export const FORMATS = ["table", "json", "csv", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** What a value is shown as if it is not known. */
const UNKNOWN = "?";

type Columns<T> = { readonly [title: string]: (one: T) => string };

const place = { Region: ({ region }: { region: string }) => region, Cache: ({ cache }: { cache: string }) => cache };

const contents = (price: number) => ({
  Images: ({ images }: { images?: number }) => images?.toString() ?? UNKNOWN,
  GB: ({ bytes }: { bytes?: number }) => (bytes === undefined ? UNKNOWN : gigabytes(bytes)),
  "USD/month": ({ bytes }: { bytes?: number }) => (bytes === undefined ? UNKNOWN : costOf({ bytes }, price).toFixed(2)),
  "Failed scans": ({ failedScans }: { failedScans?: number }) => failedScans?.toString() ?? UNKNOWN,
});

const lastPull = {
  "Last pull": ({ images, lastPull }: { images?: number; lastPull?: Date }) =>
    images === undefined ? UNKNOWN : (lastPull?.toISOString().slice(0, 10) ?? "none known"),
};

const sums = (price: number): Columns<Sum> => ({
  Repositories: ({ repositories }) => String(repositories),
  ...contents(price),
  "No lifecycle": ({ withoutLifecycle }) => String(withoutLifecycle),
  ...lastPull,
});

export function cacheColumns(price: number): Columns<CacheContents> {
  return { ...place, Upstream: ({ upstream }) => upstream, ...sums(price) };
}

export function repositoryColumns(price: number): Columns<RepositoryContents> {
  const lifecycle = { true: "yes", false: "no", undefined: UNKNOWN };
  return {
    ...place,
    Repository: ({ repository }) => repository,
    ...contents(price),
    Lifecycle: ({ hasLifecycle }) => lifecycle[`${hasLifecycle}`],
    ...lastPull,
  };
}

/** The cells of a table, the titles first. */
export function cells<T>(columns: Columns<T>, items: readonly T[]): { head: string[]; rows: string[][] } {
  return { head: Object.keys(columns), rows: items.map((item) => Object.values(columns).map((show) => show(item))) };
}

export function asTable({ caches, repositories, total, price }: Report, terminal: Terminal): string {
  const shown = <T>(columns: Columns<T>, items: readonly T[]) => {
    const { head, rows } = cells(columns, items);
    return table(
      terminal,
      head.map((title) => title.toUpperCase()),
      rows,
    );
  };
  const summary = `${counted(total.repositories, "repository")}, ${counted(total.images, "image")}, ${gigabytes(total.bytes)} GB, ${costOf(total, price).toFixed(2)} USD a month at ${price} USD for a GB.`;
  const parts = [shown(cacheColumns(price), caches), summary];
  if (repositories.length > 0) parts.splice(1, 0, shown(repositoryColumns(price), repositories));
  return parts.join("\n\n");
}

export function asJson({ regions: _, ...report }: Report): string {
  const priced = <T extends { readonly bytes?: number }>(one: T) => ({
    ...one,
    ...(one.bytes !== undefined && { cost: costOf(one, report.price) }),
  });
  const { total, caches, repositories } = report;
  const all = { total: priced(total), caches: caches.map(priced), repositories: repositories.map(priced) };
  return JSON.stringify({ ...report, ...all }, undefined, 2);
}

/** One line for each repository. Source of the quoting: RFC 4180. */
export function asCsv({ repositories, price }: Report): string {
  const { head, rows } = cells(repositoryColumns(price), repositories);
  const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [head, ...rows].map((row) => row.map(quoted).join(",")).join("\n");
}
