import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { loadAll } from "js-yaml";
import { createProgram } from "../../cli/program";
import { planRegistries } from "../../component/plan";
import { prepareToolchain } from "../../local/pulumi-cli";
import { commands, type DocumentedCommand } from "./commands";
import { compile } from "./programs";
import { checkout, placeOf, type Snippet, snippetsIn } from "./snippets";

const manifest = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
const published = (manifest.workspaces as string[]).map(
  (folder) => JSON.parse(readFileSync(join(checkout, folder, "package.json"), "utf8")).name,
);
const TOOL = "pull-through-cache";

/** Why a document's command is not parsed here, by its program. */
const NOT_PARSED: { readonly [program: string]: string } = {
  "cd, exit, export, printf": "the shell's own",
  "crane, curl, docker": "tests of the local AWS run these clients against it",
  git: "of contributors, on a clone",
  "helm, kustomize, kubectl": "run by hand: lab/clients",
  "sops, terraform, terragrunt": "their output comes from files in the tests of migrate",
};
const notParsed = new Set(Object.keys(NOT_PARSED).flatMap((names) => names.split(", ")));

/** The AWS CLI's own helper, and a service whose SDK nothing else here needs. */
const NOT_IN_THE_SDK = ["ecr get-login-password", "eks describe-nodegroup"];

/** Shown together with the error that it causes; the test of the example compares that. */
const SHOWN_WITH_ITS_ERROR = "examples/yaml-file/README.md";

interface Registries {
  readonly [key: string]: unknown;
}

const isProgram = ({ file }: Snippet) => file !== "docs/reference.md";
const programs = snippetsIn("ts", "typescript").filter(isProgram);
const yaml = snippetsIn("yaml").filter(({ file }) => file !== SHOWN_WITH_ITS_ERROR);
const json = snippetsIn("json");

function ofProgram(command: DocumentedCommand): readonly [program: string, ...words: string[]] {
  const words = command.words.filter((word) => !/^[A-Z_]+=/.test(word));
  const run = words[0] === "npx" ? words.slice(1) : words;
  while (run[0]?.startsWith("-")) run.splice(0, run[0] === "-p" ? 2 : 1);
  const [program = "", ...rest] = run;
  return [program, ...rest];
}

const parsed = commands.map((command) => ({ ...command, line: ofProgram(command) }));
const by = (program: string) => parsed.filter(({ line: [name] }) => name === program);

/** A test of all commands of a program. Each has a problem or none. */
function accepts(program: string, what: string, problemOf: (words: readonly string[]) => Promise<string | undefined>) {
  it(`${by(program).length} commands of ${program} ${what}`, async () => {
    const refused: string[] = [];
    for (const { place, line } of by(program)) {
      const [, ...words] = line;
      const problem = await problemOf(words);
      if (problem !== undefined) refused.push(`${place}: ${line.join(" ")}: ${problem}`);
    }
    assert.deepEqual(refused, []);
  });
}

