import type { CallContext } from "./context";
import type { Shape } from "./validation/shape";

/** One operation of an AWS API: its input, the resource that IAM checks, and what it does. */
export interface Operation {
  readonly input: Shape<unknown>;
  /** Reads do not change the state, so nothing is saved after them. */
  readonly writes: boolean;
  resource(input: unknown, context: CallContext): string;
  run(input: unknown, context: CallContext): unknown;
}

export type Operations = Readonly<Record<string, Operation>>;

type Run<I> = (input: I, context: CallContext) => unknown;
type Resource<I> = (input: I, context: CallContext) => string;

function operation<I>(writes: boolean, input: Shape<I>, run: Run<I>, resource: Resource<I>): Operation {
  return {
    input,
    writes,
    resource: (value, context) => resource(value as I, context),
    run: (value, context) => run(value as I, context),
  };
}

const everything = () => "*";

export function read<I>(input: Shape<I>, run: Run<I>, resource: Resource<I> = everything): Operation {
  return operation(false, input, run, resource);
}

export function write<I>(input: Shape<I>, run: Run<I>, resource: Resource<I> = everything): Operation {
  return operation(true, input, run, resource);
}
