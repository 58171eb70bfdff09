import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkout, placeOf, type Snippet, snippets } from "./snippets";

/** What a page has introduced before: names of a snippet that it neither declares nor imports. */
const INTRODUCED: { readonly [name: string]: string } = {
  pulumi: `import * as pulumi from "@pulumi/pulumi";`,
  aws: `import * as aws from "@pulumi/aws";`,
  kubernetes: `import * as kubernetes from "@pulumi/kubernetes";`,
  writeFileSync: `import { writeFileSync } from "node:fs";`,
  PullThroughCache: `import { PullThroughCache } from "pulumi-pull-through-cache";`,
  cache: `declare const cache: import("pulumi-pull-through-cache").PullThroughCache;`,
  nodeRole: `declare const nodeRole: import("@pulumi/aws").iam.Role;`,
};
/** A part of the component's arguments, shown without the call. */
const FRAGMENT = /^\s*(?:\/\/.*\n\s*)*\w+: /;

const readmeProgram = snippets.find(({ file, language }) => file === "README.md" && language === "ts")?.text ?? "";

/** Compiles snippets of TypeScript against the built packages. Returns the compiler's errors, each with its place. */
export function compile(programs: readonly Snippet[]): string[] {
  const directory = join(checkout, "node_modules/.cache/documents");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const written = new Map(
    programs.map((program, index) => [fileOf(program, index), { program, ...asModule(program.text) }]),
  );
  for (const [name, { text }] of written) {
    mkdirSync(join(directory, dirname(name)), { recursive: true });
    writeFileSync(join(directory, name), text);
    // The program that a page is about is the README's.
    writeFileSync(join(directory, dirname(name), "index.ts"), readmeProgram);
  }
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noEmit: true, skipLibCheck: true, target: "es2022", types: ["node", "mocha"] },
        ...{ module: "esnext", moduleResolution: "bundler", esModuleInterop: true },
      },
      include: ["**/*.ts"],
    }),
  );
  const tsc = join(checkout, "node_modules/typescript-native/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", directory, "--pretty", "false"], {
    cwd: directory,
    encoding: "utf8",
  });
  return stdout
    .split("\n")
    .filter((line) => line.includes("error TS"))
    .map((line) => {
      const [, name = "", at = "1", error = line] = /^(.*\.ts)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const source = written.get(name);
      return source ? `${placeOf(source.program, Number(at) - 1 - source.added)}: ${error}` : line;
    });
}

/** The programs of a page are in one folder, so that they can import each other by the name in their first line. */
function fileOf({ file, text }: Snippet, index: number): string {
  const [, name = `${index}.ts`] = /^\/\/ ([\w.]+\.ts)\n/.exec(text) ?? [];
  return `${file.replaceAll(/\W/g, "-")}/${name}`;
}

function asModule(text: string): { text: string; added: number } {
  const isFragment = FRAGMENT.test(text);
  const body = isFragment
    ? `const shown: import("pulumi-pull-through-cache").PullThroughCacheArgs = {\n${text.replace(/,?\s*$/, "")},\n};\nvoid shown;`
    : text;
  const head = Object.entries(INTRODUCED)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(body))
    .filter(([name]) => !new RegExp(`\\b(?:const|let|class) ${name}\\b|import [^;]*\\b${name}\\b[^;]*from`).test(text))
    .map(([, declaration]) => declaration);
  const lines = [...head, "export {};"];
  return { text: [...lines, body].join("\n"), added: lines.length + (isFragment ? 1 : 0) };
}
