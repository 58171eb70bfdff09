import { randomInt } from "node:crypto";
import { styleText } from "node:util";
import { clean, withoutControls } from "./clean";
import { StatusLine } from "./status";

type Style = Parameters<typeof styleText>[0];

/** Where a command reads and writes. Results go to standard output, everything else to standard error. */
export interface Terminal {
  /** Prints a result, cleaned. */
  print(text: string): void;
  /** Prints a message about the run, cleaned: progress, warnings, errors. */
  say(text: string): void;
  /** Shows a line below the messages, for a terminal only. An empty text removes it. */
  status(text: string): void;
  /** Prints instructions for a CI. */
  instruct(text: string): void;
  /** The whole of standard input. */
  read(): Promise<Buffer>;
  /** Standard input, part by part. */
  chunks(): AsyncIterable<string>;
  /** Writes a part of a result as it is, and waits until it is taken. */
  write(text: string): Promise<void>;
  /** Colors a text if the output is a terminal. */
  style(style: Style, text: string): string;
  /** Calls the listener on the first Ctrl-C; the second one ends the process. Returns what stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** Whether messages go to a terminal, so that a progress bar makes sense. */
  readonly isInteractive: boolean;
  /** Width of the output, in characters. */
  readonly columns: number;
  readonly env: NodeJS.ProcessEnv;
  /** The directory that relative paths start from. */
  readonly directory: string;
}

/** The terminal of a process. Node.js decides about colors: see `styleText` in its documentation. */
export function processTerminal(own: typeof process = process): Terminal {
  const { stdin, stdout, stderr, env } = own;
  const colours = new Colours();
  const status = new StatusLine(stderr);
  stderr.on("error", () => undefined);
  stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    // The reader has seen enough (`| head`). What the command does goes on.
    if (code === "EPIPE") return;
    stderr.write(`The output cannot be written (${code}).\n`, () => own.exit(2));
  });
  return {
    print: (text) => stdout.write(`${colours.restore(clean(text))}\n`),
    say: (text) => status.writeAbove(`${colours.restore(clean(text))}\n`),
    status: (text) => status.show(clean(text)),
    instruct: (text) => stdout.write(`${withoutControls(text)}\n`),
    read: async () => {
      const parts: Buffer[] = [];
      for await (const part of stdin) parts.push(part as Buffer);
      return Buffer.concat(parts);
    },
    chunks: () => stdin.setEncoding("utf8"),
    write: (text) => new Promise((done) => stdout.write(text, () => done())),
    style: (style, text) => colours.mark(styleText(style, text)),
    onInterrupt: (listener) => {
      own.once("SIGINT", listener);
      return () => own.off("SIGINT", listener);
    },
    isInteractive: stderr.isTTY === true && env.TERM !== "dumb",
    columns: stdout.columns ?? 120,
    env,
    directory: own.cwd(),
  };
}

/** Colors that cannot be forged: their codes have a number that only this process knows, until they are printed. */
class Colours {
  private readonly own = randomInt(100_000, 1_000_000);
  /** As `clean` shows the codes of this process, and those that the table adds at the end of its lines. */
  private readonly cleaned = new RegExp(`\\\\u001b\\[(?:(\\d+);${this.own}|(39|22))m`, "g");

  mark(text: string): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: color codes start with one.
    return text.replace(/\u001b\[(\d+)m/g, `\u001b[$1;${this.own}m`);
  }

  restore(text: string): string {
    return text.replace(this.cleaned, (_all, own = "", end = "") => `\u001b[${own}${end}m`);
  }
}
