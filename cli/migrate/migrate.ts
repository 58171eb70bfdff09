import { resolve } from "node:path";
import { CannotRunError, EXIT, type ExitCode, RefusedError } from "../exit";
import { readText } from "../read-text";
import { table } from "../terminal/table";
import type { Terminal } from "../terminal/terminal";
import { type Conversion, convert, type SecretMode } from "./convert";
import type { Found } from "./entry";
import { type FileState, fileState, type OutputFile, writeFiles } from "./files";
import { importFile } from "./import-file";
import { compareWithLive } from "./live";
import { mergeInputs } from "./merge";
import { readModuleYaml } from "./module-yaml";
import { nextSteps } from "./next-steps";
import { registriesFile } from "./registries-file";
import { stateRmScript } from "./state-rm";
import { readTerraformState, type StateReading } from "./terraform-state";
import { configPath, missingTokens, setTokens } from "./tokens";

export interface MigrateOptions {
  /** The module's YAML: a path, or `-` for standard input. */
  readonly from?: string;
  /** A raw Terraform state: a path, or `-`. */
  readonly state?: string;
  readonly name: string;
  readonly account?: string;
  readonly region?: string;
  readonly provider?: string;
  readonly secrets: SecretMode;
  readonly stack?: string;
  readonly out: string;
  readonly write: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** Moves caches from Terraform to Pulumi: shows the conversion, and writes it if asked to. */
export async function migrate(options: MigrateOptions, terminal: Terminal): Promise<ExitCode> {
  const { yaml, state } = await readInputs(options, terminal);
  const merged = mergeInputs(yaml, state);
  const converted = merged.problems.length === 0 ? convert(merged.entries, options.name, options.secrets) : undefined;
  const isNew = options.secrets === "new";
  const live = converted?.problems.length === 0 && isNew ? await compareWithLive(merged.entries, terminal) : [];
  const problems = [...merged.problems, ...(converted?.problems ?? []), ...live];
  if (!converted || problems.length > 0) {
    throw new RefusedError(
      "migrate",
      problems.map(({ place, message }) => `${place}: ${message}`),
    );
  }
  const directory = resolve(terminal.directory, options.out);
  const files = outputFiles(options, merged.entries, converted, state);
  const states = new Map(files.map((file) => [file.name, fileState(directory, file)]));
  const inTheWay = [...states].filter(([, found]) => found === "other").map(([name]) => name);

  const withTokens = isNew ? merged.entries.filter(({ credentials }) => credentials) : [];
  const isBlocked = inTheWay.length > 0 && !options.force;
  if (options.write && isBlocked) {
    throw new RefusedError(
      "migrate",
      inTheWay.map((name) => `${name}: exists with other content: use --force, or another --out`),
    );
  }
  const settings = withTokens.length > 0 ? await missingTokens(terminal, options.stack, withTokens) : [];
  if (options.write) {
    await setTokens(terminal, options.stack, settings);
    writeFiles(
      directory,
      files.filter(({ name }) => states.get(name) !== "same"),
    );
  }
  const tokens = settings.flatMap(({ paths }) => paths);
  report(options, terminal, { converted, states, tokens, entries: withTokens, left: state?.left ?? [] });
  return isBlocked ? EXIT.found : EXIT.sound;
}

async function readInputs(options: MigrateOptions, terminal: Terminal) {
  const { from, state } = options;
  if (from === undefined && state === undefined) {
    throw new CannotRunError("Give the module's YAML with --from, a Terraform state with --state, or both.");
  }
  if (from === "-" && state === "-") {
    throw new CannotRunError("Only one of --from and --state can be standard input: put the other one into a file.");
  }
  const label = (path: string) => (path === "-" ? "standard input" : path);
  return {
    yaml: from === undefined ? undefined : readModuleYaml(await readText(terminal, from), label(from)),
    state: state === undefined ? undefined : readTerraformState(await readText(terminal, state), label(state), options),
  };
}

function outputFiles(
  { name, secrets: mode, region, stack }: MigrateOptions,
  found: readonly Found[],
  { registries }: Conversion,
  state: StateReading | undefined,
): OutputFile[] {
  const steps = nextSteps({ name, mode, region: region ?? state?.region, stack, found, left: state?.left ?? [] });
  return [
    { name: "registries.yaml", content: registriesFile(registries) },
    { name: "import.json", content: importFile(name, found) },
    { name: "terraform-state-rm.sh", content: stateRmScript(found, mode) },
    { name: "NEXT.md", content: steps },
  ];
}

interface Outcome {
  readonly converted: Conversion;
  readonly states: ReadonlyMap<string, FileState>;
  readonly tokens: readonly string[];
  readonly entries: readonly Found[];
  readonly left: readonly string[];
}

function report(options: MigrateOptions, terminal: Terminal, outcome: Outcome): void {
  const { converted, states, tokens, left } = outcome;
  if (options.json) {
    const files = [...states].map(([name, state]) => ({ name, state }));
    const { registries, changes } = converted;
    terminal.print(
      JSON.stringify({ written: options.write, registries, changes, files, configSet: tokens, left }, undefined, 2),
    );
    return;
  }
  terminal.print(
    table(
      terminal,
      ["ENTRY", "FROM", "TO", "NOTE"],
      converted.changes.map(({ entry, from, to, note }) => [entry, from, to, note]),
    ),
  );
  const written = [...states].map(([name, state]) => `${fileWord(options, state)} ${name}`);
  const groups = [left.map((line) => `Stays with Terraform: ${line}`), [...written, ...tokenLines(options, outcome)]];
  for (const group of groups) if (group.length > 0) terminal.print(`\n${group.join("\n")}`);
  terminal.print(
    `\n${options.write ? "NEXT.md has the next steps." : "Nothing was written. Run it again with --write."}`,
  );
}

function tokenLines({ write }: MigrateOptions, { tokens, entries }: Outcome): string[] {
  if (write) return tokens.map((path) => `set         ${path}`);
  return entries.flatMap(({ key }) =>
    (["username", "accessToken"] as const).map((part) => {
      const path = configPath(key, part);
      return `${tokens.includes(path) ? "would set  " : "set already"} ${path}`;
    }),
  );
}

function fileWord({ write, force }: MigrateOptions, state: FileState): string {
  if (state === "same") return "unchanged  ";
  if (write) return state === "missing" ? "wrote      " : "replaced   ";
  if (state === "missing") return "would write";
  return force ? "would replace" : "is in the way (--force replaces it):";
}
