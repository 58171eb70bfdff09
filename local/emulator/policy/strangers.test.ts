import assert from "node:assert/strict";
import { parsePolicy, REGISTRY_POLICY } from "./document";
import { letsStrangersIn } from "./strangers";

const ACCOUNT = "111122223333";
const A = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/a`;
const EVERYBODY = { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage", Resource: "*" };

/**
 * Which conditions keep strangers out. Source: Amazon S3 user guide, "The meaning of public", which names the keys that
 * count with a fixed value.
 */
describe("emulator: strangers", () => {
  const isPublic = (...statements: object[]) =>
    letsStrangersIn(parsePolicy(JSON.stringify({ Statement: statements }), REGISTRY_POLICY));
  const opensIf = (Condition: object) => isPublic({ ...EVERYBODY, Condition });
  const variable = (name: string) => `\u0024{${name}}`;

  /** A fixed value of each key that a stranger cannot choose, and whether a request can lack the key. */
  const KEYS: readonly (readonly [key: string, fixed: string, canLack: boolean])[] = [
    ["aws:PrincipalAccount", ACCOUNT, false],
    ["aws:PrincipalArn", `arn:aws:iam::${ACCOUNT}:role/a`, false],
    ["aws:userid", "AROA1234:a", false],
    ["aws:PrincipalOrgID", "o-abc1234567", true],
    ["aws:PrincipalOrgPaths", "o-abc1234567/r-ab12/", true],
    ["aws:SourceAccount", ACCOUNT, true],
    ["aws:SourceOwner", ACCOUNT, true],
    ["aws:SourceArn", `arn:aws:sns:us-east-1:${ACCOUNT}:a`, true],
    ["aws:SourceOrgID", "o-abc1234567", true],
    ["aws:SourceOrgPaths", "o-abc1234567/r-ab12/", true],
    ["aws:SourceVpc", "vpc-12345678", true],
    ["aws:SourceVpce", "vpce-12345678", true],
    ["aws:SourceVpcArn", `arn:aws:ec2:us-east-1:${ACCOUNT}:vpc/vpc-12345678`, true],
    ["aws:VpceAccount", ACCOUNT, true],
    ["aws:VpceOrgID", "o-abc1234567", true],
    ["aws:VpceOrgPaths", "o-abc1234567/r-ab12/", true],
  ];
  for (const [key, fixed, canLack] of KEYS) {
    it(`have another ${key} than a policy names`, () => {
      for (const name of [key, key.toUpperCase()]) {
        assert.equal(opensIf({ StringEquals: { [name]: fixed } }), false);
        assert.equal(opensIf({ StringLike: { [name]: fixed } }), false);
        assert.equal(opensIf({ StringNotEquals: { [name]: fixed } }), true, "everybody else");
        assert.equal(opensIf({ StringEqualsIfExists: { [name]: fixed } }), canLack, "a request without it");
        assert.equal(opensIf({ Null: { [name]: "true" } }), canLack);
        assert.equal(opensIf({ Null: { [name]: "false" } }), true, "they have one too");
        assert.equal(opensIf({ StringLike: { [name]: "*" } }), true);
      }
    });
  }

  it("are no services of AWS", () => {
    for (const key of ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"]) {
      assert.equal(opensIf({ Null: { [key]: "false" } }), false);
      assert.equal(opensIf({ Null: { [key]: "true" } }), true);
      assert.equal(opensIf({ StringEquals: { [key]: "ecs.amazonaws.com" } }), false);
    }
    const isService = (value: string) => opensIf({ Bool: { "aws:PrincipalIsAWSService": value } });
    assert.deepEqual([isService("true"), isService("false")], [false, true]);
    assert.equal(opensIf({ Null: { "aws:PrincipalIsAWSService": "true" } }), false);
  });

  it("choose the resource, and what else a policy names beside these keys", () => {
    for (const [key, value] of [
      ["aws:ResourceAccount", ACCOUNT],
      ["aws:ResourceAccount", "444455556666"],
      ["aws:ResourceOrgID", "o-abc1234567"],
      ["aws:SecureTransport", "true"],
      ["aws:SecureTransport", "false"],
      ["aws:UserAgent", "pulumi"],
      ["ecr:Other", "a/b"],
    ] as const) {
      assert.equal(opensIf({ StringEquals: { [key]: value } }), true, `${key} ${value}`);
      assert.equal(opensIf({ StringLike: { [key]: `${value}*` } }), true);
    }
    assert.equal(opensIf({ Null: { "aws:UserAgent": "true" } }), true);
    assert.equal(opensIf({ StringEquals: { "aws:UserAgent": "a" }, StringNotEquals: { "aws:useragent": "a" } }), false);
    for (const [operator, other] of [
      ["NumericLessThan", "NumericGreaterThan"],
      ["NumericGreaterThan", "NumericLessThan"],
    ] as const) {
      assert.equal(opensIf({ [operator]: { "ecr:Age": "5" } }), true, operator);
      assert.equal(opensIf({ [operator]: { "ecr:Age": "5" }, [other]: { "ecr:Age": "5" } }), false);
    }
    assert.equal(opensIf({ NumericNotEquals: { "ecr:Age": "5" }, NumericLessThanEquals: { "ecr:Age": "5" } }), true);
    assert.equal(opensIf({ NumericNotEquals: { "ecr:Age": "5" }, NumericGreaterThanEquals: { "ecr:Age": "5" } }), true);
  });

  it("fit patterns that leave the account, the organization, the network or the bucket open", () => {
    const cases: readonly (readonly [key: string, pattern: string, open: boolean])[] = [
      ["aws:PrincipalArn", "arn:aws:iam::*:role/a", true],
      ["aws:PrincipalArn", "arn:aws:iam::11112222333?:role/a", true],
      ["aws:PrincipalArn", `arn:aws:iam::${ACCOUNT}:role/*`, false],
      ["aws:PrincipalArn", `arn:*:iam::${ACCOUNT}:*`, false],
      ["aws:PrincipalArn", "arn:aws:*", true],
      ["aws:SourceArn", "arn:aws:s3:::*", true],
      ["aws:SourceArn", "arn:aws:s3*", true],
      ["aws:SourceArn", "arn:aws:s3:::bucket*", false],
      ["aws:SourceArn", `arn:aws:sns:*:${ACCOUNT}:*`, false],
      ["aws:SourceArn", "arn:aws:sns:us-east-1:*:a", true],
      ["aws:PrincipalAccount", "1111*", true],
      ["aws:PrincipalOrgPaths", "o-abc1234567/*", false],
      ["aws:PrincipalOrgPaths", "o-*/r-ab12/*", true],
      ["aws:userid", "AROA1234:*", false],
      ["aws:userid", "*:a", true],
      ["aws:SourceVpc", "vpc-*", true],
    ];
    for (const [key, pattern, open] of cases)
      assert.equal(opensIf({ StringLike: { [key]: pattern } }), open, `${key} ${pattern}`);
  });

  it("can have the same account as another key, if a variable asks for that", () => {
    const same = (key: string, other: string) => opensIf({ StringEquals: { [key]: variable(other) } });
    assert.equal(same("aws:PrincipalAccount", "aws:ResourceAccount"), false);
    assert.equal(same("aws:ResourceAccount", "aws:PrincipalAccount"), false);
    assert.equal(same("aws:PrincipalOrgID", "aws:ResourceOrgID"), false);
    assert.equal(same("aws:SourceAccount", "aws:PrincipalAccount"), true);
    assert.equal(same("aws:PrincipalAccount", "aws:PrincipalAccount"), true);
    assert.equal(same("aws:PrincipalOrgID", "aws:PrincipalOrgID"), true);
    assert.equal(same("aws:ResourceOrgID", "aws:ResourceOrgID"), true);
    assert.equal(same("aws:ResourceAccount", "aws:ResourceAccount"), true);
    assert.equal(same("aws:SourceAccount", "aws:ResourceAccount"), false);
    const organization = variable("aws:PrincipalOrgID");
    const account = variable("aws:PrincipalAccount");
    for (const [key, value] of [
      ["aws:PrincipalOrgPaths", `${organization}/*`],
      ["aws:SourceOrgID", organization],
      ["aws:SourceOrgPaths", `${organization}/*`],
      ["aws:VpceOrgID", organization],
      ["aws:VpceOrgPaths", `${organization}/*`],
      ["aws:PrincipalArn", `arn:aws:iam::${account}:*`],
      ["aws:SourceOwner", account],
      ["aws:SourceArn", `arn:aws:sns:us-east-1:${account}:*`],
      ["aws:SourceVpcArn", `arn:aws:ec2:us-east-1:${account}:*`],
      ["aws:VpceAccount", account],
    ] as const)
      assert.equal(opensIf({ StringLike: { [key]: value } }), true, key);
  });

  it("are let in by each statement for everybody, and by nothing else", () => {
    assert.equal(isPublic(EVERYBODY), true);
    for (const Principal of [{ AWS: "*" }, { AWS: ["*", ACCOUNT] }])
      assert.equal(isPublic({ ...EVERYBODY, Principal }), true);
    for (const Principal of [{ AWS: ACCOUNT }, { Service: "ecs.amazonaws.com" }])
      assert.equal(isPublic({ ...EVERYBODY, Principal }), false);
    assert.equal(isPublic({ ...EVERYBODY, Effect: "Deny" }), false);
    const fixed = { StringEquals: { "aws:PrincipalAccount": ACCOUNT } };
    assert.equal(isPublic({ ...EVERYBODY, Action: "ecr:PutImage", Condition: fixed }, EVERYBODY), true);
    assert.equal(isPublic({ ...EVERYBODY, Principal: { AWS: ["*", ACCOUNT] } }), true);
    const { Principal, ...others } = EVERYBODY;
    assert.equal(isPublic({ ...others, NotPrincipal: { AWS: ACCOUNT } }), true, "AWS does not say more");
    assert.equal(isPublic({ ...others, NotPrincipal: { AWS: ACCOUNT }, Condition: fixed }), false);
  });

  it("stay out if the policy denies them", () => {
    const deny = (more: object) => isPublic(EVERYBODY, { ...EVERYBODY, Effect: "Deny", ...more });
    assert.equal(deny({}), false);
    assert.equal(deny({ Action: "ecr:*" }), false);
    assert.equal(deny({ Action: "ecr:PutImage" }), true);
    assert.equal(deny({ Resource: "arn:aws:ecr:*:*:*" }), true);
    assert.equal(deny({ Condition: { StringNotEquals: { "aws:PrincipalAccount": ACCOUNT } } }), false);
    assert.equal(deny({ Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } }), true);
    const some = {
      Action: ["ecr:BatchGetImage", "ecr:PutImage"],
      Resource: [A, "arn:aws:ecr:us-east-1:111122223333:repository/b"],
    };
    const allowed = { ...EVERYBODY, ...some };
    assert.equal(isPublic(allowed, { ...allowed, Effect: "Deny", Action: "ecr:BatchGetImage" }), true);
    assert.equal(isPublic(allowed, { ...allowed, Effect: "Deny", Resource: A }), true);
    assert.equal(isPublic(allowed, { ...allowed, Effect: "Deny" }), false);
    const { Action, Resource, ...rest } = EVERYBODY;
    const most = { ...rest, NotAction: "ecr:Put*", NotResource: A };
    assert.equal(isPublic(most), true);
    assert.equal(isPublic(most, { ...EVERYBODY, Effect: "Deny", Action: "*" }), false);
  });

  it("count as let in if there is too much to try", () => {
    const closed = (count: number) => {
      const keys = Array.from({ length: count }, (_, index) => [`ecr:Key${index}`, "a"]);
      return opensIf({ StringEquals: { ...Object.fromEntries(keys), "aws:PrincipalAccount": ACCOUNT } });
    };
    // Each key has the values true, false, z, a and none: 5⁷ is less than 200 000, and 5⁸ more.
    assert.deepEqual([closed(7), closed(8)], [false, true]);
  });
});
