import { counted } from "./terminal/count";

/** Exit codes: everything is fine, something was found, the command could not run, or Ctrl-C stopped it. */
export const EXIT = { sound: 0, found: 1, failed: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot run. The message says why and what to do. It never contains a token. */
export class CannotRunError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CannotRunError";
  }
}

/** The input is invalid. The message lists every problem and never quotes a value. */
export class RefusedError extends Error {
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[]) {
    super(
      [
        `${subject}: ${counted(problems.length, "problem")}. Nothing was changed.`,
        ...problems.map((problem) => `  - ${problem}`),
      ].join("\n"),
    );
    this.name = "RefusedError";
    this.problems = problems;
  }
}
