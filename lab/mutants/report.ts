import { type Found, HOWS } from "./checkout";
import type { Mutant } from "./mutate";

export interface Judged {
  readonly mutant: Mutant;
  readonly found: Found | undefined;
}

export function report(area: string, command: string, total: number, judged: readonly Judged[]): string {
  const missed = judged.filter(({ found }) => found === undefined);
  const found = judged.length - missed.length;
  return [
    `# Changes to ${area} that tests notice`,
    "",
    `Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}, with ${judged.length} of ${total} changes.`,
    "",
    "| | changes |",
    "|---|---|",
    ...HOWS.map((how) => `| found by ${how} | ${judged.filter((one) => one.found?.by === how).length} |`),
    `| survive | ${missed.length} |`,
    `| **found** | **${percent(found, judged.length)}** |`,
    ...(missed.length > 0 ? ["", "## No unit test noticed", ""] : []),
    ...missed.map(({ mutant }) => `- ${shown(mutant)}`),
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
