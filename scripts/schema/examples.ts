import { readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");
const PROGRAMS = {
  python: "examples/languages/python/__main__.py",
  go: "examples/languages/go/main.go",
  yaml: "examples/languages/yaml/Pulumi.yaml",
};

type Language = keyof typeof PROGRAMS;
type Excerpts = { readonly [language in Language]?: RegExp };

/** Where the example programs call a method or function. YAML has no methods. */
const EXCERPTS: { readonly [name: string]: Excerpts } = {
  image: {
    python: /^pulumi\.export\("prometheus".*$/m,
    go: /^\tprometheus, err := [\s\S]*?^\t\}$/m,
  },
  grantPull: {
    python: /^pulumi\.export\("policy".*$/m,
    go: /^\tpolicy, err := [\s\S]*?^\t\}$/m,
  },
  cacheImage: {
    python: /^rules = .*$|^pulumi\.export\("grafana".*$/gm,
    go: /^\tgrafana := [\s\S]*?^\t\)$/m,
    yaml: /^variables:\n.*$|^ {2}grafana:\n {4}[\s\S]*?return: image$/gm,
  },
};

/**
 * A description with the program of the README and those of other languages. All of them are run or compiled in tests.
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
    return [language, found.join("\n").replace(/^\t/gm, "")];
  });
  return calls.length === 0 ? description : withExample(description, calls);
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
