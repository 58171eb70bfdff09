import { setTimeout as sleep } from "node:timers/promises";
import { AwsError } from "../errors";
import { HeldCalls } from "./held";
import { type CallInfo, type FaultRule, FaultRules } from "./rules";

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
    call: CallInfo,
    clientGone: AbortSignal,
    perform: (hiding?: FaultRule) => Promise<T>,
    onFault: (rule: FaultRule) => void,
  ): Promise<T> {
    const rule = this.rules.next(call);
    if (rule === undefined) return perform();
    onFault(rule);
    if (rule.kind === "hide") return perform(rule);
    if (rule.when === "after") {
      const result = await perform();
      await this.fail(rule, call, clientGone);
      return result;
    }
    await this.fail(rule, call, clientGone);
    return perform();
  }

  /** Throws what the client sees instead of the answer. Returns if the call continues after it was held. */
  private async fail(rule: FaultRule, call: CallInfo, clientGone: AbortSignal): Promise<void> {
    if (rule.kind === "timeout") {
      await wait(rule.delay ?? DEFAULT_TIMEOUT, clientGone);
      throw new Dropped("close");
    }
    if (rule.delay !== undefined) await wait(rule.delay, clientGone);
    if (rule.kind === "reset") throw new Dropped("reset");
    if (rule.kind === "throttle") throw new AwsError("ThrottlingException", "Rate exceeded", 400);
    if (rule.kind === "error500") throw new AwsError("InternalFailure", "An internal error occurred (injected)", 500);
    if (rule.kind === "accessDenied") {
      const action = `${call.service}:${call.operation}`;
      throw new AwsError("AccessDeniedException", `Not authorized to perform: ${action} (injected)`, 400);
    }
    const outcome = await this.held.hold({ ...call, when: rule.when ?? "before" }, clientGone);
    if (outcome === "gone") throw new Dropped("close");
  }
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new Dropped("close");
  }
}
