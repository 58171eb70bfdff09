import assert from "node:assert/strict";
import { openCloud } from "../context";
import type { Role } from "../state/model";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, trust } from "../testing/support";
import { assumeAsService, canAssumeRole, sessionPrincipal } from "./assume-role";
import { conditionValues, findRole, identityVerdict, isAllowed } from "./authorize";
import { parsePolicy, REGISTRY_POLICY } from "./document";
import { type Principal, rootPrincipal } from "./principal";

const ARN = `arn:aws:iam::${ACCOUNT}:role/team/puller`;
const ACTION = "ecr:BatchGetImage";
const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
const permit = (action = ACTION) => allow(action, { Resource: "*" });
const deny = (action = ACTION) => permit(action).replace("Allow", "Deny");
const LAMBDA: Principal = { kind: "service", account: undefined, arn: "lambda.amazonaws.com" };

describe("emulator: who may do what", () => {
  const organizations = { "o-first000000": [OTHER_ACCOUNT], "o-abc1234567": ["777788889999", ACCOUNT] };
  let cloud = openCloud({ organizations });
  let role: Role;
  beforeEach(() => {
    cloud = openCloud({ organizations });
    role = {
      RoleName: "puller",
      Path: "/team/",
      Arn: ARN,
      RoleId: "AROA1",
      CreateDate: 0,
      AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }),
      MaxSessionDuration: 3600,
      inlinePolicies: new Map(),
      attachedPolicies: [],
      Tags: [{ Key: "Team", Value: "a" }],
    };
    cloud.store.global(ACCOUNT).roles.set("puller", role);
  });
  const session = (account = ACCOUNT): Principal => ({ ...sessionPrincipal(role, account, "ci"), roleArn: ARN });
  const question = (principal: Principal, more = {}) => ({
    principal,
    action: ACTION,
    resource: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/a`,
    account: ACCOUNT,
    region: REGION,
    ...more,
  });

  it("is told from condition keys of the request, its resource and its caller", () => {
    const keysOf = (principal: Principal, more = {}) => {
      const { "aws:currenttime": _, ...others } = Object.fromEntries(conditionValues(cloud, question(principal, more)));
      return others;
    };
    const common = {
      "aws:requestedregion": REGION,
      "aws:resourceaccount": ACCOUNT,
      "aws:resourceorgid": "o-abc1234567",
      "aws:securetransport": "true",
      "aws:principalisawsservice": "false",
    };
    assert.deepEqual(keysOf(session(), { resourceTags: [{ Key: "Env", Value: "dev" }] }), {
      ...common,
      "aws:principalaccount": ACCOUNT,
      "aws:principalorgid": "o-abc1234567",
      "aws:principalarn": ARN,
      "aws:principaltype": "AssumedRole",
      "aws:userid": "AROA1:ci",
      "aws:principaltag/team": "a",
      "aws:resourcetag/env": "dev",
      "ecr:resourcetag/env": "dev",
    });
    assert.deepEqual(keysOf({ ...LAMBDA, sourceArn: "arn", sourceAccount: OTHER_ACCOUNT }), {
      ...common,
      "aws:principalisawsservice": "true",
      "aws:principalservicename": "lambda.amazonaws.com",
      "aws:sourcearn": "arn",
      "aws:sourceaccount": OTHER_ACCOUNT,
    });
    assert.equal(keysOf(rootPrincipal("000000000000"))["aws:principalorgid"], undefined, "in no organization");
  });

  it("is decided by a role's own policies, those attached to it and its boundary", () => {
    const own = `arn:aws:iam::${ACCOUNT}:policy/own`;
    const version = (VersionId: string, Document: string) =>
      [VersionId, { VersionId, Document, CreateDate: 0 }] as const;
    cloud.store.global(ACCOUNT).policies.set(own, {
      PolicyName: "own",
      Path: "/",
      Arn: own,
      PolicyId: "ANPA1",
      DefaultVersionId: "v2",
      nextVersion: 3,
      versions: new Map([version("v1", deny("*")), version("v2", permit())]),
      Tags: [],
      UpdateDate: 0,
    });
    const gone = "arn:aws:iam::aws:policy/Other";
    const table: readonly (readonly [
      inline: string[],
      attached: string[],
      boundary: string | undefined,
      verdict: string,
    ])[] = [
      [[], [], undefined, "silent"],
      [[permit("s3:*"), permit()], [], undefined, "allow"],
      [[permit(), deny("ecr:*")], [], undefined, "deny"],
      [[], [PULL_ONLY], undefined, "allow"],
      [[], [gone], undefined, "silent"],
      [[], [own], undefined, "allow"],
      [[], [own], PULL_ONLY, "allow"],
      [[], [], PULL_ONLY, "silent"],
      [[deny()], [], PULL_ONLY, "deny"],
      [[permit("*")], [], gone, "limited"],
    ];
    for (const [inline, attachedPolicies, PermissionsBoundaryArn, verdict] of table) {
      const inlinePolicies = new Map(inline.map((document, index) => [String(index), document]));
      Object.assign(role, { inlinePolicies, attachedPolicies });
      role.PermissionsBoundary = PermissionsBoundaryArn === undefined ? undefined : { PermissionsBoundaryArn };
      const request = { ...question(session()), values: new Map() };
      assert.equal(
        identityVerdict(cloud, request),
        verdict,
        JSON.stringify([inline, attachedPolicies, PermissionsBoundaryArn]),
      );
    }
    cloud.store.global(ACCOUNT).roles.clear();
    assert.equal(
      identityVerdict(cloud, { ...question(session()), values: new Map() }),
      "silent",
      "a role that is gone",
    );
  });

  it("needs one side within an account, both sides across accounts, and the resource's for services", () => {
    const onResource = (Principal: unknown, Effect = "Allow") =>
      parsePolicy(JSON.stringify({ Statement: { Effect, Principal, Action: ACTION, Resource: "*" } }), REGISTRY_POLICY);
    const [everybody, nobody] = [onResource("*"), onResource({ AWS: "777788889999" })];
    const [ours, theirs] = [onResource({ AWS: ACCOUNT }), onResource({ AWS: OTHER_ACCOUNT })];
    const [us, them] = [session(), session(OTHER_ACCOUNT)];
    const table: readonly (readonly [
      who: Principal,
      own: string | undefined,
      resource: (typeof ours)[],
      may: boolean,
    ])[] = [
      [us, undefined, [], false],
      [us, undefined, [nobody, everybody], true],
      [us, undefined, [ours], false],
      [us, permit(), [nobody], true],
      [us, permit(), [everybody, onResource("*", "Deny")], false],
      [us, deny(), [everybody], false],
      [them, permit(), [], false],
      [them, permit(), [everybody], true],
      [them, permit(), [theirs], true],
      [them, undefined, [everybody], false],
      [them, undefined, [theirs], false],
      [LAMBDA, undefined, [], false],
      [LAMBDA, undefined, [everybody], true],
      [LAMBDA, undefined, [onResource({ Service: "lambda.amazonaws.com" })], true],
      [rootPrincipal(ACCOUNT), undefined, [], true],
      [rootPrincipal(OTHER_ACCOUNT), undefined, [], false],
    ];
    for (const [index, [who, document, policies, may]] of table.entries()) {
      role.inlinePolicies = new Map(document === undefined ? [] : [["own", document]]);
      assert.equal(isAllowed(cloud, question(who), policies), may, String(index));
    }
  });

  it("limits a role by its boundary also where a resource policy allows it", () => {
    const policy = (statement: object) =>
      parsePolicy(JSON.stringify({ Statement: { Action: ACTION, Resource: "*", ...statement } }), REGISTRY_POLICY);
    const granting = policy({ Effect: "Allow", Principal: { AWS: ARN } });
    const sparing = policy({ Effect: "Deny", NotPrincipal: { AWS: [ARN, ACCOUNT] } });
    const may = (boundary: string | undefined, ...policies: (typeof granting)[]) => {
      role.PermissionsBoundary = boundary === undefined ? undefined : { PermissionsBoundaryArn: boundary };
      return isAllowed(cloud, question(session()), policies);
    };
    assert.deepEqual([may(undefined, granting), may("arn:aws:iam::aws:policy/Other", granting)], [true, false]);
    assert.deepEqual([may(PULL_ONLY, granting), may(PULL_ONLY, granting, sparing)], [true, false]);
    assert.equal(may(undefined, granting, sparing), true);
  });

  it("lets a role be assumed only by whom it trusts, also within the account", () => {
    const can = (principal: Principal, arn = ARN) => canAssumeRole(cloud, principal, arn, REGION) === role;
    assert.deepEqual([can(rootPrincipal(ACCOUNT)), can(rootPrincipal(OTHER_ACCOUNT))], [true, false]);
    for (const other of [ARN.replace("team/", ""), ARN.replace("iam", "sts"), `${ARN}x`, "puller"])
      assert.equal(findRole(cloud, other), undefined, other);
    assert.equal(can(session()), false, "the account does not allow it");
    role.inlinePolicies = new Map([["own", permit("sts:AssumeRole")]]);
    assert.equal(can(session()), true);
    role.AssumeRolePolicyDocument = trust({ AWS: OTHER_ACCOUNT });
    assert.deepEqual([can(rootPrincipal(ACCOUNT)), can(rootPrincipal(OTHER_ACCOUNT))], [false, true]);
    role.AssumeRolePolicyDocument = trust({ AWS: ARN });
    role.inlinePolicies = new Map();
    assert.deepEqual([can(rootPrincipal(ACCOUNT)), can(session())], [false, true], "its own session");
    const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
    const Principal = { Service: "ecr.amazonaws.com" };
    role.AssumeRolePolicyDocument = allow("sts:AssumeRole", { Principal, Condition });
    const asService = (service: string, sourceAccount?: string) =>
      assumeAsService(cloud, service, ARN, REGION, { sourceAccount })?.roleArn;
    assert.equal(asService("ecr.amazonaws.com", ACCOUNT), ARN);
    assert.equal(asService("ecr.amazonaws.com"), undefined);
    assert.equal(asService("ecs.amazonaws.com", ACCOUNT), undefined);
  });
});
