import type { CallContext } from "./context";
import type { Held } from "./state/model";

type Run<I> = (input: I, context: CallContext) => unknown;
type Resource<I> = (input: I, context: CallContext) => string;

/** One operation of an AWS API. AWS's model checks its input, and selects the members of its output. */
export interface Operation<I = unknown> {
  /** The resource that IAM checks. */
  resource(input: I, context: CallContext): string;
  run(input: I, context: CallContext): unknown;
}

export type Operations = Readonly<Record<string, Operation | undefined>>;

type InputOf<Method> = Method extends (input: infer I, ...more: never[]) => unknown ? Held<NonNullable<I>> : never;

/** Operations of the service that a client of the AWS SDK calls, by AWS's names, with the inputs that the client sends. */
export type OperationsOf<Client> = {
  readonly [Method in keyof Client as Method extends string ? Capitalize<Method> : never]?: Operation<
    InputOf<Client[Method]>
  >;
};

const everything = () => "*";

export function operation<I>(run: Run<I>, resource: Resource<NoInfer<I>> = everything): Operation<I> {
  return { run, resource };
}

/** Operations on one kind of thing: how an input names one, what is missing if there is none, and what IAM checks for it. */
export function operationsOn<N, T>(find: (input: N, context: CallContext) => T, resource: Resource<N> = everything) {
  return <I extends N>(run: (thing: T, input: I, context: CallContext) => unknown): Operation<I> =>
    operation((input, context) => run(find(input, context), input, context), resource);
}
