import { setTimeout as sleep } from "node:timers/promises";
import type { LoggedRequest } from "../control/request-log";
import { AwsError } from "../errors";
import { type FaultRule, FaultRules } from "./rules";

/** Calls that a `stop` fault holds until a test releases them or their client disconnects. */
export interface HeldCall {
  readonly service: string;
  readonly operation: string;
  readonly when: "before" | "after";
}

export class HeldCalls {
  private readonly held = new Map<HeldCall, (outcome: "released" | "gone") => void>();

  list(): HeldCall[] {
    return [...this.held.keys()];
  }

  /** Resolves when the call may continue, or when nobody waits for its answer any more. */
  hold(call: HeldCall, clientGone: AbortSignal): Promise<"released" | "gone"> {
    return new Promise((resolve) => {
      const settle = (outcome: "released" | "gone") => {
        this.held.delete(call);
        resolve(outcome);
      };
      this.held.set(call, settle);
      if (clientGone.aborted) settle("gone");
      clientGone.addEventListener("abort", () => settle("gone"), { once: true });
    });
  }

  release(): number {
    const waiting = [...this.held.values()];
    for (const settle of waiting) settle("released");
    return waiting.length;
  }
}

/** Instead of an answer: the connection ends, by a reset or silently. */
export class Dropped extends Error {
  constructor(readonly how: "reset" | "close") {
    super(`the connection is dropped (${how})`);
  }
}

const DEFAULT_TIMEOUT = 60_000;

/** Sits between the server and every call, and makes calls fail as the rules say. */
export class Faults {
  readonly rules = new FaultRules();
  readonly held = new HeldCalls();

  /**
   * Runs one call, or makes it fail: before its effect, or after it with the answer lost. `perform` gets the `hide`
   * fault, which says who does not see what the call creates.
   */
  async around<T>(
    call: LoggedRequest,
    clientGone: AbortSignal,
    perform: (hiding?: FaultRule) => Promise<T>,
  ): Promise<T> {
    const rule = this.rules.next(call);
    if (rule === undefined) return perform();
    const { kind, when = "before" } = rule;
    call.fault = `${kind} ${when}`;
    if (kind === "hide") return perform(rule);
    if (when === "before") {
      await this.fail(rule, call, clientGone);
      return perform();
    }
    const result = await perform();
    await this.fail(rule, call, clientGone);
    return result;
  }

  /** Throws what the client sees instead of the answer. Returns if the call continues after it was held. */
  private async fail(rule: FaultRule, { service, operation }: LoggedRequest, clientGone: AbortSignal): Promise<void> {
    const { kind, when = "before", delay = kind === "timeout" ? DEFAULT_TIMEOUT : 0 } = rule;
    await sleep(delay, undefined, { signal: clientGone }).catch(() => {
      throw new Dropped("close");
    });
    if (kind === "timeout") throw new Dropped("close");
    if (kind === "reset") throw new Dropped("reset");
    if (kind === "throttle") throw new AwsError("ThrottlingException", "Rate exceeded", 400);
    if (kind === "error500") throw new AwsError("InternalFailure", "An internal error occurred (injected)", 500);
    if (kind === "accessDenied") {
      const message = `Not authorized to perform: ${service}:${operation} (injected)`;
      throw new AwsError("AccessDeniedException", message, 400);
    }
    const outcome = await this.held.hold({ service, operation, when }, clientGone);
    if (outcome === "gone") throw new Dropped("close");
  }
}
