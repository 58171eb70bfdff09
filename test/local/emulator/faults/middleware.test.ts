import assert from "node:assert/strict";
import { Dropped, Faults } from "../../../../local/emulator/faults/middleware";
import type { FaultRule } from "../../../../local/emulator/faults/rules";

const CALL = { service: "ecr", operation: "CreateRepository", account: "111122223333" };

describe("emulator: a call with a fault", () => {
  /** What a call does: its answer or error, and what happened in which order. */
  async function seen(rule: Partial<FaultRule> & Pick<FaultRule, "kind">, during?: (faults: Faults) => void) {
    const faults = new Faults();
    const armed: FaultRule = { service: "ecr", operation: "*", ...rule };
    faults.rules.add(armed);
    const happened: string[] = [];
    const answer = faults
      .around(
        CALL,
        new AbortController().signal,
        async (hiding) => {
          happened.push(hiding === armed ? "done, hidden" : "done");
          return "answer";
        },
        (fired) => void happened.push(fired === armed ? "fault" : "another"),
      )
      .catch((error: Error & { code?: string; status?: number }) =>
        error instanceof Dropped ? `dropped: ${error.how}` : `${error.name} ${error.message} ${error.status}`,
      );
    if (during) {
      // The fault starts to wait in a later turn.
      await new Promise(setImmediate);
      during(faults);
    }
    return [await answer, happened] as const;
  }
  it("fails before its effect or after it", async () => {
    for (const [kind, error] of [
      ["throttle", "ThrottlingException Rate exceeded 400"],
      ["error500", "InternalFailure An internal error occurred (injected) 500"],
      ["accessDenied", "AccessDeniedException Not authorized to perform: ecr:CreateRepository (injected) 400"],
      ["reset", "dropped: reset"],
    ] as const) {
      assert.deepEqual(await seen({ kind }), [error, ["fault"]]);
      assert.deepEqual(await seen({ kind, when: "before", delay: 1 }), [error, ["fault"]]);
      assert.deepEqual(await seen({ kind, when: "after" }), [error, ["fault", "done"]]);
    }
    assert.deepEqual(await seen({ kind: "timeout", delay: 1 }), ["dropped: close", ["fault"]]);
    assert.deepEqual(await seen({ kind: "timeout", delay: 1, when: "after" }), ["dropped: close", ["fault", "done"]]);
  });

  it("goes on after a delay, or with what is hidden", async () => {
    assert.deepEqual(await seen({ kind: "delay", delay: 1 }), ["answer", ["fault", "done"]]);
    assert.deepEqual(await seen({ kind: "delay", delay: 1, when: "after" }), ["answer", ["fault", "done"]]);
    assert.deepEqual(await seen({ kind: "hide" }), ["answer", ["fault", "done, hidden"]]);
    assert.deepEqual(await seen({ kind: "throttle", service: "iam" }), ["answer", ["done"]]);
  });

  it("is held before or after its effect until it is released", async () => {
    for (const when of [undefined, "before", "after"] as const) {
      const result = await seen({ kind: "stop", ...(when && { when }) }, (faults) => {
        assert.deepEqual(faults.held.list(), [{ ...CALL, when: when ?? "before" }]);
        faults.held.release();
      });
      assert.deepEqual(result, ["answer", ["fault", "done"]]);
    }
  });

  it("ends when its client is gone, also while it waits", async () => {
    for (const kind of ["stop", "timeout", "delay"] as const) {
      const faults = new Faults();
      faults.rules.add({ service: "ecr", operation: "*", kind, ...(kind === "delay" && { delay: 60_000 }) });
      const client = new AbortController();
      let isDone = false;
      const perform = async () => {
        isDone = true;
      };
      const answer = faults.around(CALL, client.signal, perform, () => undefined);
      await new Promise(setImmediate);
      client.abort();
      await assert.rejects(answer, (error) => error instanceof Dropped && error.how === "close");
      assert.equal(isDone, false);
    }
  });
});
