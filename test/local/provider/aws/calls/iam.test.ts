import assert from "node:assert/strict";
import { NotedCalls } from "../../noted-calls";
import { ROLE } from "../../tokens";

const POLICY = "aws:iam/policy:Policy";
const ARN = "arn:aws:iam::111122223333:policy/team/pull";
const BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const escaped = (document: string) => encodeURIComponent(document);

/** Whole calls, and whole states after whole answers. */
describe("local AWS provider's calls of IAM, with every property", () => {
  const calls = NotedCalls.forSuite();
  const tags = { "Tags.member.1.Key": "team", "Tags.member.1.Value": "a" };
  const document = '{"Statement":[]}';
  const role = {
    name: "puller",
    assumeRolePolicy: document,
    description: "ours",
    maxSessionDuration: 7200,
    path: "/team/",
    permissionsBoundary: BOUNDARY,
    tags: { team: "a" },
  };
  const found = `<Role>
    <RoleName>puller</RoleName><Arn>arn:aws:iam::111122223333:role/team/puller</Arn><RoleId>AROA1</RoleId>
    <CreateDate>2026-01-02T03:04:05.678Z</CreateDate><Path>/team/</Path><Description>ours</Description>
    <AssumeRolePolicyDocument>${escaped(document)}</AssumeRolePolicyDocument>
    <MaxSessionDuration>7200</MaxSessionDuration>
    <PermissionsBoundary><PermissionsBoundaryArn>${BOUNDARY}</PermissionsBoundaryArn></PermissionsBoundary>
    <Tags><member><Key>team</Key><Value>a</Value></member></Tags></Role>`;
  const reads = {
    GetRole: [{ xml: found }],
    ListRolePolicies: [{ xml: "<PolicyNames><member>own</member></PolicyNames>" }],
    GetRolePolicy: [{ xml: `<PolicyDocument>${escaped('{"a":"b c"}')}</PolicyDocument>` }],
    ListAttachedRolePolicies: [
      { xml: `<AttachedPolicies><member><PolicyArn>${BOUNDARY}</PolicyArn></member></AttachedPolicies>` },
    ],
  };
  const state = {
    ...role,
    arn: "arn:aws:iam::111122223333:role/team/puller",
    uniqueId: "AROA1",
    createDate: "2026-01-02T03:04:05Z",
    inlinePolicies: [{ name: "own", policy: '{"a":"b c"}' }],
    managedPolicyArns: [BOUNDARY],
    forceDetachPolicies: false,
    tagsAll: { team: "a" },
  };

  it("creates a role with all of it once its principals are known, and reads all of it", async () => {
    const unknown: [string, string] = ["MalformedPolicyDocument", "Invalid principal in policy: x"];
    calls.aws.answers = {
      ...reads,
      CreateRole: [unknown, { xml: found }],
      PutRolePolicy: [{}],
      AttachRolePolicy: [{}],
    };
    const policies = { inlinePolicies: [{ name: "own", policy: "{}" }], managedPolicyArns: [BOUNDARY] };
    const made = await calls.create(ROLE, { ...role, ...policies });
    assert.equal(made.id, "puller");
    assert.deepEqual(made.state, state);
    const sent = {
      RoleName: "puller",
      AssumeRolePolicyDocument: document,
      Description: "ours",
      MaxSessionDuration: "7200",
      Path: "/team/",
      PermissionsBoundary: BOUNDARY,
      ...tags,
    };
    assert.deepEqual(calls.aws.bodies("CreateRole"), [sent, sent]);
    assert.deepEqual(calls.aws.bodies("PutRolePolicy"), [
      { RoleName: "puller", PolicyName: "own", PolicyDocument: "{}" },
    ]);
    assert.deepEqual(calls.aws.bodies("AttachRolePolicy"), [{ RoleName: "puller", PolicyArn: BOUNDARY }]);
    for (const [operation, more] of [
      ["GetRole", {}],
      ["ListRolePolicies", {}],
      ["ListAttachedRolePolicies", {}],
      ["GetRolePolicy", { PolicyName: "own" }],
    ] as const)
      assert.deepEqual(calls.aws.bodies(operation), [{ RoleName: "puller", ...more }]);
  });

  it("does not try to create a role again after another error", async () => {
    for (const [code, message] of [
      ["MalformedPolicyDocument", "Has prohibited field Resource"],
      ["InvalidInput", "Invalid principal in policy: x"],
    ] as [string, string][]) {
      calls.aws.answers = { CreateRole: [[code, message]], UpdateAssumeRolePolicy: [[code, message]] };
      await assert.rejects(calls.create(ROLE, role), new RegExp(message));
      const changed = { ...role, assumeRolePolicy: '{"Statement":[{}]}' };
      await assert.rejects(calls.update(ROLE, "puller", state, changed), new RegExp(message));
    }
    for (const operation of ["CreateRole", "UpdateAssumeRolePolicy"])
      assert.equal(calls.aws.bodies(operation).length, 2, operation);
  });

  it("changes each property of a role with a call of its own", async () => {
    const writes = [
      ...["UpdateAssumeRolePolicy", "UpdateRoleDescription", "UpdateRole", "PutRolePermissionsBoundary"],
      ...["DeleteRolePermissionsBoundary", "PutRolePolicy", "DeleteRolePolicy", "AttachRolePolicy", "DetachRolePolicy"],
      ...["TagRole", "UntagRole"],
    ];
    calls.aws.answers = { ...reads, ...Object.fromEntries(writes.map((operation) => [operation, [{}]])) };
    const RoleName = "puller";
    const other = "arn:aws:iam::aws:policy/Other";
    const cases: readonly (readonly [change: object, ...sent: (readonly [operation: string, body: object])[]])[] = [
      [{ assumeRolePolicy: "{}" }, ["UpdateAssumeRolePolicy", { RoleName, PolicyDocument: "{}" }]],
      [{ description: "new" }, ["UpdateRoleDescription", { RoleName, Description: "new" }]],
      [{ description: undefined }, ["UpdateRoleDescription", { RoleName, Description: "" }]],
      [{ maxSessionDuration: 3600 }, ["UpdateRole", { RoleName, MaxSessionDuration: "3600" }]],
      [{ permissionsBoundary: other }, ["PutRolePermissionsBoundary", { RoleName, PermissionsBoundary: other }]],
      [{ permissionsBoundary: undefined }, ["DeleteRolePermissionsBoundary", { RoleName }]],
      [
        { inlinePolicies: [{ name: "more", policy: "{}" }] },
        ["DeleteRolePolicy", { RoleName, PolicyName: "own" }],
        ["PutRolePolicy", { RoleName, PolicyName: "more", PolicyDocument: "{}" }],
      ],
      [
        { managedPolicyArns: [other] },
        ["DetachRolePolicy", { RoleName, PolicyArn: BOUNDARY }],
        ["AttachRolePolicy", { RoleName, PolicyArn: other }],
      ],
      [
        { tags: { news: "b" } },
        ["UntagRole", { RoleName, "TagKeys.member.1": "team" }],
        ["TagRole", { RoleName, "Tags.member.1.Key": "news", "Tags.member.1.Value": "b" }],
      ],
      [{ forceDetachPolicies: true }],
    ];
    for (const [change, ...sent] of cases)
      assert.deepEqual(await calls.update(ROLE, "puller", state, { ...role, ...change }), sent);
  });

  it("takes policies away before it deletes a role if it was told to, or has seen them, and waits for others", async () => {
    const conflict: [string, string] = ["DeleteConflict", "Cannot delete entity, must detach all policies first."];
    const deleted = async (state: object) => {
      calls.aws.answers = {
        ...reads,
        ListInstanceProfilesForRole: [{}],
        DetachRolePolicy: [{}],
        DeleteRolePolicy: [{}],
        DeleteRole: [conflict, {}],
      };
      const before = calls.aws.calls.length;
      await calls.typeOf(ROLE).delete("puller", { ...state });
      return calls.aws.calls.slice(before).map(({ operation, body }) => {
        assert.equal(body.RoleName, "puller");
        return [operation, body.PolicyArn ?? body.PolicyName].filter(Boolean).join(" ");
      });
    };
    const [look, end] = [["ListInstanceProfilesForRole"], ["DeleteRole", "DeleteRole"]];
    const attached = ["ListAttachedRolePolicies", `DetachRolePolicy ${BOUNDARY}`];
    const inline = ["ListRolePolicies", "DeleteRolePolicy own"];
    assert.deepEqual(await deleted({}), [...look, ...end]);
    assert.deepEqual(await deleted({ forceDetachPolicies: true }), [...look, ...attached, ...inline, ...end]);
    assert.deepEqual(await deleted({ managedPolicyArns: [BOUNDARY] }), [...look, ...attached, ...end]);
    assert.deepEqual(await deleted({ inlinePolicies: [{ name: "x", policy: "{}" }] }), [...look, ...inline, ...end]);
    assert.deepEqual(await deleted({ managedPolicyArns: [], inlinePolicies: [] }), [...look, ...end]);
    calls.aws.answers.DeleteRole = [["AccessDenied", "no"]];
    await assert.rejects(calls.typeOf(ROLE).delete("puller", {}), /deleting IAM Role \(puller\): .*AccessDenied/);
    assert.equal(calls.aws.bodies("DeleteRole").length, 11);
  });

  const policy = { name: "pull", description: "ours", path: "/team/", policy: document, tags: { team: "a" } };
  const read = {
    GetPolicy: [
      {
        xml: `<Policy><Arn>${ARN}</Arn><PolicyName>pull</PolicyName><Path>/team/</Path><PolicyId>ANPA1</PolicyId>
          <Description>ours</Description><AttachmentCount>2</AttachmentCount><DefaultVersionId>v3</DefaultVersionId>
          <Tags><member><Key>team</Key><Value>a</Value></member></Tags></Policy>`,
      },
    ],
    GetPolicyVersion: [{ xml: `<PolicyVersion><Document>${escaped(document)}</Document></PolicyVersion>` }],
  };

  it("creates a policy with all of it, and reads the default version", async () => {
    calls.aws.answers = { ...read, CreatePolicy: [{ xml: `<Policy><Arn>${ARN}</Arn></Policy>` }] };
    const { id, state } = await calls.create(POLICY, policy);
    assert.equal(id, ARN);
    assert.deepEqual(calls.aws.bodies("CreatePolicy"), [
      { PolicyName: "pull", PolicyDocument: document, Description: "ours", Path: "/team/", ...tags },
    ]);
    assert.deepEqual(calls.aws.bodies("GetPolicy"), [{ PolicyArn: ARN }]);
    assert.deepEqual(calls.aws.bodies("GetPolicyVersion"), [{ PolicyArn: ARN, VersionId: "v3" }]);
    assert.deepEqual(state, { ...policy, arn: ARN, policyId: "ANPA1", attachmentCount: 2, tagsAll: { team: "a" } });
  });

  const versions = (...ids: string[]) => ({
    xml: `<Versions>${ids
      .map((id) => `<member><VersionId>${id}</VersionId><IsDefaultVersion>${id === "v5"}</IsDefaultVersion></member>`)
      .join("")}</Versions>`,
  });

  it("makes room for a new version of a policy, of which IAM keeps five", async () => {
    calls.aws.answers = {
      ...read,
      ListPolicyVersions: [versions("v5", "v4", "v3", "v2"), versions("v5", "v4", "v3", "v2", "v1"), versions("v5")],
      CreatePolicyVersion: [{}],
      DeletePolicyVersion: [{}],
      TagPolicy: [{}],
      UntagPolicy: [{}],
      DeletePolicy: [{}],
    };
    const state = { ...policy, tagsAll: { team: "a" } };
    const sent = (change: object) => calls.update(POLICY, ARN, state, { ...policy, ...change });
    const created = ["CreatePolicyVersion", { PolicyArn: ARN, PolicyDocument: "{}", SetAsDefault: "true" }];
    assert.deepEqual(await sent({ policy: "{}" }), [created]);
    assert.deepEqual(await sent({ policy: "{}" }), [
      ["DeletePolicyVersion", { PolicyArn: ARN, VersionId: "v1" }],
      created,
    ]);
    assert.deepEqual(await sent({ policy: "{}" }), [created]);
    assert.deepEqual(await sent({ tags: { news: "b" } }), [
      ["UntagPolicy", { PolicyArn: ARN, "TagKeys.member.1": "team" }],
      ["TagPolicy", { PolicyArn: ARN, "Tags.member.1.Key": "news", "Tags.member.1.Value": "b" }],
    ]);
    calls.aws.answers.ListPolicyVersions = [versions("v5", "v4", "v2")];
    const before = calls.aws.bodies("DeletePolicyVersion").length;
    await calls.typeOf(POLICY).delete(ARN, state);
    assert.deepEqual(
      calls.aws.bodies("DeletePolicyVersion").slice(before),
      ["v4", "v2"].map((VersionId) => ({ PolicyArn: ARN, VersionId })),
    );
    assert.deepEqual(calls.aws.bodies("DeletePolicy"), [{ PolicyArn: ARN }]);
  });
});
