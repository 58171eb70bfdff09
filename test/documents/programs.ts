import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, placeOf, type Snippet } from "./snippets";

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

/** Compiles snippets of TypeScript against the built packages. Returns the compiler's errors, each with its place. */
export function compile(programs: readonly Snippet[]): string[] {
  const directory = join(checkout, "node_modules/.cache/documents");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const written = new Map(programs.map((program, index) => [`${index}.ts`, { program, ...asModule(program.text) }]));
  for (const [name, { text }] of written) writeFileSync(join(directory, name), text);
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        ...{ strict: true, noEmit: true, skipLibCheck: true, target: "es2022", types: ["node", "mocha"] },
        ...{ module: "nodenext", moduleResolution: "nodenext", esModuleInterop: true },
      },
      include: ["*.ts"],
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
      const [, name = "", at = "1", error = line] = /^(?:.*\/)?(\d+\.ts)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const source = written.get(name);
      return source ? `${placeOf(source.program, Number(at) - 1 - source.added)}: ${error}` : line;
    });
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
