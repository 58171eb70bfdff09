import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where a command reads and writes. Results go to standard output, everything else to standard error. */
export interface Terminal {
  /** Prints a result. */
  print(text: string): void;
  /** Prints a message about the run: progress, warnings, errors. */
  say(text: string): void;
  /** The whole of standard input. */
  read(): Promise<string>;
  /** Standard input, part by part. */
  chunks(): AsyncIterable<string>;
  /** Writes a part of a result as it is, and waits until it is taken. */
  write(text: string): Promise<void>;
  /** Colors a text if the output is a terminal. */
  style(style: Style, text: string): string;
  /** Whether messages go to a terminal, so that a progress bar makes sense. */
  readonly isInteractive: boolean;
  /** Width of the output, in characters. */
  readonly columns: number;
  readonly env: NodeJS.ProcessEnv;
  /** The directory that relative paths start from. */
  readonly directory: string;
}

/** The terminal of this process. Source of the variable: https://no-color.org. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const hasColour = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  return {
    print: (text) => stdout.write(`${text}\n`),
    say: (text) => stderr.write(`${text}\n`),
    read: async () => {
      const parts: Buffer[] = [];
      for await (const part of stdin) parts.push(part as Buffer);
      return Buffer.concat(parts).toString("utf8");
    },
    chunks: () => stdin.setEncoding("utf8"),
    write: (text) => new Promise((done, failed) => stdout.write(text, (error) => (error ? failed(error) : done()))),
    style: (style, text) => (hasColour ? styleText(style, text) : text),
    isInteractive: stderr.isTTY === true && env.TERM !== "dumb",
    columns: stdout.columns ?? 120,
    env,
    directory: process.cwd(),
  };
}
