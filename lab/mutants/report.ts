import { type Found, HOWS } from "./checkout";
import type { Known } from "./known";
import type { Mutant } from "./mutate";

export interface Judged {
  readonly mutant: Mutant;
  readonly found: Found | undefined;
  readonly known: Known | undefined;
}

export function report(area: string, command: string, total: number, judged: readonly Judged[]): string {
  const missed = judged.filter(({ found }) => found === undefined);
  const kinds = (kind: Known["kind"]) => missed.filter(({ known }) => known?.kind === kind).length;
  const byItself = judged.length - missed.length;
  const found = byItself + kinds("engine test");
  return [
    `# Changes to ${area} that tests notice`,
    "",
    `Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}, with ${judged.length} of ${total} changes.`,
    "",
    "| | changes |",
    "|---|---|",
    ...HOWS.map((how) => `| found by ${how} | ${judged.filter((one) => one.found?.by === how).length} |`),
    `| found by an engine test, which was run by hand | ${kinds("engine test")} |`,
    `| survive | ${judged.length - found} |`,
    `| **found** | **${percent(found, judged.length)}** |`,
    `| found without engine tests | ${percent(byItself, judged.length)} |`,
    `| found, without the ${kinds("equivalent")} that have no visible effect | ${percent(found, judged.length - kinds("equivalent"))} |`,
    ...(missed.length > 0 ? ["", "## No unit test noticed", ""] : []),
    ...missed.map(({ mutant, known }) => `- ${shown(mutant)}${known ? `: ${known.kind}: ${known.reason}` : ""}`),
    "",
  ].join("\n");
}

function percent(part: number, whole: number): string {
  return `${((part / whole) * 100).toFixed(1)} %`;
}

export function shown({ file, line, before, after }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 70);
  return `${file}:${line} \`${short(before)}\` -> \`${short(after)}\``;
}
