import assert from "node:assert/strict";
import { encryptionRequired } from "../../../policy-pack/policies/encryption-required";
import { later, passes, run, template, undecidedFor } from "../support";

describe("encryption-required", () => {
  const policy = encryptionRequired;
  const judge = (encryptionConfigurations: unknown, config: object = {}) =>
    run(policy, [template("t", { encryptionConfigurations })], config);
  const key = "arn:aws:kms:eu-central-1:111122223333:key/shop";

  it("passes both kinds of KMS, and the configured key", async () => {
    for (const encryptionType of ["KMS", "KMS_DSSE"]) assert.deepEqual(await judge([{ encryptionType }]), passes);
    assert.deepEqual(await judge([{ encryptionType: "KMS", kmsKey: key }], { keys: ["x", "arn:*:key/shop"] }), passes);
  });

  it("reports other encryption, and other keys", async () => {
    const none = ["t: The template does not encrypt with KMS."];
    for (const blocks of [undefined, [], [{ encryptionType: "AES256" }], [{}]]) {
      assert.deepEqual((await judge(blocks)).violations, none);
    }
    const wrong = ["t: The template does not encrypt with one of the required KMS keys."];
    assert.deepEqual((await judge([{ encryptionType: "KMS", kmsKey: key }], { keys: ["x"] })).violations, wrong);
    assert.deepEqual((await judge([{ encryptionType: "KMS" }], { keys: [key] })).violations, wrong);
    assert.deepEqual(await run(policy, [template("t", { appliedFors: ["REPLICATION"] })]), passes);
  });

  it("waits for unknown types and keys", async () => {
    assert.deepEqual(await judge([{ encryptionType: later }]), undecidedFor(policy, "t"));
    assert.deepEqual(await judge([later]), undecidedFor(policy, "t"));
    const open = [{ encryptionType: "KMS", kmsKey: later }];
    assert.deepEqual(await judge(open, { keys: [key] }), undecidedFor(policy, "t"));
    assert.deepEqual(await judge(open), passes);
    assert.deepEqual(await judge([{ encryptionType: "AES256" }, ...open]), passes);
    const fed = template(
      "t",
      { encryptionConfigurations: later },
      { feeds: { encryptionConfigurations: [template("x")] } },
    );
    assert.deepEqual(await run(policy, [fed]), undecidedFor(policy, "t"));
    assert.deepEqual(await run(policy, [template("t", { appliedFors: later })]), undecidedFor(policy, "t"));
    assert.equal((await judge(later)).violations.length, 1, "AWS fills in what nobody gives");
  });
});
