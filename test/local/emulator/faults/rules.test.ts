import assert from "node:assert/strict";
import { HeldCalls } from "../../../../local/emulator/faults/held";
import { type FaultRule, FaultRules } from "../../../../local/emulator/faults/rules";
import { Visibility } from "../../../../local/emulator/faults/visibility";

const CALL = { service: "ecr", operation: "CreateRepository", account: "111122223333" };
const RULE: FaultRule = { service: "ecr", operation: "CreateRepository", kind: "throttle" };

describe("emulator: rules of faults", () => {
  it("apply to a service, an operation or all of them, and an account or all of them", () => {
    const applies = (rule: Partial<FaultRule>) => {
      const rules = new FaultRules();
      rules.add({ ...RULE, ...rule });
      return rules.next(CALL) !== undefined;
    };
    for (const rule of [{}, { operation: "*" }, { account: CALL.account }]) assert.equal(applies(rule), true);
    for (const rule of [{ service: "iam" }, { operation: "Create*" }, { account: "444455556666" }])
      assert.equal(applies(rule), false, JSON.stringify(rule));
  });

  it("apply to the nth call or a number of calls, and count what they see and do", () => {
    const fired = (rule: Partial<FaultRule>) => {
      const rules = new FaultRules();
      const armed = { ...RULE, ...rule };
      rules.replace([armed]);
      const calls = [1, 2, 3].map(() => rules.next(CALL) === armed);
      rules.next({ ...CALL, service: "iam" });
      assert.deepEqual(rules.list(), [{ ...armed, seen: 3, fired: calls.filter(Boolean).length }]);
      return calls;
    };
    assert.deepEqual(fired({}), [true, true, true]);
    assert.deepEqual(fired({ nth: 2 }), [false, true, false]);
    assert.deepEqual(fired({ times: 2 }), [true, true, false]);
    assert.deepEqual(fired({ nth: 1, times: 1 }), [true, false, false]);
  });

  it("apply one at a time, the first that is due, while all of them count", () => {
    const rules = new FaultRules();
    const [first, second]: FaultRule[] = [
      { ...RULE, times: 1 },
      { ...RULE, kind: "reset" },
    ];
    rules.replace([{ ...RULE, service: "iam" }, first as FaultRule]);
    rules.add(second as FaultRule);
    assert.deepEqual([rules.next(CALL), rules.next(CALL)], [first, second]);
    assert.deepEqual(
      rules.list().map(({ seen, fired }) => [seen, fired]),
      [
        [0, 0],
        [2, 1],
        [2, 1],
      ],
    );
    rules.replace([first as FaultRule]);
    assert.deepEqual(rules.list(), [{ ...first, seen: 0, fired: 0 }]);
  });
});

describe("emulator: calls that are held", () => {
  const call = { service: "ecr", operation: "CreateRepository", when: "before" } as const;

  it("go on when they are released, and end when their client is gone", async () => {
    const held = new HeldCalls();
    const client = new AbortController();
    const [first, second] = [
      held.hold(call, client.signal),
      held.hold({ ...call, when: "after" }, new AbortController().signal),
    ];
    assert.deepEqual(held.list(), [call, { ...call, when: "after" }]);
    client.abort();
    assert.equal(await first, "gone");
    assert.deepEqual(held.list(), [{ ...call, when: "after" }]);
    assert.equal(held.release(), 1);
    assert.equal(await second, "released");
    assert.deepEqual([held.list(), held.release()], [[], 0]);
  });

  it("are not held if their client is gone already", async () => {
    const held = new HeldCalls();
    assert.equal(await held.hold(call, AbortSignal.abort()), "gone");
    assert.deepEqual(held.list(), []);
  });
});

describe("emulator: things that are new", () => {
  it("are hidden from a number of reads", () => {
    const visibility = new Visibility();
    visibility.hide("a", 2);
    visibility.hide("none", 0);
    const seen = () => visibility.sees("a");
    assert.deepEqual([seen(), visibility.sees("b"), seen(), seen(), seen()], [false, true, false, true, true]);
    assert.equal(visibility.sees("none"), true);
  });

  it("are hidden from ECR until a time, and from nobody else", () => {
    const visibility = new Visibility();
    visibility.hideFromEcr("a", 100);
    assert.equal(visibility.sees("a"), true);
    assert.deepEqual(
      [99, 100, 101].map((now) => visibility.ecrSees("a", now)),
      [false, true, true],
    );
    visibility.hide("a", 1);
    assert.equal(visibility.ecrSees("a", 99), false);
    assert.deepEqual(
      [visibility.ecrSees("a", 100), visibility.ecrSees("a", 100)],
      [false, true],
      "a read of ECR counts",
    );
  });

  it("are all visible after a reset", () => {
    const visibility = new Visibility();
    visibility.hide("a", 2);
    visibility.hideFromEcr("b", 100);
    visibility.reset();
    assert.deepEqual([visibility.sees("a"), visibility.ecrSees("b", 0)], [true, true]);
  });
});
