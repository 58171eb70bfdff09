import assert from "node:assert/strict";
import { accountsIn } from "../../../../policy-pack/aws/iam/principals";
import { unknown, type Value } from "../../../../policy-pack/kit/values";

describe("the accounts that a Principal names", () => {
  it("are in its account numbers and in ARNs of IAM and STS", () => {
    for (const [principal, accounts] of [
      ["111122223333", ["111122223333"]],
      [{ AWS: "arn:aws:iam::111122223333:root" }, ["111122223333"]],
      [{ AWS: ["arn:aws-cn:sts::111122223333:assumed-role/a/b", "444455556666"] }, ["111122223333", "444455556666"]],
      [{ AWS: ["111122223333", unknown] }, ["111122223333"]],
    ] as const) {
      assert.deepEqual(accountsIn(principal), accounts, JSON.stringify(principal));
    }
  });

  it("are none in anything else", () => {
    const others: readonly Value[] = [
      "*",
      undefined,
      unknown,
      { AWS: unknown },
      { AWS: ["11112222333", "1111222233334", "arn:aws:iam::*:root", "x arn:aws:iam::111122223333:root"] },
      { AWS: ["arn:aws:s3::111122223333:a", "arn:aws:iam:111122223333:a", ""] },
      { Service: "ecr.amazonaws.com" },
    ];
    for (const principal of others) {
      assert.deepEqual(accountsIn(principal), [], JSON.stringify(principal));
    }
  });
});
