/** How a command ended: everything is as it should be, something was found, or the command could not run. */
export const EXIT = { sound: 0, found: 1, failed: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot run, and the message says why and what to do. It never holds a token. */
export class CannotRunError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CannotRunError";
  }
}

/** What a user asked for is refused, with every problem at once. No value of the input is quoted. */
export class RefusedError extends Error {
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${subject}: ${count}. Nothing was written.`, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
    this.name = "RefusedError";
    this.problems = problems;
  }
}
