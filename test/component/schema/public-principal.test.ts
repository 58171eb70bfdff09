import assert from "node:assert/strict";
import { publicStatementProblem } from "../../../component/schema/public-principal";

const ROLE = "arn:aws:iam::444455556666:role/puller";

describe("public principals", () => {
  const allow = { Effect: "Allow", Action: "*", Resource: "*" };
  const problem = (...list: object[]) => publicStatementProblem(JSON.stringify({ Statement: list }));
  const everyone: object[] = [
    { Principal: "*" },
    { Principal: { AWS: "*" } },
    { Principal: { AWS: ["*"] } },
    { Principal: { AWS: [ROLE, "*"] } },
    { Principal: { Service: "ecr.amazonaws.com", AWS: "*" } },
    { Principal: { CanonicalUser: "*" } },
    { NotPrincipal: { AWS: ROLE } },
  ];

  it("are found in every form", () => {
    for (const principal of everyone) {
      assert.match(
        problem({ ...allow, ...principal }) ?? "",
        /^statement 1 lets everyone in: /,
        JSON.stringify(principal),
      );
    }
  });

  it("are found in a single statement and in a later one", () => {
    const statement = { ...allow, Principal: "*" };
    assert.match(publicStatementProblem(JSON.stringify({ Statement: statement })) ?? "", /^statement 1 /);
    assert.match(problem({ ...allow, Principal: { AWS: ROLE } }, statement) ?? "", /^statement 2 /);
  });

  it("do not include denied or named principals", () => {
    assert.equal(problem({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }), undefined);
    assert.equal(problem({ ...allow, Principal: { AWS: [ROLE, "arn:aws:iam::111122223333:root"] } }), undefined);
    assert.equal(problem({ ...allow, Principal: { Service: "ecr.amazonaws.com" } }), undefined);
    assert.equal(publicStatementProblem("{}"), undefined);
    assert.equal(publicStatementProblem("null"), undefined);
    assert.equal(publicStatementProblem("{"), "must be a JSON document");
  });

  it("are narrowed by a condition that names somebody", () => {
    const conditions = [
      { StringEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { StringEquals: { "AWS:principalorgid": ["o-abcdefghij"] } },
      { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-abcdefghij/r-ab12/*" } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/*" } },
      { StringEquals: { "aws:SourceAccount": "111122223333" } },
      { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:PrincipalAccount": "111122223333" } },
    ];
    for (const Condition of conditions) {
      for (const principal of everyone) {
        assert.equal(problem({ ...allow, ...principal, Condition }), undefined, JSON.stringify(Condition));
      }
    }
  });

  it("are not narrowed by a condition that anybody can meet", () => {
    const conditions: unknown[] = [
      { StringLike: { "aws:PrincipalOrgID": "*" } },
      { StringLike: { "aws:PrincipalOrgID": "o-*" } },
      { StringLike: { "aws:PrincipalOrgID": ["o-abcdefghij", "*"] } },
      { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" } },
      { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } },
      { StringNotEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-abcdefghij" } },
      { Null: { "aws:PrincipalOrgID": "false" } },
      { Bool: { "aws:SecureTransport": "true" } },
      { StringEquals: { "aws:RequestedRegion": "us-east-1" } },
      {},
      "x",
      null,
    ];
    for (const Condition of conditions) {
      assert.match(
        problem({ ...allow, Principal: "*", Condition }) ?? "",
        /lets everyone in/,
        JSON.stringify(Condition),
      );
    }
  });

  it("are reported without the document's text", () => {
    const text = problem({ ...allow, Sid: "canary", Principal: "*", Resource: "canary" });
    assert.ok(text && !text.includes("canary"));
  });
});
