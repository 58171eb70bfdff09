import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Prints what was compared and writes it to `<name>.results.md`, with how often each outcome occurred. */
export function saveResults(name: string, title: string, summary: string, outcomes: ReadonlyMap<string, number>): void {
  const rows = [...outcomes].sort((a, b) => b[1] - a[1]);
  console.log(summary);
  for (const [outcome, number] of rows) console.log(`  ${outcome}: ${number}`);
  const text = [
    `# ${title}`,
    "",
    `Results of \`lab/differential/${name}.ts\`, ${new Date().toISOString().slice(0, 10)}: ${summary}.`,
    "",
    "| outcome | number |",
    "| --- | ---: |",
    ...rows.map(([outcome, number]) => `| ${outcome} | ${number.toLocaleString("en")} |`),
    "",
  ];
  writeFileSync(join(__dirname, `${name}.results.md`), text.join("\n"));
}
