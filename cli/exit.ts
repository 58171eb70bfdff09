import { counted } from "./terminal/count";

/** Exit codes: everything is fine, something was found, the command could not run, or Ctrl-C stopped it. */
export const EXIT = { sound: 0, found: 1, failed: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command cannot run. The message says why and what to do. It never contains a token. */
export class CannotRunError extends Error {}

/** A command refuses to change something. The message lists every problem and never quotes a value. */
export class RefusedError extends Error {
  constructor(subject: string, problems: readonly string[]) {
    super(listed(`${subject}: ${counted(problems.length, "problem")}. Nothing was changed.`, problems));
  }
}

/** A file is not what it must be. */
export function unusable(file: string, problems: readonly string[]): CannotRunError {
  return new CannotRunError(listed(`${file}: ${counted(problems.length, "problem")}.`, problems));
}

function listed(title: string, problems: readonly string[]): string {
  return [title, ...problems.map((problem) => `  - ${problem}`)].join("\n");
}
