import { plural } from "../terminal/count";
import { gigabytes } from "../terminal/size";
import type { Report, RepositoryContents } from "./contents";
import { cacheColumns, cells, dollars, repositoryColumns, shown } from "./format";
import { type Bar, bars } from "./plots";

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 1200px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 0 0 .5rem; } p { color: #666; margin: .25rem 0; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; }
.tiles div { flex: 1 1 9rem; border: 1px solid #ddd; border-radius: 6px; padding: .6rem .9rem; }
.tiles b { display: block; font-size: 1.45rem; font-weight: 600; } .tiles span { color: #666; font-size: .85rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(480px, 1fr)); gap: 1.5rem 2rem; }
.plots section:nth-child(2) { grid-row: span 2; } svg { width: 100%; height: auto; } section { margin-bottom: 1.5rem; } .warning { color: #9a3412; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid #eee; } th { border-color: #999; }
.number { text-align: right; white-space: nowrap; } .wide { overflow-x: auto; }`;

const MOST_BARS = 12;
const DAY = 86_400_000;

/** One page that needs nothing else: no script, no server, no network. */
export function asPage(report: Report): string {
  const { account, regions, made, price, total, caches, repositories, unchecked } = report;
  const several = regions.length > 1;
  const name = (text: string, region: string) => (several ? `${text} (${region})` : text);
  const cost = (bytes: number) => `$${dollars(price)(bytes)}`;
  const size = (bytes: number) => `${gigabytes(bytes)} GB`;
  const byCache = caches.map((one) => bar(name(one.cache, one.region), one.bytes, shown(one, "bytes", cost)));
  const byRepository = repositories.map((one) =>
    bar(name(one.repository, one.region), one.bytes, shown(one, "bytes", size)),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pull through caches of ${escaped(account)}</title>
<style>${STYLE}</style>
<h1>Pull through caches</h1>
<p>Account ${escaped(account)}, ${escaped(regions.join(", "))}, ${made.toISOString().slice(0, 16).replace("T", " ")} UTC.
Costs are for storage, at ${price} USD for a GB and month. Layers that images share are counted in each image.</p>
${unchecked.map((one) => `<p class="warning">Not checked: ${escaped(one)}</p>`).join("\n")}
<div class="tiles">
${tile(shown(total, "bytes", cost), "a month")}
${tile(shown(total, "bytes", gigabytes), "GB")}
${tile(shown(total, "images"), plural(total.images ?? 0, "image"))}
${tile(shown(total, "repositories"), plural(total.repositories ?? 0, "repository"))}
${tile(shown(total, "withoutLifecycle"), "without lifecycle policy")}
${tile(shown(total, "failedScans"), "failed scans")}
</div>
<div class="plots">
${plot("Cost a month, by cache", byCache, "#2563eb")}
${plot("Largest repositories", byRepository, "#0f766e")}
${plot("Size, by the time of the last pull of a repository", byLastPull(repositories, made), "#b45309")}
</div>
${listing("Caches", cells(cacheColumns(price), caches))}
${listing("Repositories", cells(repositoryColumns(price), repositories))}
</html>`;
}

function bar(name: string, value = 0, text: string): Bar {
  return { name, value, shown: text };
}

/** How many days ago a repository was pulled from at most. */
const AGES = [
  ["within 7 days", 7],
  ["within 30 days", 30],
  ["within 90 days", 90],
  ["longer ago", Number.POSITIVE_INFINITY],
] as const;

function byLastPull(repositories: readonly RepositoryContents[], now: Date): Bar[] {
  const ageOf = ({ lastPull }: RepositoryContents) => {
    if (lastPull === undefined) return "no pull known";
    return AGES.find(([, days]) => now.getTime() - lastPull.getTime() <= days * DAY)?.[0];
  };
  return [...AGES.map(([age]) => age), "no pull known"].map((age) => {
    const bytes = repositories.filter((one) => ageOf(one) === age).reduce((sum, one) => sum + (one.bytes ?? 0), 0);
    return bar(age, bytes, `${gigabytes(bytes)} GB`);
  });
}

function plot(title: string, all: readonly Bar[], color: string): string {
  const more = all.length > MOST_BARS ? `<p>${all.length - MOST_BARS} more below.</p>` : "";
  if (all.length === 0) return "";
  return `<section><h2>${title}</h2>${bars(all.slice(0, MOST_BARS), color)}${more}</section>`;
}

function tile(value: string | number, what: string): string {
  return `<div><b>${value}</b><span>${what}</span></div>`;
}

function listing(title: string, { head, rows }: ReturnType<typeof cells>): string {
  const isNumber = head.map((_, column) => rows.some((row) => /^[\d.]+$/.test(row[column] ?? "")));
  const row = (tag: "th" | "td", all: readonly string[]) =>
    `<tr>${all.map((text, column) => `<${tag}${isNumber[column] ? ' class="number"' : ""}>${escaped(text)}</${tag}>`).join("")}</tr>`;
  return `<section><h2>${title}</h2><div class="wide"><table>
${[row("th", head), ...rows.map((cellsOfRow) => row("td", cellsOfRow))].join("\n")}
</table></div></section>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
