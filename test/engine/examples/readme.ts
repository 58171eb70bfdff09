import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What the reader of an example's README types and sees. */
export interface Readme {
  /** Arguments of the `pulumi config set` commands of each block that ends in `pulumi up`. */
  readonly steps: readonly (readonly (readonly string[])[])[];
  /** Blocks without a language: the output of commands. */
  readonly printed: readonly string[];
  /** Blocks of YAML. */
  readonly yaml: readonly string[];
}

/** What the stand-in registries accept. */
const ANSWERS: Readonly<Record<string, string>> = { ".username": "demo-user", ".accessToken": "demo-token" };

const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** Reads the README of an example. `values` replace what the README invents. */
export function readReadme(directory: string, values: Readonly<Record<string, string>> = {}): Readme {
  const text = Object.entries(values).reduce(
    (all, [written, value]) => all.replaceAll(written, value),
    readFileSync(join(directory, "README.md"), "utf8"),
  );
  const blocks = [...text.matchAll(FENCED)].map(([, language, content = ""]) => ({ language, content }));
  const steps = blocks
    .filter(({ language, content }) => language === "sh" && content.endsWith("pulumi up\n"))
    .map(({ content }) => content.split("\n").filter((line) => line.startsWith("pulumi config set ")))
    .map((lines) => lines.map((line) => withAnswer(words(line.replace(/ &&$/, "")).slice(1))));
  const contents = (wanted: string) =>
    blocks.filter(({ language }) => language === wanted).map(({ content }) => content.trimEnd());
  return { steps, printed: contents(""), yaml: contents("yaml") };
}

/** Gives what the reader types when Pulumi asks for a user name or a token as an argument. */
function withAnswer(command: string[]): string[] {
  const [part = ""] = /\.(?:username|accessToken)$/.exec(command.at(-1) ?? "") ?? [];
  const answer = ANSWERS[part];
  return answer === undefined ? command : [...command, answer];
}

/** The words of a command line as a shell reads them, for the syntax that these READMEs use. */
function words(line: string): string[] {
  return (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, "$1"));
}

/** The end of what `pulumi up` prints: diagnostics, outputs and counts. */
export function printedResult(stdout: string): string {
  const [shown = ""] = /^(?:Diagnostics|Outputs):[\s\S]*?(?=\n\nDuration)/m.exec(stdout) ?? [];
  return comparable(shown);
}

/** Text without anything that differs between runs: random suffixes, the stack's name, empty lines. */
export function comparable(text: string): string {
  return text
    .replace(/-[0-9a-f]{7}\b/g, "-1a2b3c4")
    .replace(/^( {2}pulumi:pulumi:Stack \(.*)-\w+\):$/gm, "$1-dev):")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n");
}
