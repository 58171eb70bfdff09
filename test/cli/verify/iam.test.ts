import assert from "node:assert/strict";
import { IAMClient, type SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { matchesGlob } from "../../../cli/verify/iam/glob";
import { judge, type Principal, type Verdict } from "../../../cli/verify/iam/policy";
import { simulate } from "../../../cli/verify/iam/simulate";
import { ACCOUNT, REGION } from "../support";
import { arn, PARTNER, policy, repositories } from "./world";

const ROLE = arn("team/Node", PARTNER);
const ROOT = `arn:aws:iam::${PARTNER}:root`;
const VALUES = { "aws:principalarn": ROLE, "aws:principalaccount": PARTNER, "aws:securetransport": "true" };
const NESTED = { "aws:role": `arn:aws:iam::${PARTNER}:role/a:b/node` };
/** A statement about a first pull. */
const lets = (Principal: unknown, more: object = {}) => ({
  ...{ Effect: "Allow", Principal, Action: "ecr:CreateRepository", Resource: repositories("hub/*"), ...more },
});
const but = (NotPrincipal: unknown, Effect = "Deny") => ({ Effect, NotPrincipal, Action: "*", Resource: "*" });
const denies = (more: object = {}) => lets("*", { Effect: "Deny", ...more });
const on = (operator: string, key: string, value: unknown) =>
  lets("*", { Condition: { [operator]: { [key]: value } } });
const inRepositories = (name: string) => repositories(`\u0024{${name}}/*`);
const open = (mayDeny: boolean, ...keys: string[]) => ({ keys, mayDeny });

/** What statements say about the role. Source: IAM user guide, "Policy evaluation logic" and the policy elements. */
const JUDGED: readonly [says: Verdict, what: string, ...statements: object[]][] = [
  ["silent", "no statement"],
  ["allow", "everybody", lets("*")],
  ["allow", "everybody of AWS, in a list", lets({ AWS: ["*"] })],
  ["allow", "the role", lets({ AWS: [arn("other"), ROLE] })],
  ["delegates", "the account", lets({ AWS: PARTNER })],
  ["delegates", "its root, among others", lets({ AWS: [ACCOUNT, ROOT] })],
  ["allow", "the account and the role", lets({ AWS: ROOT }), lets({ AWS: ROLE })],
  ["silent", "another account", lets({ AWS: `arn:aws:iam::${ACCOUNT}:root` })],
  ["silent", "a service", lets({ Service: "ecr.amazonaws.com" })],
  ["silent", "nobody", { ...lets("*"), Principal: undefined }],
  ["deny", "a denial beside a permission", lets("*"), denies()],
  ["deny", "a denial of the account", lets("*"), lets({ AWS: ROOT }, { Effect: "Deny" })],
  ["allow", "a denial of another role", lets("*"), lets({ AWS: arn("other") }, { Effect: "Deny" })],
  ["allow", "everybody but another role", but({ AWS: arn("other") }, "Allow")],
  ["silent", "everybody but the role", but({ AWS: ROLE }, "Allow")],
  ["silent", "everybody but the account", but({ AWS: ROOT }, "Allow")],
  ["deny", "a denial of everybody but another role", but({ AWS: arn("other") })],
  ["deny", "a denial of everybody but the account, whose roles it does not leave out", but({ AWS: PARTNER })],
  ["silent", "a denial of everybody but the role and its account", but({ AWS: [ROLE, arn("other"), ROOT] })],
  ["silent", "a denial of nobody", but("*")],
  [open(true, "NotPrincipal"), "a denial of everybody but the role, without its account", but({ AWS: ROLE })],
  ["allow", "actions in another case", lets("*", { Action: ["ecr:Put*", "ECR:create*"] })],
  ["silent", "another action", lets("*", { Action: ["ecr:Put*", "ecr:CreateRepo"] })],
  ["allow", "all but other actions", lets("*", { Action: undefined, NotAction: ["ecr:Put*", "ecr:Get*"] })],
  ["silent", "all but this action", lets("*", { Action: undefined, NotAction: ["ecr:Put*", "ecr:create*"] })],
  ["allow", "resources", lets("*", { Resource: [repositories("prod/*"), repositories("hub/library/?ginx")] })],
  ["silent", "other resources", lets("*", { Resource: repositories("hub") })],
  ["allow", "all but others", lets("*", { Resource: undefined, NotResource: repositories("prod/*") })],
  ["silent", "all but some", lets("*", { Resource: undefined, NotResource: [repositories("prod/*"), "arn:*/hub/*"] })],
  [open(false, "aws:x"), "a resource with a variable", lets("*", { Resource: inRepositories("aws:x, 'none'") })],
  ["silent", "another with one", lets("*", { Resource: repositories(`prod/\u0024{aws:x}`) })],
  [open(true, "aws:x"), "no variable", denies({ Resource: undefined, NotResource: inRepositories("aws:x") })],
  ["allow", "one of several values", on("StringEquals", "AWS:PrincipalAccount", [ACCOUNT, PARTNER])],
  ["silent", "other values", on("StringEquals", "aws:PrincipalAccount", [ACCOUNT])],
  ["silent", "a value in another case", on("StringEquals", "aws:PrincipalArn", ROLE.toLowerCase())],
  ["allow", "a value in any case", on("StringEqualsIgnoreCase", "aws:PrincipalArn", ROLE.toUpperCase())],
  ["silent", "none of several values", on("StringNotEquals", "aws:PrincipalAccount", [ACCOUNT, PARTNER])],
  ["allow", "not other values", on("StringNotEqualsIfExists", "aws:PrincipalAccount", ACCOUNT)],
  ["allow", "a pattern", on("StringLike", "aws:PrincipalArn", "*:role/team/*")],
  ["silent", "a pattern that is compared as it is", on("StringEquals", "aws:PrincipalArn", "*:role/team/*")],
  ["allow", "an ARN's pattern", on("ArnEquals", "aws:PrincipalArn", "arn:*:iam::*:role/*/Node")],
  [
    "silent",
    "an ARN's pattern that would cross a colon",
    on("ArnLike", "aws:PrincipalArn", "arn:aws:*:role/team/Node"),
  ],
  ["silent", "a part of an ARN", on("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/team")],
  ["allow", "an ARN whose path has a colon", on("ArnLike", "aws:Role", "arn:aws:iam::*:role/*node")],
  ["silent", "an ARN where none is", on("ArnLike", "aws:PrincipalAccount", "arn:*:*:*:*:*")],
  ["allow", "not that ARN", on("ArnNotEquals", "aws:PrincipalArn", "arn:aws:iam::*:role/no*")],
  ["allow", "a switch", on("Bool", "aws:SecureTransport", "TRUE")],
  ["silent", "a switch that is off", on("BoolIfExists", "aws:SecureTransport", false)],
  [open(false, "aws:PrincipalOrgID"), "an unknown key", on("StringEquals", "aws:PrincipalOrgID", "o-1")],
  [open(false, "aws:PrincipalArn"), "an unknown operator", on("ForAllValues:StringLike", "aws:PrincipalArn", "*")],
  [
    open(false, "aws:PrincipalArn"),
    "a variable among the values",
    on("StringLike", "aws:PrincipalArn", ["x", `*\u0024{aws:x}`]),
  ],
  [
    open(false, "aws:x"),
    "conditions that hold, and one that may",
    lets("*", { Condition: { Bool: { "aws:SecureTransport": true }, StringLike: { "aws:x": "*" } } }),
  ],
  [
    "silent",
    "one that fails",
    lets("*", { Condition: { Null: { "aws:x": "*" }, Bool: { "aws:SecureTransport": false } } }),
  ],
  ["allow", "a permission beside one that may hold", lets("*"), on("StringEquals", "aws:x", "y")],
  [open(true, "aws:x"), "a denial that may hold", lets("*"), denies({ Condition: { StringLike: { "aws:x": "*" } } })],
  ["deny", "a denial beside one that may hold", denies(), denies({ Condition: { StringLike: { "aws:x": "*" } } })],
];

describe("verify reads policies", () => {
  for (const [says, what, ...statements] of JUDGED) {
    it(`${typeof says === "string" ? says : `by ${says.keys}`}: ${what}`, () => {
      const principal = { role: ROLE, account: PARTNER };
      const request = { action: "ecr:CreateRepository", resource: repositories("hub/library/nginx"), principal };
      const [first, ...others] = statements;
      const documents = [undefined, "", policy(...others), JSON.stringify({ Statement: first })];
      assert.deepEqual(judge(documents, { ...request, values: { ...VALUES, ...NESTED } }), says);
    });
  }

  it("of trust, for services", () => {
    const trusts = (of: object, more: object = {}) =>
      policy({ ...lets(of, more), Action: "sts:*", Resource: undefined });
    const verdict = (document: string) => {
      const principal: Principal = { service: "ecr.amazonaws.com" };
      return judge([document], { action: "sts:AssumeRole", principal, values: {} });
    };
    assert.equal(verdict(trusts({ Service: ["ecs.amazonaws.com", "ecr.amazonaws.com"] })), "allow");
    assert.equal(verdict(trusts({ AWS: PARTNER, Service: "ecs.amazonaws.com" })), "silent");
    assert.equal(verdict(policy({ ...but({ Service: "ecr.amazonaws.com" }), Resource: undefined })), "silent");
    assert.equal(verdict(policy({ ...but({ AWS: ROLE }), Resource: undefined })), "deny");
  });

  it("with patterns", () => {
    const matching = ["", "**", "hub/*", "*hub*", "h?b/a-b-c", "*-b-c", "h*a*b*c", "hub/a-b-c*", "?*c"];
    const others = ["hub", "hub/a-b-", "ub/a-b-c", "*-b", "h*x*", "hub/a-b-c?", "hub/a-b-c/*", "*a-c*", "?hub*"];
    const matches = (pattern: string) => matchesGlob(pattern, pattern === "" ? "" : "hub/a-b-c");
    assert.deepEqual(matching.concat(others).filter(matches), matching);
  });

  it("asks IAM about at most 50 resources at once, and reads why something is not allowed", async () => {
    const boundary = { AllowedByPermissionsBoundary: false };
    const organization = { OrganizationsDecisionDetail: { AllowedByOrganizations: false } };
    const answers = [
      { EvalActionName: "a:None", EvalDecision: "implicitDeny", MissingContextValues: ["aws:x"] },
      { EvalActionName: "a:Limit", EvalDecision: "implicitDeny", PermissionsBoundaryDecisionDetail: boundary },
      { EvalActionName: "a:Fine", EvalDecision: "allowed" },
      {
        ...{ EvalActionName: "a:Some", EvalDecision: "implicitDeny", ...organization },
        ResourceSpecificResults: [
          { EvalResourceName: "r1", EvalResourceDecision: "allowed" },
          { EvalResourceName: "r2", EvalResourceDecision: "explicitDeny", MissingContextValues: ["aws:y"] },
        ],
      },
      {
        ...{ EvalActionName: "a:Denied", EvalDecision: "explicitDeny" },
        ResourceSpecificResults: [{ EvalResourceName: "r2", EvalResourceDecision: "explicitDeny" }],
      },
    ];
    const asked: object[] = [];
    const send = async ({ input }: SimulatePrincipalPolicyCommand) => {
      asked.push(input);
      return { EvaluationResults: asked.length === 1 ? [] : answers };
    };
    const client = Object.assign(new IAMClient({ region: REGION }), { send });
    const resources = Array.from({ length: 51 }, (_, index) => `r${index}`);
    const question = { actions: ["a:None"], resources, context: { "aws:RequestedRegion": REGION } };
    const denial = (action: string, resource: string, by: string, ...unknown: string[]) => ({
      action,
      resource,
      by,
      unknown,
    });
    assert.deepEqual(await simulate(client, ROLE, question), [
      denial("a:None", "r50", "nothing allows it", "aws:x"),
      denial("a:Limit", "r50", "its permissions boundary"),
      denial("a:Some", "r2", "the organization", "aws:y"),
      denial("a:Denied", "r2", "a policy denies it"),
    ]);
    const context = { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: [REGION], ContextKeyType: "string" };
    const call = (ResourceArns: string[]) => ({
      ...{ PolicySourceArn: ROLE, ActionNames: ["a:None"], ResourceArns, ContextEntries: [context] },
    });
    const shown = asked.map(({ Marker: _, MaxItems: __, ...input }: { Marker?: string; MaxItems?: number }) => input);
    assert.deepEqual(shown, [call(resources.slice(0, 50)), call(["r50"])]);
  });
});
