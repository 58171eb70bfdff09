// Generates the chapter about the policies in policy-pack/README.md. With --check it changes nothing and fails if the
// chapter differs.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { notDecided } from "../policy-pack/kit/undecided";
import { policies } from "../policy-pack/policies";

const README = path.join(__dirname, "../policy-pack/README.md");
const BEGIN = "<!-- BEGIN POLICIES -->";
const END = "<!-- END POLICIES -->";

type Policy = (typeof policies)[number];
type Property = NonNullable<Policy["configSchema"]>["properties"][string];

/** Settings that every policy has are described once, above the generated chapter. */
const COMMON = ["include", "exclude"];

/** The last policy checks nothing. The README describes it separately. */
const judging = policies.filter((policy) => policy !== notDecided);

function table(): string[] {
  return [
    "| Policy | Level | Severity | Fixes |",
    "|---|---|---|---|",
    ...judging.map((policy) => {
      const mends = "remediateResource" in policy && policy.remediateResource !== undefined ? "yes" : "";
      return `| [${policy.name}](#${policy.name}) | ${policy.enforcementLevel} | ${policy.severity} | ${mends} |`;
    }),
  ];
}

function chapter(policy: Policy): string[] {
  const properties = Object.entries(policy.configSchema?.properties ?? {}).filter(([name]) => !COMMON.includes(name));
  const [fix, code] = (policy.remediationSteps ?? "").split("\n\n```js\n");
  const text = `${policy.description} ${fix}`.replace(/[<*_]/g, "\\$&");
  return [
    `### ${policy.name}`,
    "",
    `${text} ([AWS](${policy.url}))${policy.framework === undefined ? "" : ` Security Hub: ${policy.framework.reference}.`}`,
    ...(code === undefined ? [] : ["", "```js", code]),
    ...(properties.length === 0 ? [] : ["", "| Setting | Type | Default | |", "|---|---|---|---|"]),
    ...properties.map(([name, property]) => row(name, property)),
    "",
  ];
}

function row(name: string, property: Property): string {
  const type = property.type === "array" ? "list of strings" : String(property.type);
  const fallback = property.default === undefined ? "" : `\`${JSON.stringify(property.default)}\``;
  return `| \`${name}\` | ${type} | ${fallback} | ${(property.description ?? "").replaceAll("|", "\\|")} |`;
}

function generated(readme: string): string {
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${README} lacks ${BEGIN} and ${END}`);
  const lines = [BEGIN, "", ...table(), "", ...judging.flatMap(chapter), END];
  return `${before}${lines.join("\n")}${after}`;
}

const current = readFileSync(README, "utf8");
const wanted = generated(current);
if (!process.argv.includes("--check")) writeFileSync(README, wanted);
else if (wanted !== current) {
  console.error("policy-pack/README.md does not say what the policies do: run `npx tsx scripts/policy-docs.ts`");
  process.exitCode = 1;
}
