import type { Problem } from "./model/check";

/** An AWS error: its exception name, message and HTTP status. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** A thing that must be there. */
export function found<T>(thing: T | undefined, missing: () => Error): T {
  if (thing === undefined) throw missing();
  return thing;
}

/** A text that must be JSON. */
export function jsonOf(text: string, invalid: () => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid();
  }
}

/** A service's error for an input that violates its model. */
export type Refusal = (problems: readonly Problem[]) => AwsError;

/** Most services count the violated constraints and join them. Values are left out, because they may be secret. */
export function refuseAs(code: string): Refusal {
  return (problems) => {
    const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected`;
    const each = problems.map(({ at, constraint }) => {
      const place = at.charAt(0).toLowerCase() + at.slice(1);
      return `Value at '${place}' failed to satisfy constraint: ${constraint}`;
    });
    return new AwsError(code, `${count}: ${each.join("; ")}`);
  };
}
