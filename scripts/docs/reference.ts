// docs/reference.md: every input, output, method and function of the component, from the doc comments, and the config
// of the root program.
import { readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { type Declaration, declarationOf, functionsOf, type Member, type Method, valuesOf } from "./typescript";

const root = path.resolve(__dirname, "../..");

export function reference(): string {
  const component = declarationOf("PullThroughCache");
  if (!component) throw new Error("component/ has no class PullThroughCache");
  const inputs = reachable("PullThroughCacheArgs");
  const options = component.methods
    .flatMap(({ signature }) => signature.match(/\w+Options\b/g) ?? [])
    .flatMap((name) => reachable(name));
  const sections = [
    "# Reference",
    "<!-- Written by `npm run docs` from the doc comments of the code. Edit those, not this file. -->",
    "Names and types are those of TypeScript. `Input<T>` takes a plain value or an Output; everything else must be plain. Optional settings may be `undefined`.",
    contents(),
    "## Arguments",
    ...inputs.flatMap((declaration) => section(declaration, inputs)),
    ...[...new Set(inputs.flatMap(({ mentions }) => mentions))].flatMap(valueSet),
    "## Outputs",
    "Maps by registry use the registry's key. None of the outputs is a secret, and all except ARNs are known in the first preview.",
    table("Output", component.members),
    "## Methods",
    "Methods of the component. [Other languages](languages.md) have some of them too.",
    ...component.methods.flatMap(describe),
    ...unique(options).flatMap((declaration) => section(declaration, inputs)),
    "## Functions",
    "### From `pulumi-pull-through-cache`",
    ...functionsOf("index.ts").flatMap(describe),
    "### From `pulumi-pull-through-cache/images`",
    "They load neither Pulumi nor AWS.",
    ...functionsOf("images/index.ts").flatMap(describe),
    ...["CacheRule", "ImageReference"].flatMap((name) => section(required(name), inputs)),
    "### From `pulumi-pull-through-cache/clients`",
    "Each takes cache rules, such as those of one Region from the output `cacheRules`.",
    ...functionsOf("clients/index.ts").flatMap(describe),
    "### From `pulumi-pull-through-cache/plan`",
    "For tools that compare a declaration with AWS. It does not load Pulumi.",
    ...functionsOf("plan/index.ts").flatMap(describe),
    "## Config of the root program",
    "For [deploying without code](registries-file.md#deploy-without-writing-code): such as `pulumi config set scanning SCAN_ON_PUSH`.",
    config(),
  ];
  return `${sections.join("\n\n")}\n`;
}

function contents(): string {
  const titles = ["Arguments", "Outputs", "Methods", "Functions", "Config of the root program"];
  return titles.map((title) => `- [${title}](#${title.toLowerCase().replaceAll(" ", "-")})`).join("\n");
}

/** A declaration and everything that its members mention, in the order of the first mention. */
function reachable(name: string, seen = new Set<string>()): Declaration[] {
  const declaration = seen.has(name) ? undefined : declarationOf(name);
  if (!declaration) return [];
  seen.add(name);
  const next = [...declaration.mentions, ...declaration.extends];
  return [declaration, ...next.flatMap((mentioned) => reachable(mentioned, seen))];
}

function required(name: string): Declaration {
  const declaration = declarationOf(name);
  if (!declaration) throw new Error(`component/ has no interface ${name}`);
  return declaration;
}

function section(declaration: Declaration, all: readonly Declaration[]): string[] {
  const { name, text, members } = declaration;
  const parents = declaration.extends.filter((parent) => all.some((other) => other.name === parent));
  const also = parents.map((parent) => `It has the settings of [${parent}](#${parent.toLowerCase()}) too.`);
  return [`### ${name}`, [text, ...also].join(" "), table("Input", members)];
}

/** The values of a type that is a closed set. Nothing for other types. */
function valueSet(name: string): string[] {
  const set = valuesOf(name);
  if (!set) return [];
  const rows = set.values.map(({ value, text }) => `| \`${value}\` | ${text} |`);
  return [`### ${name}`, set.text, ["| Value | Meaning |", "| --- | --- |", ...rows].join("\n")];
}

function describe({ name, signature, text, parameters, throws }: Method): string[] {
  const rows = parameters.map((parameter) => `- \`${parameter.name}\`: ${parameter.text}`);
  return [
    `#### \`${name}\``,
    ["```ts", signature, "```"].join("\n"),
    // A list needs an empty line before and after it.
    text.replace(/\n(?!- )|(?<!\n- .*)\n(?=- )/g, "\n\n"),
    ...(rows.length > 0 ? [rows.join("\n")] : []),
    ...(throws ? [`Throws: ${throws}`] : []),
  ];
}

function table(heading: string, rows: readonly Member[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", "<br>");
  return [
    `| ${heading} | Type | Description |`,
    "| --- | --- | --- |",
    ...rows.map(({ name, type, text, isOptional }) => {
      const mark = heading === "Input" && !isOptional ? " (required)" : "";
      return `| \`${name}\`${mark} | \`${cell(type)}\` | ${cell(text)} |`;
    }),
  ].join("\n");
}

function config(): string {
  const project = load(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as {
    config: { [name: string]: { description: string; type: string; default?: unknown } };
  };
  return [
    "| Name | Type | Default | Description |",
    "| --- | --- | --- | --- |",
    ...Object.entries(project.config).map(([name, { description, type, default: fallback }]) => {
      const value = fallback === undefined ? "" : `\`${JSON.stringify(fallback)}\``;
      return `| \`${name}\` | ${type} | ${value} | ${description.trim().replace(/\s+/g, " ")} |`;
    }),
  ].join("\n");
}

function unique<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.filter(({ name }, index) => items.findIndex((other) => other.name === name) === index);
}
