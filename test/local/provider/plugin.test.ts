import assert from "node:assert/strict";
import { policyDocument } from "../../../local/provider/aws/policy-document";
import { TABLE } from "../../../local/provider/aws/table";
import { typeOf } from "./offline";

describe("local AWS provider", () => {
  it("lists its types if it does not have the requested one", () => {
    assert.throws(
      () => typeOf("aws:s3/bucket:Bucket"),
      /does not have aws:s3\/bucket:Bucket; it has .*PullThroughCacheRule/,
    );
  });

  it("has operations for every row of its table", () => {
    for (const token of Object.keys(TABLE)) assert.doesNotThrow(() => typeOf(token), token);
  });

  it("records workload resources as they are given", async () => {
    const type = typeOf("aws:ecs/taskDefinition:TaskDefinition");
    const { id, state } = await type.create({ family: "web", containerDefinitions: "[]" });
    assert.notEqual(id, "");
    assert.equal(state.containerDefinitions, "[]");
    assert.deepEqual(type.diff({ oldInputs: { family: "web" }, inputs: { family: "api" }, state }).replaces, [
      "family",
    ]);
  });

  it("writes policy documents as getPolicyDocument does", () => {
    const { minifiedJson } = policyDocument({
      statements: [
        {
          sid: "Pull",
          actions: ["ecr:BatchGetImage"],
          resources: ["*"],
          principals: [{ type: "AWS", identifiers: ["111122223333"] }],
          conditions: [{ test: "StringEquals", variable: "aws:PrincipalOrgID", values: ["o-1"] }],
        },
      ],
    });
    assert.deepEqual(JSON.parse(String(minifiedJson)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Pull",
          Effect: "Allow",
          Principal: { AWS: "111122223333" },
          Action: "ecr:BatchGetImage",
          Resource: "*",
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
      ],
    });
  });
});
