import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { formatPath, type Issue, type Locate } from "./issue";

/** One problem in the input. */
export interface InputProblem {
  /** Path of the argument, such as `registries.gitlab.prefix`; empty for the input as a whole. */
  readonly propertyPath: string;
  /** What is wrong, and what to write instead. Never holds a secret. */
  readonly reason: string;
  /** File, line and column, when the argument came from a file: `registries.yaml:3:5`. */
  readonly place?: string;
}

/**
 * An error that Pulumi prints without a stack trace. Pulumi inspects what is thrown in an `apply`, and with it the promise
 * that was rejected: on a program of any size that takes half a minute and more, unless the error says how it is shown.
 */
export class UserError extends pulumi.RunError {
  [inspect.custom](): string {
    return this.stack ?? this.message;
  }
}

const SHOWN = 100;

/**
 * Thrown when input is refused; nothing has been registered then. The message has each problem on a line of its own, and
 * Pulumi prints it without a stack trace.
 */
export class InvalidInputError extends UserError {
  /** Every problem; the message tells the first 100. */
  readonly errors: readonly InputProblem[];

  constructor(subject: string, errors: readonly InputProblem[]) {
    const count = errors.length === 1 ? "1 problem" : `${errors.length} problems`;
    const more = errors.length > SHOWN ? [`  - and ${errors.length - SHOWN} more`] : [];
    super([`${subject}: ${count} in the input.`, ...errors.slice(0, SHOWN).map(formatProblem), ...more].join("\n"));
    this.name = "InvalidInputError";
    this.errors = errors;
  }
}

function formatProblem({ place, propertyPath, reason }: InputProblem): string {
  return `  - ${[place, propertyPath, reason].filter(Boolean).join(": ")}`;
}

/** Refuses values of a component that are known only while it is deployed. */
export function refuse(...issues: readonly Issue[]): never {
  throw new InvalidInputError("PullThroughCache", toProblems(issues));
}

/** Issues as problems to report, with their places where they are known. */
export function toProblems(issues: readonly Issue[], locate?: Locate): InputProblem[] {
  return issues.map(({ path, message }) => ({
    propertyPath: formatPath(path),
    reason: message,
    place: locate?.(path),
  }));
}