describe("what the documents tell people to type", () => {
  it("has no placeholder in a block to paste that a shell takes for a file", () => {
    const unquoted = (text: string) => text.replace(/'[^']*'|"[^"]*"|#.*/g, "");
    const found = snippetsIn("bash", "sh").filter(({ text }) => /<[a-z][^<>|()]*>/i.test(unquoted(text)));
    assert.deepEqual(
      found.map((snippet) => placeOf(snippet, 0)),
      [],
    );
  });

  accepts(TOOL, "are accepted by its parser", (words) => parseWith(tool(), words));

  // Commands that differ only in values are the same to a parser.
  const shapes = new Map<string, Promise<string | undefined>>();
  accepts("pulumi", "are accepted by its command line tool", async (words) => {
    const shape = words.filter(isNoValue).join(" ");
    const problem = shapes.get(shape) ?? problemForPulumi(words);
    shapes.set(shape, problem);
    return problem;
  });

  accepts("npm", "name scripts and packages that exist", async (words) => {
    const [verb, ...names] = words.filter((word, index) => !word.startsWith("-") && words[index - 1] !== "--prefix");
    if (verb === "run") return manifest.scripts[names[0] ?? ""] === undefined ? "no such script" : undefined;
    if (verb === "test") return undefined;
    const isPackage = (name: string) => published.includes(name) || existsSync(join(checkout, "node_modules", name));
    return verb === "install" && names.every(isPackage) ? undefined : "no such package";
  });

  accepts("mocha", "name files that exist", async (words) => {
    const files = words.filter((word) => /^(?:test|lab|scripts|local)\//.test(word));
    const exist = files.every((file) => existsSync(join(checkout, file.replace(/\/[^/]*\*.*$/, ""))));
    return exist && files.length > 0 ? undefined : "no such file";
  });

  accepts("aws", "are operations of AWS's SDK, or its helpers", async ([service = "", operation = ""]) => {
    if (NOT_IN_THE_SDK.includes(`${service} ${operation}`)) return undefined;
    const client = await import(`@aws-sdk/client-${sdkName(service)}`);
    const name = operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    return `${name}Command` in client ? undefined : "no such operation";
  });

  it(`${parsed.filter(({ line: [name] }) => notParsed.has(name)).length} other commands are left out, each for a reason`, () => {
    const known = new Set([TOOL, "pulumi", "npm", "mocha", "aws", ...notParsed]);
    assert.deepEqual(
      parsed.filter(({ line: [name] }) => !known.has(name)),
      [],
      "a command of a program that nothing parses",
    );
  });

  it(`${programs.length} programs compile against the built packages`, () => {
    assert.deepEqual(compile(programs), []);
    // The compiler does see them.
    const wrong = { file: "wrong.md", line: 7, language: "ts", text: "cache.imag('nginx');" };
    assert.match(compile([wrong]).join(), /^wrong\.md:7: .*'imag'/);
  });

  it(`${yaml.length} pieces of YAML are read, those with registries by the component`, () => {
    const refused: string[] = [];
    for (const snippet of yaml) {
      for (const document of loadAll(snippet.text) as Registries[]) {
        const registries = registriesIn(document);
        const plan = registries && planRegistries("cache", registries);
        if (plan && !plan.ok) refused.push(`${placeOf(snippet)}: ${JSON.stringify(plan)}`);
      }
    }
    assert.deepEqual(refused, []);
  });

  it(`${json.length} pieces of JSON are JSON`, () => {
    for (const snippet of json) {
      assert.doesNotThrow(() => JSON.parse(snippet.text), placeOf(snippet));
    }
  });
});

/** The tool's command line, with commands that do nothing. */
function tool(): Command {
  const silent = { print: () => undefined, say: () => undefined, style: (_: string, text: string) => text };
  const program = createProgram(silent as never, () => undefined);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command !== program) command.action(() => undefined);
  }
  return program;
}

/** Pulumi shows the help of the command that it finds. */
async function problemForPulumi(words: readonly string[]): Promise<string | undefined> {
  const { pulumi } = await prepareToolchain();
  const help = await promisify(execFile)(pulumi, [...words, "--help"]).then(
    ({ stdout }) => stdout,
    (error: { stderr: string }) => error.stderr,
  );
  const command = /^Usage:\n {2}pulumi ([a-z -]*[a-z])/m.exec(help)?.[1]?.split(" ") ?? [];
  const aliases = /^Aliases:\n {2}(.*)$/m.exec(help)?.[1]?.split(", ") ?? [];
  const last = command.length - 1;
  const isMeant = (word: string, index: number) =>
    word === words[index] || (index === last && aliases.includes(words[index] ?? ""));
  // A group of commands takes no arguments of its own.
  const isOnlyGroup = /^Available Commands:/m.test(help) && !(words[command.length] ?? "-").startsWith("-");
  return command.length > 0 && command.every(isMeant) && !isOnlyGroup ? undefined : help.trim().split("\n")[0];
}

async function parseWith(program: Command, words: readonly string[]): Promise<string | undefined> {
  try {
    await program.parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    const { exitCode, message } = error as { exitCode?: number; message: string };
    return exitCode === 0 ? undefined : message;
  }
}

function isNoValue(word: string): boolean {
  return /^(?:--?)?[a-z-]+$/.test(word);
}

/** The registries in a document: those of a component in Pulumi YAML, or a registries file as a whole. */
function registriesIn(document: Registries): Registries | undefined {
  const resources = document.resources as { [name: string]: { properties?: { registries?: Registries } } } | undefined;
  if (resources)
    return Object.values(resources).find(({ properties }) => properties?.registries)?.properties?.registries;
  const isRegistriesFile = Object.keys(document).every((key) => /^[a-z0-9-]+$/.test(key)) && !("values" in document);
  return isRegistriesFile ? document : undefined;
}

function sdkName(service: string): string {
  return (
    { secretsmanager: "secrets-manager", resourcegroupstaggingapi: "resource-groups-tagging-api" }[service] ?? service
  );
}
