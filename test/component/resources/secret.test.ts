import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy } from "../../../component/resources/create/secret";

const ROLE = "arn:aws:iam::111122223333:role/reader";

function policyFor(principal: unknown, condition?: object): string {
  const statement = { Effect: "Allow", Principal: principal, Action: "secretsmanager:GetSecretValue", Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Condition: condition }] });
}

describe("the policy of a secret that is an Output", () => {
  const known = (given: Parameters<typeof resourcePolicy>[1]) =>
    (pulumi.output(resourcePolicy("hub", given)) as unknown as { promise(): Promise<string> }).promise();

  it("is refused if it lets everybody read the token", async () => {
    for (const principal of ["*", { AWS: "*" }]) {
      const policy = pulumi.output(policyFor(principal));
      await assert.rejects(known({ policy, readers: [] }), /registries\.hub\.secret\.policy: .*everyone/);
    }
  });

  it("is accepted if it names who may read it", async () => {
    for (const text of [
      policyFor({ AWS: ROLE }),
      policyFor("*", { StringEquals: { "aws:PrincipalAccount": "111122223333" } }),
    ]) {
      assert.equal(await known({ policy: pulumi.output(text), readers: [] }), text);
    }
    const { Statement } = JSON.parse(await known({ policy: undefined, readers: [pulumi.output(ROLE)] }));
    assert.deepEqual(Statement[0].Principal, { AWS: [ROLE] });
  });

  it("is refused if it is not a policy, or names no principal", async () => {
    await assert.rejects(known({ policy: pulumi.output("{"), readers: [] }), /registries\.hub\.secret\.policy: /);
    await assert.rejects(
      known({ policy: undefined, readers: [pulumi.output("reader")] }),
      /registries\.hub\.secret\.readers\[0\]: /,
    );
    const readers = Array.from({ length: 500 }, (_, index) => pulumi.output(`${ROLE}${index}`));
    await assert.rejects(
      known({ policy: undefined, readers }),
      /- registries\.hub\.secret\.readers: has more than 20480 characters, AWS's limit$/,
    );
    assert.equal(resourcePolicy("hub", { policy: undefined, readers: [] }), undefined);
  });
});
