import assert from "node:assert/strict";
import { publicStatementProblem } from "../../../component/schema/public-principal";

const ROLE = "arn:aws:iam::444455556666:role/puller";
const variable = (name: string) => `\${${name}}`;

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
    ["ResourceAccount", variable("aws:PrincipalAccount"), true],
    ["ResourceOrgID", variable("aws:PrincipalOrgID")],
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

  it("are narrowed by policy variables and ids in any case, and by no value with more before or after it", () => {
    for (const [key, values] of Object.entries({
      PrincipalAccount: [variable("aws:ResourceAccount"), variable("AWS:resourceaccount")],
      PrincipalArn: [`arn:aws:iam::${variable("aws:ResourceAccount")}:role/a`, "ARN:aws:IAM::111122223333:role/a"],
      PrincipalOrgID: [variable("aws:ResourceOrgID"), "O-ABCDEFGHIJ"],
      PrincipalOrgPaths: [`${variable("aws:ResourceOrgID")}/r-ab12/`, "O-ABCDEFGHIJ/*"],
      ResourceAccount: [variable("aws:principalaccount"), variable("AWS:PRINCIPALACCOUNT")],
      ResourceOrgID: [variable("AWS:PRINCIPALORGID")],
      SourceVpc: ["vpc-0a1b2c3d"],
    })) {
      for (const value of values) {
        assert.equal(isOpen({ StringLike: { [`aws:${key}`]: value } }), false, value);
        assert.equal(isOpen({ StringLike: { [`aws:${key}`]: `*${value}` } }), true, `*${value}`);
        if (!/Arn|Paths/.test(key))
          assert.equal(isOpen({ StringLike: { [`aws:${key}`]: `${value}*` } }), true, `${value}*`);
      }
    }
    for (const [key, value] of [
      ["userid", "AROAABCDEFGHIJK:*"],
      ["userid", "AROAABCDEFGHIJ*"],
      ["userid", "aroaabcdefghijklmnop"],
      ["SourceVpc", "vpc-*"],
      ["SourceVpc", "VPC-0a1b"],
      ["SourceArn", "arn:aws:s3:::?"],
      ["SourceArn", "arn:aws:sns:*:*:topic"],
      ["PrincipalOrgPaths", "o-abcdefghij*"],
    ]) {
      assert.equal(isOpen({ StringLike: { [`aws:${key}`]: value } }), true, value);
    }
    assert.equal(isOpen({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::bucket" } }), false);
    assert.equal(isOpen({ StringEquals: { "aws:ResourceAccount": account } }), true, "the policy's own account");
    assert.equal(isOpen({ StringEquals: { "aws:PrincipalOrgID": "mine" } }), false, "nobody's");
    assert.equal(isOpen({ Null: { "aws:PrincipalArn": ["true", "false"] } }), true, "either");
    const own = variable("aws:PrincipalOrgID");
    assert.equal(isOpen({ StringEquals: { "aws:PrincipalOrgID": own } }), true, "everybody's own organization");
    assert.equal(isOpen({ StringEquals: { "aws:constructor": "x", "x:aws:PrincipalOrgID": "o-abcdefghij" } }), true);
  });

  it("are not narrowed by operators that IAM does not have", () => {
    const condition = { "aws:PrincipalOrgID": "o-abcdefghij" };
    for (const operator of [
      "StringEqual",
      "NoStringEquals",
      "StringEqualsIfExistsX",
      "StringEquals:",
      "Set:StringEquals",
    ])
      assert.equal(isOpen({ [operator]: condition }), true, operator);
    for (const operator of ["StringEquals", "stringequalsignorecase", "ForAnyValue:StringLike", "ArnEquals", "ARNLIKE"])
      assert.equal(isOpen({ [operator]: condition }), false, operator);
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
    for (const value of ["true", "True", true])
      assert.equal(isOpen({ Bool: { "aws:PrincipalIsAWSService": value } }), false);
    for (const value of ["yes", "trues", "untrue"])
      assert.equal(isOpen({ Bool: { "aws:PrincipalIsAWSService": value } }), true, value);
    assert.equal(isOpen({ Bool: { "aws:PrincipalIsAWSService": "false" } }), true);
    for (const key of ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"]) {
      assert.equal(isOpen({ StringEquals: { [key]: "ecr.amazonaws.com" } }), false, key);
      assert.equal(isOpen({ StringEqualsIfExists: { [key]: "ecr.amazonaws.com" } }), true, key);
      assert.equal(isOpen({ Null: { [key]: "true" } }), true, key);
      assert.equal(isOpen({ Null: { [key]: "false" } }), false, key);
      assert.equal(isOpen({ StringNotEquals: { [key]: "ecr.amazonaws.com" } }), true, key);
      assert.equal(isOpen({ "ForAnyValue:StringNotEquals": { [key]: "ecr.amazonaws.com" } }), false, key);
      assert.equal(isOpen({ "ForAllValues:StringEquals": { [key]: "ecr.amazonaws.com" } }), true, key);
    }
  });

  it("are kept out by a statement that denies everything to every stranger", () => {
    const open = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGet*", Resource: "*" };
    const denied = (deny: object, Action: string | string[] = open.Action, Resource: string | string[] = "*") =>
      problem({ ...open, Action, Resource }, { Effect: "Deny", Principal: "*", ...deny }) === undefined;
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
    assert.ok(denied({ Action: "*ecr:*", Resource: "*" }), "parts from the start");
    assert.ok(denied({ Action: "ecr:*B*", Resource: "*" }, "ecr:B"), "parts to the end");
    assert.ok(denied({ Action: "ecr:*B*C", Resource: "*" }, "ecr:BC"), "parts without anything between them");
    assert.ok(!denied({ Action: "ecr:*B*BC", Resource: "*" }, "ecr:BC"), "a part that is the end");
    assert.ok(!denied({ Action: "ecr:A*A", Resource: "*" }, "ecr:A"), "a start that is the end");
    assert.ok(!denied({ Action: "s3:*", Resource: "*" }, "ecr:Get"), "those with another start");
    assert.ok(denied({ Action: "ECR:GET", Resource: "*" }, "ecr:Get"), "in any case");
    assert.ok(!denied({ Action: "ecr:Get", Resource: "*" }, "ecr:GetX"), "others that begin so");
    assert.ok(!denied({ NotAction: "ECR:BATCH*", Resource: "*" }), "all but those in another case");
    assert.ok(!denied({ NotAction: "ECR:BATCHGETIMAGE", Resource: "*" }, "ecr:BatchGetImage"));
    assert.ok(!denied({ NotAction: ["s3:*", "ecr:Batch*"], Resource: "*" }), "all but those of two patterns");
    assert.ok(!denied({ Action: "*", NotResource: "arn:*" }, "ecr:A", "arn:a"), "other resources");
    assert.ok(denied({ Action: "*", NotResource: "arn:b*" }, "ecr:A", "arn:a"), "all resources but others");
    const under = (Condition: object) => denied({ Action: "*", Resource: "*", Condition });
    for (const everybody of [
      { StringLike: { "aws:PrincipalArn": "*" } },
      { StringLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/a", "*"] } },
      { Bool: { "aws:PrincipalIsAWSService": "false" } },
      { IpAddressIfExists: { "aws:SourceIp": "0.0.0.0/0" } },
      { Null: { "aws:PrincipalArn": "false" } },
      { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-abcdefghij" } },
    ]) {
      assert.ok(under(everybody), JSON.stringify(everybody));
    }
    for (const some of [
      { StringLike: { "aws:PrincipalArn": "arn:*" } },
      { Bool: { "aws:PrincipalIsAWSService": "true" } },
      { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
      { IpAddressIfExists: { "aws:SourceIp": "0.0.0.0/1" } },
      { IpAddressIfExists: { "aws:SourceIp": "0.0.0.0/01" } },
      { IpAddressIfExists: { "aws:SourceIp": "!0.0.0.0/0" } },
      { Null: { "aws:PrincipalOrgID": "true" } },
      { StringEqual: { "aws:PrincipalArn": "*" } },
      { StringLike: { "aws:RequestTag/a": "*" } },
    ]) {
      assert.ok(!under(some), JSON.stringify(some));
    }
    const some = { Action: ["ecr:A", "ecr:B"], Resource: ["arn:a", "arn:b"] };
    assert.ok(denied(some, ["ecr:B", "ecr:A"], ["arn:b", "arn:a"]));
    assert.ok(!denied(some, ["ecr:A", "ecr:C"], "arn:a"), "one of two actions");
    assert.ok(!denied(some, ["ecr:C", "ecr:A"], "arn:a"), "the other of two actions");
    assert.ok(!denied(some, "ecr:A", ["arn:a", "arn:c"]), "one of two resources");
    assert.ok(!denied(some, "ecr:A", ["arn:c", "arn:a"]), "the other of two resources");
    assert.ok(denied({ ...some, Principal: undefined, NotPrincipal: { AWS: ROLE } }, "ecr:A", "arn:a"), "but one role");
    assert.ok(!denied({ ...some, Principal: undefined, NotPrincipal: "*" }, "ecr:A", "arn:a"), "nobody");
  });

  it("are reported without the document's text", () => {
    const text = problem({ ...allow, Sid: "canary", Principal: "*", Resource: "canary" });
    assert.ok(text && !text.includes("canary"));
  });
});
