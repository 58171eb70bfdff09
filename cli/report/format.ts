import { counted, plural } from "../terminal/count";
import { gigabytes } from "../terminal/size";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { type CacheContents, type Count, costOf, type Report, type RepositoryContents, type Sum } from "./contents";

export const FORMATS = ["table", "json", "csv", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** What a value is shown as if it is not known. */
const UNKNOWN = "?";

type Columns<T> = { readonly [title: string]: (one: T) => string };

const place = { Region: ({ region }: { region: string }) => region, Cache: ({ cache }: { cache: string }) => cache };

/** A count of a repository or of a sum, if it is known. */
type Amounts = Partial<Record<Count, number>> & { readonly atLeast?: readonly Count[] };

/** A count as people read it. */
export function shown(amounts: Amounts, count: Count, words: (value: number) => string = String): string {
  const value = amounts[count];
  if (value === undefined) return UNKNOWN;
  return amounts.atLeast?.includes(count) ? `at least ${words(value)}` : words(value);
}

/** What a size costs in a month, in US dollars. */
export function dollars(price: number): (bytes: number) => string {
  return (bytes) => costOf({ bytes }, price).toFixed(2);
}

const contents = (price: number) => ({
  Images: (one: Amounts) => shown(one, "images"),
  GB: (one: Amounts) => shown(one, "bytes", gigabytes),
  "USD/month": (one: Amounts) => shown(one, "bytes", dollars(price)),
  "Failed scans": (one: Amounts) => shown(one, "failedScans"),
});

const lastPull = {
  "Last pull": ({ images, lastPull }: { images?: number; lastPull?: Date }) =>
    images === undefined ? UNKNOWN : (lastPull?.toISOString().slice(0, 10) ?? "none known"),
};

const sums = (price: number): Columns<Sum> => ({
  Repositories: (one) => shown(one, "repositories"),
  ...contents(price),
  "No lifecycle": (one) => shown(one, "withoutLifecycle"),
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
  const listing = <T>(columns: Columns<T>, items: readonly T[]) => {
    const { head, rows } = cells(columns, items);
    return table(
      terminal,
      head.map((title) => title.toUpperCase()),
      rows,
    );
  };
  const summary = `${[
    said(total, "repositories", "repository"),
    said(total, "images", "image"),
    `${shown(total, "bytes", gigabytes)} GB`,
    `${shown(total, "bytes", dollars(price))} USD a month at ${price} USD for a GB.`,
  ].join(", ")}`;
  const parts = [listing(cacheColumns(price), caches), summary];
  if (repositories.length > 0) parts.splice(1, 0, listing(repositoryColumns(price), repositories));
  return parts.join("\n\n");
}

function said(total: Sum, count: Count, one: string): string {
  return total[count] === undefined
    ? `${UNKNOWN} ${plural(2, one)}`
    : shown(total, count, (value) => counted(value, one));
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
