import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import type { Terminal } from "./terminal";

/** Only thin lines between the columns, so that a table can be copied and searched. */
const BORDERLESS = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "" },
  middle: "  ",
};

const MIN_LAST = 30;

/** A table for people, with the last column wrapped to the width of the terminal, between words only. */
export function table(terminal: Terminal, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(width)));
  const before = widths.slice(0, -1).reduce((sum, value) => sum + value + 2, 0);
  const longestWord = Math.max(...rows.map((row) => width((row.at(-1) ?? "").replaceAll(" ", "\n"))));
  const wanted = Math.min(widths.at(-1) ?? 0, terminal.columns - before);
  widths[widths.length - 1] = Math.max(MIN_LAST, longestWord, wanted);
  const made = new Table({
    head: head.map((title) => terminal.style("bold", title)),
    chars: BORDERLESS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** The width of a text without its color codes. */
function width(text: string): number {
  return Math.max(
    ...stripVTControlCharacters(text)
      .split("\n")
      .map((line) => line.length),
  );
}
