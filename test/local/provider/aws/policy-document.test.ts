import assert from "node:assert/strict";
import { policyDocument } from "../../../../local/provider/aws/policy-document";
import type { Properties } from "../../../../local/provider/wire";

describe("getPolicyDocument of the local AWS provider", () => {
  const statementOf = (statement: Properties) =>
    JSON.parse(String(policyDocument({ statements: [statement] }).json)).Statement[0];

  it("returns the document with and without spaces, its version, an id and its arguments", () => {
    const statements = [{ effect: "Deny", actions: ["ecr:*"], resources: ["*"] }];
    const { id, ...found } = policyDocument({ statements, policyId: "mine", version: "2008-10-17" });
    const document = {
      Version: "2008-10-17",
      Id: "mine",
      Statement: [{ Effect: "Deny", Action: "ecr:*", Resource: "*" }],
    };
    assert.deepEqual(found, {
      statements,
      policyId: "mine",
      version: "2008-10-17",
      json: JSON.stringify(document, undefined, 2),
      minifiedJson: JSON.stringify(document),
    });
    assert.match(String(id), /^[0-9a-f]{10}$/);
    assert.equal(policyDocument({ statements, policyId: "mine", version: "2008-10-17" }).id, id);
    const { id: other, ...empty } = policyDocument({});
    assert.notEqual(other, id);
    assert.deepEqual(empty, {
      version: "2012-10-17",
      json: '{\n  "Version": "2012-10-17",\n  "Statement": []\n}',
      minifiedJson: '{"Version":"2012-10-17","Statement":[]}',
    });
  });

  it("has every element of a statement, one value as a text and several in descending order", () => {
    assert.deepEqual(
      statementOf({
        sid: "One",
        actions: ["ecr:A", "ecr:C", "ecr:B"],
        notActions: ["ecr:D"],
        resources: ["a", "b"],
        notResources: ["c"],
        principals: [
          { type: "AWS", identifiers: ["111122223333"] },
          { type: "Service", identifiers: ["ecs.amazonaws.com"] },
          { type: "AWS", identifiers: ["444455556666"] },
        ],
        notPrincipals: [{ type: "AWS", identifiers: ["*"] }],
        conditions: [
          { test: "StringLike", variable: "aws:PrincipalOrgID", values: ["o-1", "o-2"] },
          { test: "StringLike", variable: "aws:SourceArn", values: ["arn"] },
          { test: "Bool", variable: "aws:SecureTransport", values: ["true"] },
        ],
      }),
      {
        Sid: "One",
        Effect: "Allow",
        Action: ["ecr:C", "ecr:B", "ecr:A"],
        NotAction: "ecr:D",
        Resource: ["b", "a"],
        NotResource: "c",
        Principal: { AWS: ["444455556666", "111122223333"], Service: "ecs.amazonaws.com" },
        NotPrincipal: { AWS: "*" },
        Condition: {
          StringLike: { "aws:PrincipalOrgID": ["o-2", "o-1"], "aws:SourceArn": "arn" },
          Bool: { "aws:SecureTransport": "true" },
        },
      },
    );
  });

  it("leaves out elements without a value", () => {
    const lists = ["actions", "notActions", "resources", "notResources", "principals", "notPrincipals", "conditions"];
    assert.deepEqual(statementOf(Object.fromEntries(lists.map((name) => [name, []]))), { Effect: "Allow" });
    assert.deepEqual(statementOf({}), { Effect: "Allow" });
  });

  it("names everybody without a type only by the type *", () => {
    const principal = (type: string, ...identifiers: string[]) =>
      statementOf({ principals: [{ type, identifiers }] }).Principal;
    assert.equal(principal("*", "*"), "*");
    assert.deepEqual(principal("AWS", "*"), { AWS: "*" });
    assert.deepEqual(principal("*", "a"), { "*": "a" });
  });
});
