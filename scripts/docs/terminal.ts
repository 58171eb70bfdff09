// Draws the demo's output as a picture of a terminal.
import { readFileSync } from "node:fs";
import path from "node:path";
import { escaped } from "./svg";

const RECORDED = path.resolve(__dirname, "../../docs/images/demo.txt");

const COLUMNS = 112;
/** How many lines to show of a long run of progress lines. */
const PROGRESS = 4;
const LINE = 17;
const WIDTH = 920;
const MARGIN = 18;

export function demo(): string {
  const lines = shorten(readFileSync(RECORDED, "utf8").trimEnd().split("\n")).map(clip);
  const height = lines.length * LINE + MARGIN * 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="The output of npm run demo">`,
    "<title>The output of npm run demo</title>",
    `<rect width="${WIDTH}" height="${height}" rx="10" fill="#16181d"/>`,
    `<g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">`,
    ...lines.map((line, index) => {
      const y = MARGIN + (index + 1) * LINE - 4;
      // SVG collapses spaces, except non-breaking ones.
      const text = escaped(line).replaceAll(" ", "\u00a0");
      return `<text x="${MARGIN}" y="${y}" ${style(line)}>${text}</text>`;
    }),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Leaves out the lines about running operations, and most lines of a long run of finished ones. */
function shorten(lines: readonly string[]): string[] {
  const shown: string[] = [];
  let run: string[] = [];
  const end = () => {
    shown.push(...run.slice(0, PROGRESS));
    if (run.length > PROGRESS) shown.push(`    ... and ${run.length - PROGRESS} more`);
    run = [];
  };
  for (const line of lines) {
    if (/^@ |^ [-+~ ]{2} .*(?:creating|deleting|updating|replacing)\b/.test(line)) continue;
    if (/^ [-+~]{1,2} +\S+:\S+:/.test(line)) {
      run.push(line);
      continue;
    }
    end();
    if (line !== "" || shown.at(-1) !== "") shown.push(line);
  }
  end();
  return shown;
}

function clip(line: string): string {
  return line.length > COLUMNS ? `${line.slice(0, COLUMNS - 1)}…` : line;
}

function style(line: string): string {
  if (line.startsWith("== ")) return 'fill="#ffffff" font-weight="700"';
  if (line.startsWith("$ ")) return 'fill="#8ab4f8"';
  if (/^ [+]{1,2}/.test(line)) return 'fill="#81c995"';
  if (/^ -/.test(line)) return 'fill="#f28b82"';
  return 'fill="#c8ccd4"';
}
