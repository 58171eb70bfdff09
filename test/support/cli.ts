import { resolve } from "node:path";
import { run } from "../../cli/program";
import type { Terminal } from "../../cli/terminal/terminal";

/** The built command line tool. */
export const CLI = resolve(__dirname, "../../cli/dist/main.js");

/** The exit code and the output of a command. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly input?: string;
  readonly directory?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Takes what a Ctrl-C calls. */
  readonly onInterrupt?: (listener: () => void) => void;
  /** What the status line shows, if the output is a terminal. */
  readonly status?: (text: string) => void;
  /** Takes what has a style, and which. */
  readonly styled?: (style: string, text: string) => void;
}

/** Runs a command of the tool in this process. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const written: string[] = [];
  const terminal: Terminal = {
    print: (text) => stdout.push(text),
    say: (text) => stderr.push(text),
    instruct: (text) => stdout.push(text),
    status: (text) => options.status?.(text),
    onInterrupt: (listener) => {
      options.onInterrupt?.(listener);
      return () => undefined;
    },
    read: async () => Buffer.from(options.input ?? ""),
    chunks: async function* () {
      yield options.input ?? "";
    },
    write: async (text) => void written.push(text),
    style: (style, text) => {
      options.styled?.(String(style), text);
      return text;
    },
    isInteractive: options.status !== undefined,
    columns: 160,
    env: options.env ?? {},
    directory: options.directory ?? process.cwd(),
  };
  const code = await run(args, terminal);
  return { code, stdout: written.join("") + stdout.join("\n"), stderr: stderr.join("\n") };
}
