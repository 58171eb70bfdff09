import assert from "node:assert/strict";
import { secretRecoveryWindow } from "../../../policy-pack/policies/secret-recovery-window";
import { passes, run, secret, undecidedFor } from "../support";

describe("secret-recovery-window", () => {
  const policy = secretRecoveryWindow;
  const config = { stacks: ["prod*"] };
  const none = { recoveryWindowInDays: 0 };
  const stack = "prod-eu";

  it("judges only the named stacks", async () => {
    assert.deepEqual(await run(policy, [secret("s", none, { stack })]), passes);
    assert.deepEqual(await run(policy, [secret("s", none)], config), passes);
    assert.deepEqual((await run(policy, [secret("s", none, { stack })], config)).violations, [
      "s: The secret has recoveryWindowInDays 0.",
    ]);
  });

  it("passes a window, other secrets and excluded names, and waits for unknown windows", async () => {
    for (const days of [undefined, 7, 30]) {
      assert.deepEqual(await run(policy, [secret("s", { recoveryWindowInDays: days }, { stack })], config), passes);
    }
    assert.deepEqual(await run(policy, [secret("s", { name: "db", ...none }, { stack })], config), passes);
    assert.deepEqual(await run(policy, [secret("s", none, { stack })], { ...config, exclude: ["s"] }), passes);
    const open = secret("s", { recoveryWindowInDays: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7" }, { stack });
    assert.deepEqual(await run(policy, [open], config), undecidedFor(policy, "s"));
  });
});
