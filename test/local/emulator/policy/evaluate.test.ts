import assert from "node:assert/strict";
import { IDENTITY_POLICY, parsePolicy, RESOURCE_POLICY } from "../../../../local/emulator/policy/document";
import { evaluateIdentityPolicy, evaluateResourcePolicy } from "../../../../local/emulator/policy/evaluate";
import { type Principal, rootPrincipal } from "../../../../local/emulator/policy/principal";
import { matchesWildcard } from "../../../../local/emulator/policy/wildcard";

const ACCOUNT = "111122223333";
const OTHER = "444455556666";
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const session = (account: string): Principal => ({
  kind: "session",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/puller/ci`,
  roleArn: role(account, "puller"),
  roleId: "AROA1",
  sessionName: "ci",
});
const lambda: Principal = { kind: "service", account: undefined, arn: "lambda.amazonaws.com" };
const RESOURCE = "arn:aws:ecr:eu-central-1:111122223333:repository/a";

describe("emulator: the reach of policies", () => {
  const policy = (statements: object[], rules: typeof RESOURCE_POLICY) =>
    parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), rules);
  const request = (principal: Principal) => ({
    principal,
    action: "ecr:BatchGetImage",
    resource: RESOURCE,
    values: new Map([["aws:principalaccount", ACCOUNT]]),
  });
  const callers: readonly Principal[] = [rootPrincipal(ACCOUNT), session(ACCOUNT), session(OTHER), lambda];

  /** What a statement of a resource's policy means for the account's root, a role of it and of another one, and Lambda. */
  const verdicts = (...statements: object[]) => {
    const given = statements.map((statement) => ({ Effect: "Allow", Action: "*", Resource: "*", ...statement }));
    const parsed = policy(given, RESOURCE_POLICY);
    return callers.map((caller) => evaluateResourcePolicy(parsed, request(caller)));
  };

  it("is by the principals that a statement names", () => {
    const cases: readonly (readonly [principal: unknown, ...verdicts: string[]])[] = [
      ["*", "allow", "allow", "allow", "allow"],
      [{ AWS: "*" }, "allow", "allow", "allow", "allow"],
      [{ Federated: "*" }, "silent", "silent", "silent", "silent"],
      [{ CanonicalUser: "*" }, "silent", "silent", "silent", "silent"],
      [{ Service: "*" }, "silent", "silent", "silent", "silent"],
      [{ Service: "lambda.amazonaws.com" }, "silent", "silent", "silent", "allow"],
      [{ Service: "ecs.amazonaws.com" }, "silent", "silent", "silent", "silent"],
      [{ AWS: ACCOUNT }, "allow", "delegates", "silent", "silent"],
      [{ AWS: `arn:aws:iam::${ACCOUNT}:root` }, "allow", "delegates", "silent", "silent"],
      [{ AWS: role(ACCOUNT, "puller") }, "silent", "allow", "silent", "silent"],
      [{ AWS: role(ACCOUNT, "other") }, "silent", "silent", "silent", "silent"],
      [{ AWS: `arn:aws:sts::${OTHER}:assumed-role/puller/ci` }, "silent", "silent", "allow", "silent"],
      [{ AWS: `arn:aws:sts::${OTHER}:assumed-role/puller/x` }, "silent", "silent", "silent", "silent"],
      [{ AWS: [OTHER, role(OTHER, "puller")] }, "silent", "silent", "allow", "silent"],
    ];
    for (const [Principal, ...expected] of cases)
      assert.deepEqual(verdicts({ Principal }), expected, JSON.stringify(Principal));
  });

  it("excludes whom NotPrincipal names, and the roles of an account that it names", () => {
    assert.deepEqual(verdicts({ NotPrincipal: { AWS: ACCOUNT } }), ["silent", "silent", "allow", "allow"]);
    assert.deepEqual(verdicts({ NotPrincipal: { AWS: role(ACCOUNT, "puller") } }), [
      "allow",
      "silent",
      "allow",
      "allow",
    ]);
    assert.deepEqual(verdicts({ NotPrincipal: { Service: "lambda.amazonaws.com" } }), [
      "allow",
      "allow",
      "allow",
      "silent",
    ]);
  });

  it("is denied by one statement, whatever others allow", () => {
    const all = { Principal: "*" };
    assert.deepEqual(verdicts(all, { ...all, Effect: "Deny" }), ["deny", "deny", "deny", "deny"]);
    assert.deepEqual(verdicts(all, { Principal: { AWS: ACCOUNT }, Effect: "Deny" }), [
      "deny",
      "deny",
      "allow",
      "allow",
    ]);
    assert.deepEqual(verdicts({ Principal: { AWS: ACCOUNT } }, all), ["allow", "allow", "allow", "allow"]);
    assert.deepEqual(verdicts({ Principal: { AWS: OTHER } }), ["silent", "silent", "delegates", "silent"]);
  });

  it("ends at actions, resources and conditions, in identity policies too", () => {
    const verdict = (statement: object) =>
      evaluateIdentityPolicy(
        policy([{ Effect: "Allow", Action: "*", Resource: "*", ...statement }], IDENTITY_POLICY),
        request(session(ACCOUNT)),
      );
    const none = undefined;
    const cases: readonly (readonly [statement: object, verdict: string])[] = [
      [{}, "allow"],
      [{ Effect: "Deny" }, "deny"],
      [{ Action: ["ecr:Get*", "ecr:batchget?mage"] }, "allow"],
      [{ Action: ["ecr:Get*", "s3:*"] }, "silent"],
      [{ Action: none, NotAction: ["s3:*", "ecr:Put*"] }, "allow"],
      [{ Action: none, NotAction: ["s3:*", "ECR:Batch*"] }, "silent"],
      [{ Resource: ["arn:aws:s3:::b", RESOURCE] }, "allow"],
      [{ Resource: ["arn:aws:s3:::b", `${RESOURCE}/b`] }, "silent"],
      [{ Resource: none, NotResource: ["arn:aws:s3:::b", `${RESOURCE}/b`] }, "allow"],
      [{ Resource: none, NotResource: ["arn:aws:s3:::b", RESOURCE] }, "silent"],
      [{ Resource: "arn:aws:ecr:*:\u0024{aws:PrincipalAccount}:repository/?" }, "allow"],
      [{ Resource: none, NotResource: "arn:aws:ecr:*:\u0024{aws:PrincipalAccount}:repository/?" }, "silent"],
      [{ Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT } } }, "allow"],
      [{ Condition: { StringEquals: { "aws:PrincipalAccount": OTHER } } }, "silent"],
      [{ Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:SourceArn": "a" } } }, "silent"],
    ];
    for (const [statement, expected] of cases) assert.equal(verdict(statement), expected, JSON.stringify(statement));
  });
});

describe("emulator: wildcards", () => {
  it("match any text with *, one character with ?, and everything else by itself", () => {
    const matching = ["", "*", "**", "a", "a*", "*a", "*a*", "a*b*c", "?", "a?", "?a", "a**b", "*?*"];
    const texts = ["", "a", "b", "ab", "ba", "abc", "axbxc", "axbxcx", "aab", "acb", "*", "?"];
    for (const pattern of matching) {
      const expression = new RegExp(
        `^${pattern.replace(/[*?]/g, (character) => (character === "*" ? ".*" : "."))}$`,
        "s",
      );
      for (const text of texts)
        assert.equal(matchesWildcard(pattern, text), expression.test(text), `${pattern} and ${text}`);
    }
    assert.equal(matchesWildcard("a.c", "abc"), false);
  });
});
