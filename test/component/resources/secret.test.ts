import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { resourcePolicy } from "../../../component/resources/secret";

describe("a secret's resource policy", () => {
  const answer = (policy: string) => {
    const plan = {
      source: "argument",
      description: "",
      namePrefix: "a-",
      recoveryWindowInDays: 0,
      readers: [],
    } as const;
    const checked = resourcePolicy("hub", { ...plan, tags: {}, policy: pulumi.output(policy) });
    return (checked as unknown as { promise(): Promise<string> }).promise();
  };
  const allow = (Principal: string) => {
    const statement = { Effect: "Allow", Principal: { AWS: Principal }, Action: "secretsmanager:GetSecretValue" };
    return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Resource: "*" }] });
  };

  it("that is an Output is refused when it turns out to be public, or no policy", async () => {
    await assert.rejects(answer(allow("*")), /registries\.hub\.secret\.policy: statement 1 lets everyone in/);
    await assert.rejects(answer("{"), /registries\.hub\.secret\.policy: /);
    assert.equal(await answer(allow("111122223333")), allow("111122223333"));
  });
});
