import assert from "node:assert/strict";
import { TestCloud } from "../../../../local/emulator/testing/support";
import type { Properties } from "../../../../local/provider/wire";
import { check } from "../offline";
import { resourceType } from "../support";
import { ROLE } from "../tokens";

const POLICY = "aws:iam/rolePolicy:RolePolicy";
const DOCUMENT =
  '{ "Statement": [{ "Effect": "Allow", "Action": "ecr:*", "Resource": "*" }], "Version": "2012-10-17" }';

describe("local AWS provider's calls of IAM", () => {
  const cloud = TestCloud.forSuite();

  const typeOf = (token: string) => resourceType(cloud.url, token);

  const inputsOf = (token: string, inputs: Properties) => check(token, inputs).inputs;

  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  const READS = ["GetRole", "ListRolePolicies", "ListAttachedRolePolicies"];

  it("reads a role with its policies, and looks for instance profiles before it deletes it", async () => {
    const type = typeOf(ROLE);
    const inputs = inputsOf(ROLE, { assumeRolePolicy: trust, name: "puller" });
    let state: Properties = {};
    const made = await cloud.callsOf(async () => {
      state = (await type.create(inputs)).state;
    });
    assert.deepEqual(made, ["CreateRole", ...READS]);
    assert.deepEqual(await cloud.callsOf(() => type.read("puller", state, inputs)), READS);
    assert.deepEqual(await cloud.callsOf(() => type.delete("puller", state)), [
      "ListInstanceProfilesForRole",
      "DeleteRole",
    ]);
  });

  it("changes a role's description and its maximum session duration with one call each", async () => {
    const type = typeOf(ROLE);
    const before = { assumeRolePolicy: trust, name: "puller" };
    const { state } = await type.create(inputsOf(ROLE, before));
    const update = (change: Properties) =>
      cloud.callsOf(() =>
        type.update("puller", { oldInputs: {}, state, inputs: inputsOf(ROLE, { ...before, ...change }) }),
      );
    assert.deepEqual(await update({ description: "new" }), ["UpdateRoleDescription", ...READS]);
    assert.deepEqual(await update({ maxSessionDuration: 7200 }), ["UpdateRole", ...READS]);
    assert.deepEqual(await update({ tags: { team: "a" } }), ["TagRole", ...READS]);
  });

  it("deletes policies that a refresh has seen, and no others", async () => {
    const [type, policyType] = [typeOf(ROLE), typeOf(POLICY)];
    const inputs = inputsOf(ROLE, { assumeRolePolicy: trust, name: "puller" });
    const { state } = await type.create(inputs);
    await policyType.create(inputsOf(POLICY, { role: "puller", name: "p", policy: DOCUMENT }));
    const refreshed = (await type.read("puller", state, inputs))?.state ?? {};
    assert.deepEqual(await cloud.callsOf(() => type.delete("puller", refreshed)), [
      "ListInstanceProfilesForRole",
      "ListRolePolicies",
      "DeleteRolePolicy",
      "DeleteRole",
    ]);
  });

  it("sends a role's policy with one call, Version first, and does not wait for the role", async () => {
    const [type, policyType] = [typeOf(ROLE), typeOf(POLICY)];
    const policy = inputsOf(POLICY, { role: "puller", name: "p", policy: DOCUMENT });
    const calls = await cloud.callsOf(() => assert.rejects(policyType.create(policy), /NoSuchEntity/));
    assert.deepEqual(calls, ["PutRolePolicy"]);
    await type.create(inputsOf(ROLE, { assumeRolePolicy: trust, name: "puller" }));
    const { state } = await policyType.create(policy);
    assert.equal(
      state.policy,
      '{"Version":"2012-10-17","Statement":[{"Action":"ecr:*","Effect":"Allow","Resource":"*"}]}',
    );
  });
});
