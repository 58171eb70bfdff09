import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const PROGRAMS = {
  python: "examples/languages/python/__main__.py",
  go: "examples/languages/go/main.go",
  csharp: "examples/languages/dotnet/Program.cs",
  java: "examples/languages/java/src/main/java/app/App.java",
  yaml: "examples/languages/yaml/Pulumi.yaml",
};

type Language = keyof typeof PROGRAMS;
type Excerpts = { readonly [language in Language]?: RegExp };

/** Where the example programs call a method or function. YAML and Java have no methods. */
const EXCERPTS: { readonly [name: string]: Excerpts } = {
  image: {
    python: /^pulumi\.export\("prometheus".*$/m,
    go: /^\tprometheus, err := [\s\S]*?^\t\}$/m,
    csharp: /cache\.Image\(.*\)(?=,$)/m,
  },
  grantPull: {
    python: /^pulumi\.export\("policy".*$/m,
    go: /^\tpolicy, err := [\s\S]*?^\t\}$/m,
    csharp: /cache\.GrantPull\(.*\)(?=,$)/m,
  },
  cacheImage: {
    python: /^rules = .*$|^pulumi\.export\("grafana".*$/gm,
    go: /^\trules := .*$|^\tgrafana := [\s\S]*?^\t\}\)$/gm,
    csharp: /^ {4}var rules = [\s\S]*?;$|^ {4}var grafana = .*$/gm,
    java: /^ {8}var rules = [\s\S]*?;$|^ {8}return PullthroughcacheFunctions[\s\S]*?;$|^ {4}private static CacheRuleArgs args[\s\S]*?^ {4}\}$/gm,
    yaml: /^variables:\n.*$|^ {2}grafana:\n {4}[\s\S]*?return: image$/gm,
  },
  clientConfiguration: {
    python: /^rules = .*$|^pulumi\.export\("buildkit".*$/gm,
    go: /^\trules := .*$|^\tclients := .*$/gm,
    csharp: /^ {4}var rules = [\s\S]*?;$|^ {4}var clients = .*$/gm,
    java: /^ {8}var (rules|clients) = [\s\S]*?;$|^ {4}private static CacheRuleArgs args[\s\S]*?^ {4}\}$/gm,
    yaml: /^variables:\n.*$|^ {2}buildkit:\n {4}[\s\S]*?return: buildkitConfig$/gm,
  },
};

/**
 * A description with the program of the README and those of other languages. All but the C# one are run or compiled in tests or by `npm run compat`.
 */
export function withPrograms(description: string): string {
  const typescript = /^```ts\n([\s\S]*?)^```$/m.exec(read("README.md"))?.[1];
  if (typescript === undefined) throw new Error("README.md has no program");
  const programs = Object.entries(PROGRAMS).map(([language, file]): [string, string] => [language, read(file)]);
  return withExample(description, [["typescript", typescript], ...programs]);
}

/** The description of a method or function, with the lines of the example programs that call it. */
export function withCall(name: string, description: string): string {
  const calls = Object.entries(EXCERPTS[name] ?? {}).map(([language, pattern]): [string, string] => {
    const found = read(PROGRAMS[language as Language]).match(pattern);
    if (!found) throw new Error(`${PROGRAMS[language as Language]} does not call ${name}`);
    return [language, dedented(found)];
  });
  return calls.length === 0 ? description : withExample(description, calls);
}

/** The excerpts moved to the left, at most by the indent of the first one. */
function dedented(excerpts: readonly string[]): string {
  const indentOf = (text: string) => text.search(/[^\t ]/);
  const most = indentOf(excerpts[0] ?? "");
  const moved = excerpts.map((excerpt) => {
    const indent = Math.min(most, indentOf(excerpt));
    return excerpt.replace(new RegExp(`^[\\t ]{${indent}}`, "gm"), "");
  });
  return moved.join("\n");
}

/** Pulumi's generators keep only the code of their language, and drop an example without any. */
function withExample(description: string, sources: readonly (readonly [string, string])[]): string {
  const blocks = sources.map(([language, source]) => `\`\`\`${language}\n${source.trimEnd()}\n\`\`\`\n`);
  const example = `{{% example %}}\n## Example Usage\n\n${blocks.join("\n")}{{% /example %}}`;
  return `${description}\n\n{{% examples %}}\n${example}\n{{% /examples %}}`;
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), "utf8");
}
