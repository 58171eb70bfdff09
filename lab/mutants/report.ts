import { type Found, HOWS } from "./checkout";
import type { Known } from "./known";
import type { Mutant } from "./mutate";

export interface Judged {
  readonly mutant: Mutant;
  readonly found: Found | undefined;
  readonly known: Known | undefined;
}

export function report(area: string, command: string, total: number, judged: readonly Judged[]): string {
  const survivors = judged.filter(({ found }) => found === undefined);
  const found = judged.length - survivors.length;
  const equivalent = survivors.filter(({ known }) => known?.isEquivalent).length;
  return [
    `# Changes of ${area} that tests notice`,
    "",
    `Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}, with ${judged.length} of ${total} changes. Engine tests did not run.`,
    "",
    "| | changes |",
    "|---|---|",
    ...HOWS.map((how) => `| found by ${how} | ${judged.filter((one) => one.found?.by === how).length} |`),
    `| survive | ${survivors.length} |`,
    `| **found** | **${percent(found, judged.length)}** |`,
    `| found, leaving out the ${equivalent} that change nothing anybody could see | ${percent(found, judged.length - equivalent)} |`,
    ...(survivors.length > 0 ? ["", "## No test noticed", ""] : []),
    ...survivors.map(({ mutant, known }) => `- ${shown(mutant)}${known ? `: ${known.reason}` : ""}`),
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
