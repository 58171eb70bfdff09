import assert from "node:assert/strict";
import { UNKNOWN } from "../../../../local/provider/wire";
import { check, typeOf } from "../offline";
import { ARN, RULE, SECRET, TEMPLATE } from "../tokens";

describe("preview by the local AWS provider", () => {
  it("knows everything that AWS does not compute", () => {
    const preview = typeOf(SECRET).previewCreate(check(SECRET, { name: "s", tags: { a: "b" } }).inputs);
    assert.equal(preview.arn, UNKNOWN);
    assert.equal(preview.region, "us-east-1");
    assert.deepEqual(preview.tagsAll, { a: "b" });
    assert.equal(preview.__defaults, undefined);
    const rule = typeOf(RULE).previewCreate(
      check(RULE, { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io", region: "eu-west-1" }).inputs,
    );
    assert.deepEqual(rule, {
      ecrRepositoryPrefix: "hub",
      upstreamRegistryUrl: "quay.io",
      region: "eu-west-1",
      registryId: UNKNOWN,
    });
  });

  it("does not know a key that AWS may choose for encryption, but one that the program names", () => {
    const preview = (encryption: object) =>
      typeOf(TEMPLATE).previewCreate(
        check(TEMPLATE, { prefix: "hub", appliedFors: ["REPLICATION"], encryptionConfigurations: [encryption] }).inputs,
      );
    assert.deepEqual(preview({ encryptionType: "KMS" }), {
      prefix: "hub",
      appliedFors: ["REPLICATION"],
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: UNKNOWN }],
      imageTagMutability: "MUTABLE",
      region: "us-east-1",
      registryId: UNKNOWN,
    });
    const named = { encryptionType: "KMS", kmsKey: "k" };
    assert.deepEqual(preview(named).encryptionConfigurations, [named]);
  });

  it("of an update keeps what AWS computed", () => {
    const type = typeOf(RULE);
    const state = { ecrRepositoryPrefix: "hub", credentialArn: ARN, registryId: "111122223333", region: "us-east-1" };
    const preview = type.previewUpdate({ oldInputs: {}, state, inputs: { ecrRepositoryPrefix: "hub" } });
    assert.equal(preview.registryId, "111122223333");
    assert.equal("credentialArn" in preview, false);
  });
});
