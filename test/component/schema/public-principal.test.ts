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

  const account = "111122223333";
  const owned = "arn:aws:iam::111122223333:role/a";
  const network = "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0a1b2c3d";
  /** For each key, a value that no stranger can have, and whether every request has the key. */
  const keys: readonly (readonly [key: string, value: string, isAlways?: boolean])[] = [
    ["PrincipalAccount", account, true],
    ["PrincipalArn", owned, true],
    ["userid", "AROAABCDEFGHIJKLMNOP", true],
    ["userid", account, true],
    ["PrincipalOrgID", "o-abcdefghij"],
    ["PrincipalOrgPaths", "o-abcdefghij/r-ab12/ou-1/"],
    ["SourceAccount", account],
    ["SourceOwner", account],
    ["SourceArn", owned],
    ["SourceOrgID", "o-abcdefghij"],
    ["SourceOrgPaths", "o-abcdefghij/r-ab12/"],
    ["SourceVpc", "vpc-0a1b2c3d"],
    ["SourceVpce", "vpce-0a1b2c3d"],
    ["SourceVpcArn", network],
    ["VpceAccount", account],
    ["VpceOrgID", "o-abcdefghij"],
    ["VpceOrgPaths", "o-abcdefghij/r-ab12/"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables look like this.
    ["ResourceAccount", "${aws:PrincipalAccount}", true],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: policy variables look like this.
    ["ResourceOrgID", "${aws:PrincipalOrgID}"],
  ];
  const isOpen = (Condition: object) => problem({ ...allow, Principal: "*", Condition }) !== undefined;

  it("are narrowed by each key that a stranger cannot choose, and by no value that strangers may have", () => {
    for (const [key, value, isAlways = false] of keys) {
      const of = (operator: string, given: unknown = value) => isOpen({ [operator]: { [`aws:${key}`]: given } });
      assert.equal(of("StringEquals"), false, key);
      assert.equal(of("StringEquals", [value, value]), false, key);
      assert.equal(of("StringLike", `*${value}`), true, key);
      assert.equal(of("StringNotEquals"), true, key);
      // A request without the key meets these, if there can be one.
      assert.equal(of("StringEqualsIfExists"), !isAlways, key);
      assert.equal(of("ForAllValues:StringEquals"), !isAlways, key);
      assert.equal(of("Null", "true"), !isAlways, key);
      assert.equal(of("Null", "TRUE"), !isAlways, key);
      assert.equal(of("Null", "false"), true, key);
      assert.equal(isOpen({ StringEquals: { [key]: value } }), true, `${key} without aws:`);
    }
  });

  it("are narrowed by addresses, but not by half of the internet", () => {
    const from = (address: string) => isOpen({ IpAddress: { "aws:SourceIp": address } });
    for (const address of ["203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32", "::1/128"])
      assert.equal(from(address), false, address);
    for (const address of ["0.0.0.0/0", "0.0.0.0/1", "10.0.0.0/7", "::/0", "2000::/3", "2001:db8::/31"])
      assert.equal(from(address), true, address);
    assert.equal(isOpen({ NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } }), true);
  });

  it("do not include AWS services, which a condition can require", () => {
    assert.equal(isOpen({ Bool: { "aws:PrincipalIsAWSService": "true" } }), false);
    assert.equal(isOpen({ Bool: { "aws:PrincipalIsAWSService": "false" } }), true);
    for (const key of ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"]) {
      assert.equal(isOpen({ StringEquals: { [key]: "ecr.amazonaws.com" } }), false, key);
      assert.equal(isOpen({ StringEqualsIfExists: { [key]: "ecr.amazonaws.com" } }), true, key);
      assert.equal(isOpen({ Null: { [key]: "true" } }), true, key);
      assert.equal(isOpen({ Null: { [key]: "false" } }), false, key);
    }
  });

  it("are kept out by a statement that denies everything to every stranger", () => {
    const open = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGet*", Resource: "*" };
    const denied = (deny: object, Action = open.Action) =>
      problem({ ...open, Action }, { Effect: "Deny", Principal: "*", ...deny }) === undefined;
    const unlessOurs = { StringNotEquals: { "aws:PrincipalAccount": account } };
    assert.ok(denied({ Action: "*", Resource: "*", Condition: unlessOurs }));
    assert.ok(denied({ Action: "ECR:*", Resource: "*" }));
    assert.ok(denied({ Action: "ecr:Batch*", Resource: "*" }));
    assert.ok(denied({ NotAction: "ecr:Describe*", Resource: "*" }));
    assert.ok(denied({ Action: "*", NotResource: [] }));
    assert.ok(denied({ Action: "ecr:*a*G*", Resource: "*" }), "parts in their order");
    assert.ok(!denied({ Action: "ecr:*G*Batch*", Resource: "*" }), "parts in another order");
    assert.ok(!denied({ Action: "ecr:B*Batch*", Resource: "*" }), "a part that is used already");
    assert.ok(!denied({ Action: "ecr:BatchGetImage", Resource: "*" }), "one of several actions");
    assert.ok(!denied({ Action: "ecr:*Image", Resource: "*" }), "those with another end");
    assert.ok(!denied({ NotAction: "ecr:BatchGetImage", Resource: "*" }), "all but one of them");
    assert.ok(denied({ NotAction: "ecr:*Policy", Resource: "*" }, "ecr:Get*Image"), "all but some with another end");
    assert.ok(
      denied({ NotAction: "ecr:Put*Image", Resource: "*" }, "ecr:Get*Image"),
      "all but some with another start",
    );
    assert.ok(
      !denied({ NotAction: "ecr:*GetImage", Resource: "*" }, "ecr:Batch*Image"),
      "all but some with a longer end",
    );
    assert.ok(!denied({ NotAction: "ecr:BatchGet*", Resource: "*" }, "ecr:Batch*"), "all but some with a longer start");
    assert.ok(!denied({ NotAction: "ecr:*Image", Resource: "*" }, "ecr:Batch*GetImage"), "all but those with its end");
    assert.ok(!denied({ Action: "*", Resource: "arn:aws:ecr:us-east-1:111122223333:repository/a" }), "one resource");
    assert.ok(!denied({ Action: "*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } }));
    assert.ok(!denied({ Action: "*", Resource: "*", Principal: { AWS: ROLE } }), "one role");
    assert.ok(!denied({ Action: "*", Resource: "*", Principal: { Service: "*" } }), "every service");
    assert.ok(!denied({ Resource: "*" }), "no action");
  });

  it("are reported without the document's text", () => {
    const text = problem({ ...allow, Sid: "canary", Principal: "*", Resource: "canary" });
    assert.ok(text && !text.includes("canary"));
  });
});
