import assert from "node:assert/strict";
import { templateHasRole } from "../../../policy-pack/policies/template-has-role";
import { later, laterObject, passes, run, template, undecidedFor } from "../support";

describe("template-has-role", () => {
  const policy = templateHasRole;
  const tags = { resourceTags: { team: "shop" } };
  const kms = { encryptionConfigurations: [{ encryptionType: "KMS" }] };

  it("passes plain templates, and others with a role, known or not", async () => {
    assert.deepEqual(await run(policy, [template("t")]), passes);
    assert.deepEqual(await run(policy, [template("t", { resourceTags: {} })]), passes);
    assert.deepEqual(await run(policy, [template("t", { encryptionConfigurations: [{}] })]), passes);
    assert.deepEqual(await run(policy, [template("t", { encryptionConfigurations: later })]), passes);
    assert.deepEqual(
      await run(policy, [template("t", { encryptionConfigurations: [{ encryptionType: "AES256" }] })]),
      passes,
    );
    assert.deepEqual(await run(policy, [template("t", { ...tags, ...kms, customRoleArn: later })]), passes);
  });

  it("fails tags and KMS without a role, and names which of them", async () => {
    const why = async (props: object) => (await run(policy, [template("t", { ...props })])).violations;
    assert.deepEqual(await why({ encryptionConfigurations: [{ encryptionType: "KMS_DSSE" }] }), [
      "t: The template has KMS encryption but no customRoleArn.",
    ]);
    assert.deepEqual(await why(tags), ["t: The template has resourceTags but no customRoleArn."]);
    assert.deepEqual(await why(kms), ["t: The template has KMS encryption but no customRoleArn."]);
    assert.deepEqual(await why({ ...tags, ...kms }), [
      "t: The template has resourceTags and KMS encryption but no customRoleArn.",
    ]);
    assert.deepEqual(await why({ resourceTags: { team: later } }), [
      "t: The template has resourceTags but no customRoleArn.",
    ]);
  });

  it("waits for unknown tags and encryption", async () => {
    assert.deepEqual(await run(policy, [template("t", { resourceTags: laterObject })]), undecidedFor(policy, "t"));
    const open = { encryptionConfigurations: [{ encryptionType: later }] };
    assert.deepEqual(await run(policy, [template("t", open)]), undecidedFor(policy, "t"));
    assert.deepEqual(
      await run(policy, [template("t", { encryptionConfigurations: [later] })]),
      undecidedFor(policy, "t"),
    );
    const fed = template(
      "t",
      { encryptionConfigurations: later },
      { feeds: { encryptionConfigurations: [template("x")] } },
    );
    assert.deepEqual(await run(policy, [fed]), undecidedFor(policy, "t"));
    assert.equal((await run(policy, [template("t", { ...open, ...tags })])).violations.length, 1);
    assert.deepEqual((await run(policy, [template("t", { ...kms, resourceTags: laterObject })])).violations, [
      "t: The template has KMS encryption but no customRoleArn.",
    ]);
  });

  it("ignores excluded names", async () => {
    assert.deepEqual(await run(policy, [template("t", tags)], { exclude: ["*"] }), passes);
  });
});
