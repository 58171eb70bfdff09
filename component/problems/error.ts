import { AsyncLocalStorage } from "node:async_hooks";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import type { Issue, Locate } from "./issue";
import { formatPath, printable } from "./print";

/** One problem in the input. */
export interface InputProblem {
  /** Path of the argument, such as `registries.gitlab.prefix`. Empty for the input as a whole. */
  readonly propertyPath: string;
  /** What is wrong, and what to write instead. It never contains a secret. */
  readonly reason: string;
  /** File, line and column, when the argument came from a file: `registries.yaml:3:5`. */
  readonly place?: string;
}

/**
 * An error that Pulumi prints without a stack trace, wherever it is thrown. Pulumi puts the path of the property that
 * waits for it before its message, prints its stack in some places, and inspects it together with the rejected promise
 * in others, which takes half a minute or more in a program of any size. So it has its message in all of them.
 */
export class UserError extends pulumi.RunError {
  constructor(message: string) {
    const text = printable(message);
    super(text);
    Object.defineProperty(this, "message", { get: () => text, set: () => undefined });
    this.stack = text;
  }

  [inspect.custom](): string {
    return this.message;
  }
}

const SHOWN = 100;

/**
 * Thrown when input is invalid, before anything is registered. The message lists each problem on its own line, and
 * Pulumi prints it without a stack trace.
 */
export class InvalidInputError extends UserError {
  /** Every problem. The message lists the first 100. */
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

/** A component, and what it has refused. Pulumi prints the same error once, however many resources wait for the value. */
export class Refuser {
  readonly errors = new Map<string, InvalidInputError>();
  constructor(readonly subject: string) {}
}

/** Who refuses values that become known later. Outputs keep it from where they are made. */
export const refuser = new AsyncLocalStorage<Refuser>();

/** Reports problems with values that become known only during the deployment. */
export function refuse(...issues: readonly Issue[]): never {
  const { subject, errors } = refuser.getStore() ?? new Refuser("PullThroughCache");
  const error = new InvalidInputError(subject, toProblems(issues));
  const said = errors.get(error.message) ?? error;
  errors.set(error.message, said);
  throw said;
}

/** Turns issues into problems, with their places if known. */
export function toProblems(issues: readonly Issue[], locate?: Locate): InputProblem[] {
  return issues.map(({ path, message }) => ({
    propertyPath: formatPath(path),
    reason: message,
    place: locate?.(path),
  }));
}
