import type { FinalizeRequestMiddleware, MiddlewareStack } from "@smithy/types";
import { CannotRunError } from "../exit";
import type { Terminal } from "../terminal/terminal";
import { isTimeout, reasonOf } from "./errors";

/** A server that gives no answer is asked only so often. */
const ATTEMPTS_WITHOUT_ANSWER = 2;

interface Client<I extends object, O extends object> {
  readonly config: { readonly serviceId: string; region(): Promise<string> };
  readonly middlewareStack: MiddlewareStack<I, O>;
}

const calls = new WeakMap<object, string>();

/** The call that failed with an error, such as `ECR DescribeImages in eu-west-1`. */
export function callOf(error: object): string | undefined {
  return calls.get(error);
}

/** Why something failed, with the call if it was one. */
export function failureOf(error: unknown): string {
  if (error instanceof CannotRunError) return error.message;
  const call = typeof error === "object" && error !== null ? callOf(error) : undefined;
  return call === undefined ? reasonOf(error) : `${call}: ${reasonOf(error)}`;
}

/** Says once for each reason why calls are tried again, and gives up on a server that never answers. */
export function watchCalls<I extends object, O extends object, C extends Client<I, O>>(
  client: C & Client<I, O>,
  terminal: Terminal,
): C {
  const { serviceId } = client.config;
  const said = new Set<string>();
  const attempts = new WeakMap<object, unknown[]>();
  const watch: FinalizeRequestMiddleware<I, O> = (next, context) => async (args) => {
    const { commandName = "" } = context;
    const call = `${serviceId} ${commandName.replace(/Command$/, "")} in ${await client.config.region()}`;
    const failed = attempts.get(context) ?? [];
    attempts.set(context, failed);
    if (failed.length > 0) {
      const reason = reasonOf(failed.at(-1));
      if (!said.has(reason)) terminal.say(`${call}: ${reason}. Trying again.`);
      said.add(reason);
    }
    try {
      return await next(args);
    } catch (error) {
      failed.push(error);
      if (error instanceof Error) calls.set(error, call);
      if (failed.filter(isTimeout).length < ATTEMPTS_WITHOUT_ANSWER) throw error;
      throw new CannotRunError(
        `${call}: no answer in time, ${ATTEMPTS_WITHOUT_ANSWER} times. Check the network, HTTPS_PROXY and NO_PROXY, or give a longer --timeout.`,
      );
    }
  };
  client.middlewareStack.addRelativeTo(watch, {
    relation: "after",
    toMiddleware: "retryMiddleware",
    name: "watchCalls",
  });
  return client;
}
