import assert from "node:assert/strict";
import { openCloud } from "../cloud";
import type { Role } from "../state/model";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, trust } from "../testing/support";
import { assumeAsService, canAssumeRole, sessionPrincipal } from "./assume-role";
import { conditionValues, findRole, identityVerdict, isAllowed, resourcePolicyDenies } from "./authorize";
import { parsePolicy, REGISTRY_POLICY } from "./document";
import { type Principal, rootPrincipal } from "./principal";

const ARN = `arn:aws:iam::${ACCOUNT}:role/team/puller`;
const RESOURCE = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/a`;
const ACTION = "ecr:BatchGetImage";
const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
const boundary = (PermissionsBoundaryArn: string) => ({ PermissionsBoundaryArn });
const deny = (Action: string, more = {}) =>
  JSON.stringify({ Statement: [{ Effect: "Deny", Action, Resource: "*", ...more }] });

describe("emulator: who may do what", () => {
  const organizations = { "o-first000000": [OTHER_ACCOUNT], "o-abc1234567": ["777788889999", ACCOUNT] };
  let { cloud } = openCloud({ organizations });
  let role: Role;
  beforeEach(() => {
    ({ cloud } = openCloud({ organizations }));
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
    resource: RESOURCE,
    account: ACCOUNT,
    region: REGION,
    ...more,
  });

  it("is told from condition keys of the request, its resource and its caller", () => {
    cloud.clock.advance(Date.parse("2199-01-01T00:00:00Z") - Date.now());
    const keysOf = (principal: Principal, more = {}) => {
      const { "aws:currenttime": time, ...others } = Object.fromEntries(
        conditionValues(cloud, question(principal, more)),
      );
      assert.match(time ?? "", /^2199-01-01T00:00:0\d\.\d{3}Z$/);
      return others;
    };
    const common = {
      "aws:requestedregion": REGION,
      "aws:resourceaccount": ACCOUNT,
      "aws:resourceorgid": "o-abc1234567",
      "aws:securetransport": "true",
      "aws:principalisawsservice": "false",
    };
    const ours = { "aws:principalaccount": ACCOUNT, "aws:principalorgid": "o-abc1234567" };
    assert.deepEqual(keysOf(rootPrincipal(ACCOUNT)), {
      ...common,
      ...ours,
      "aws:principalarn": `arn:aws:iam::${ACCOUNT}:root`,
      "aws:principaltype": "Account",
      "aws:userid": ACCOUNT,
    });
    assert.deepEqual(keysOf(session(), { resourceTags: [{ Key: "Env", Value: "dev" }] }), {
      ...common,
      ...ours,
      "aws:principalarn": ARN,
      "aws:principaltype": "AssumedRole",
      "aws:userid": "AROA1:ci",
      "aws:principaltag/team": "a",
      "aws:resourcetag/env": "dev",
      "ecr:resourcetag/env": "dev",
    });
    const service: Principal = { kind: "service", account: undefined, arn: "lambda.amazonaws.com" };
    const asService = {
      ...common,
      "aws:principalisawsservice": "true",
      "aws:principalservicename": "lambda.amazonaws.com",
    };
    assert.deepEqual(keysOf(service), asService);
    assert.deepEqual(keysOf({ ...service, sourceArn: "arn", sourceAccount: OTHER_ACCOUNT }), {
      ...asService,
      "aws:sourcearn": "arn",
      "aws:sourceaccount": OTHER_ACCOUNT,
    });
    const { "aws:resourceorgid": organization, ...foreign } = keysOf(rootPrincipal("000000000000"), {
      account: "000000000000",
    });
    assert.deepEqual([organization, "aws:principalorgid" in foreign], [undefined, false], "in no organization");
  });

  it("is decided by a role's own policies, those attached to it and its boundary", () => {
    const verdict = () => identityVerdict(cloud, { ...question(session()), values: new Map() });
    const inline = (...documents: string[]) => {
      role.inlinePolicies = new Map(documents.map((document, index) => [String(index), document]));
    };
    assert.equal(verdict(), "silent");
    inline(allow("s3:*", { Resource: "*" }), allow(ACTION, { Resource: "*" }));
    assert.equal(verdict(), "allow");
    inline(allow(ACTION, { Resource: "*" }), deny("ecr:*"));
    assert.equal(verdict(), "deny");
    inline();
    role.attachedPolicies = [PULL_ONLY];
    assert.equal(verdict(), "allow");
    const own = `arn:aws:iam::${ACCOUNT}:policy/own`;
    role.attachedPolicies = [own];
    assert.equal(verdict(), "silent", "a policy that is gone");
    const version = (id: string, document: string) =>
      [id, { VersionId: id, Document: document, CreateDate: 0 }] as const;
    cloud.store.global(ACCOUNT).policies.set(own, {
      PolicyName: "own",
      Path: "/",
      Arn: own,
      PolicyId: "ANPA1",
      DefaultVersionId: "v2",
      nextVersion: 3,
      versions: new Map([version("v1", deny("*")), version("v2", allow(ACTION, { Resource: "*" }))]),
      Tags: [],
      UpdateDate: 0,
    });
    assert.equal(verdict(), "allow", "by the default version");
    role.PermissionsBoundary = boundary(PULL_ONLY);
    assert.equal(verdict(), "allow");
    role.attachedPolicies = [];
    assert.equal(verdict(), "silent", "a boundary grants nothing");
    inline(deny("ecr:*"));
    assert.equal(verdict(), "deny");
    inline(allow("*", { Resource: "*" }));
    role.PermissionsBoundary = boundary("arn:aws:iam::aws:policy/Other");
    assert.equal(verdict(), "silent", "a boundary that is gone allows nothing");
    inline(deny("ecr:*"));
    assert.equal(verdict(), "deny");
    inline(allow("*", { Resource: "*" }));
    cloud.store
      .global(ACCOUNT)
      .policies.get(own)
      ?.versions.set("v2", { VersionId: "v2", Document: deny("*"), CreateDate: 0 });
    role.PermissionsBoundary = boundary(own);
    assert.equal(verdict(), "deny");
    cloud.store.global(ACCOUNT).roles.clear();
    assert.equal(verdict(), "silent", "a role that is gone");
    const of = (principal: Principal) => identityVerdict(cloud, { ...question(principal), values: new Map() });
    assert.equal(of(rootPrincipal(ACCOUNT)), "allow");
    assert.equal(of({ kind: "service", account: undefined, arn: "s" }), "silent");
  });

  it("needs one side within an account, both sides across accounts, and the resource's for services", () => {
    const onResource = (Principal: unknown, Effect = "Allow") =>
      parsePolicy(
        JSON.stringify({ Statement: [{ Effect, Principal, Action: ACTION, Resource: "*" }] }),
        REGISTRY_POLICY,
      );
    const may = (principal: Principal, ...policies: ReturnType<typeof onResource>[]) =>
      isAllowed(cloud, question(principal), policies);
    const permit = (document?: string) => {
      role.inlinePolicies = new Map(document === undefined ? [] : [["own", document]]);
    };
    const everybody = onResource("*");
    const nobody = onResource({ AWS: "777788889999" });
    assert.deepEqual([may(session()), may(session(), nobody), may(session(), nobody, everybody)], [false, false, true]);
    permit(allow(ACTION, { Resource: "*" }));
    assert.deepEqual([may(session()), may(session(), nobody)], [true, true]);
    assert.equal(may(session(), everybody, onResource("*", "Deny")), false);
    permit(deny(ACTION));
    assert.equal(may(session(), everybody), false);
    permit(allow(ACTION, { Resource: "*" }));
    const foreign = session(OTHER_ACCOUNT);
    assert.deepEqual([may(foreign), may(foreign, everybody)], [false, true]);
    assert.equal(may(foreign, onResource({ AWS: OTHER_ACCOUNT })), true, "the account, which allows it itself");
    permit();
    assert.equal(may(foreign, everybody), false);
    assert.equal(may(foreign, onResource({ AWS: OTHER_ACCOUNT })), false);
    assert.equal(may(session(), onResource({ AWS: ACCOUNT })), false, "the account does not allow it itself");
    const service: Principal = { kind: "service", account: undefined, arn: "lambda.amazonaws.com" };
    assert.deepEqual([may(service), may(service, everybody)], [false, true]);
    assert.equal(may(service, onResource({ Service: "lambda.amazonaws.com" })), true);
    assert.deepEqual([may(rootPrincipal(ACCOUNT)), may(rootPrincipal(OTHER_ACCOUNT))], [true, false]);
  });

  it("is denied by a policy of a resource, in the account and Region of the resource", () => {
    const READ = "secretsmanager:GetSecretValue";
    const denies = (policy?: string, resource = RESOURCE) =>
      resourcePolicyDenies(policy, session(), READ, resource, cloud);
    assert.equal(denies(), false);
    assert.equal(denies(deny(READ, { Principal: "*" })), true);
    assert.equal(denies(allow(READ, { Principal: "*", Resource: "*" })), false);
    const inPlace = (account: string, region: string) =>
      deny(READ, {
        Principal: "*",
        Condition: { StringEquals: { "aws:ResourceAccount": account, "aws:RequestedRegion": region } },
      });
    assert.equal(denies(inPlace(ACCOUNT, REGION)), true);
    assert.equal(denies(inPlace(OTHER_ACCOUNT, REGION)), false);
    assert.equal(denies(inPlace("", ""), "no ARN"), true);
  });

  it("finds a role by its whole ARN only", () => {
    assert.equal(findRole(cloud, ARN), role);
    for (const other of [
      ARN.replace("team/", ""),
      ARN.replace("iam", "sts"),
      ARN.replace(ACCOUNT, OTHER_ACCOUNT),
      `${ARN}x`,
      "puller",
    ])
      assert.equal(findRole(cloud, other), undefined, other);
  });

  it("lets a role be assumed only by whom it trusts, also within the account", () => {
    const root = rootPrincipal(ACCOUNT);
    const can = (principal: Principal, arn = ARN) => canAssumeRole(cloud, principal, arn, REGION) === role;
    assert.equal(can(root), true);
    assert.equal(can(root, `${ARN}x`), false);
    assert.equal(can(rootPrincipal(OTHER_ACCOUNT)), false);
    cloud.visibility.hide(`role:${ARN}`, 1);
    assert.deepEqual([can(root), can(root)], [false, true], "one that is new");
    role.AssumeRolePolicyDocument = trust({ AWS: OTHER_ACCOUNT });
    assert.deepEqual([can(root), can(rootPrincipal(OTHER_ACCOUNT))], [false, true]);
    role.AssumeRolePolicyDocument = trust({ AWS: ARN });
    assert.deepEqual([can(root), can(session())], [false, true], "its own session");
    role.AssumeRolePolicyDocument = trust({ AWS: ACCOUNT });
    assert.equal(can(session()), false, "the account does not allow it");
    role.inlinePolicies = new Map([["own", allow("sts:AssumeRole", { Resource: ARN })]]);
    assert.equal(can(session()), true);
  });

  it("gives services the session of a role that trusts them, and that may ask for whom they act", () => {
    const service = "ecr.amazonaws.com";
    assert.equal(assumeAsService(cloud, service, ARN, REGION), undefined);
    role.AssumeRolePolicyDocument = trust({ Service: service });
    const expected = {
      kind: "session",
      account: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/puller/ecr`,
      roleArn: ARN,
      roleId: "AROA1",
      sessionName: "ecr",
    };
    assert.deepEqual(assumeAsService(cloud, service, ARN, REGION), expected);
    assert.equal(assumeAsService(cloud, "ecs.amazonaws.com", ARN, REGION), undefined);
    const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
    role.AssumeRolePolicyDocument = allow("sts:AssumeRole", { Principal: { Service: service }, Condition });
    assert.equal(assumeAsService(cloud, service, ARN, REGION), undefined);
    assert.deepEqual(assumeAsService(cloud, service, ARN, REGION, { sourceAccount: ACCOUNT }), expected);
  });
});
