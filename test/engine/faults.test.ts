import assert from "node:assert/strict";
import { type Call, FAULTS } from "../../lab/faults/cells";
import { disturb, killAt } from "../../lab/faults/disturb";
import { differences } from "../../lab/faults/normalize";
import { cleanUp, forgetPending, unlock } from "../../lab/faults/recover";
import { errorOf, finalState } from "../../lab/faults/run-cell";
import { awsSnapshot, brokenRules, leftovers } from "../../lab/faults/snapshot";
import { type Desired, type FaultStack, startFaultStack } from "../../lab/faults/stack";
import { control } from "../support/aws";

const DESIRED: Desired = { prefix: "cprefix1", token: "token-1-end" };

const CREATE_ROLE: Call = { service: "iam", operation: "CreateRole" };
const CREATE_SECRET: Call = { service: "secretsmanager", operation: "CreateSecret" };
const CREATE_TEMPLATE: Call = { service: "ecr", operation: "CreateRepositoryCreationTemplate" };
const CREATE_RULE: Call = { service: "ecr", operation: "CreatePullThroughCacheRule" };
const PUT_VALUE: Call = { service: "secretsmanager", operation: "PutSecretValue" };

/** `npm run faults` does this with every call and every fault. */
describe("a disturbed stack", () => {
  let stack: FaultStack;
  let undisturbed: string[];

  before(async () => {
    stack = await startFaultStack();
    await stack.up(DESIRED);
    undisturbed = await finalState(stack, DESIRED);
    await stack.renew();
  });
  after(() => stack?.stop());

  it("waits for a role and a secret that are not visible yet", async () => {
    const rules = [CREATE_ROLE, CREATE_SECRET].map((call) => ({ ...call, kind: "hide", reads: 3 }));
    await control(stack.engine.aws, "PUT", "faults", { rules });
    await stack.up(DESIRED);
    await control(stack.engine.aws, "DELETE", "faults");
    await assertConverged();
  });

  it("keeps using the old token if a rotation fails, and rotates the next time", async () => {
    const rotated = { ...DESIRED, token: "token-2-end" };
    assert.notEqual((await disturbed(PUT_VALUE, "error 500 always", rotated))?.code, 0);
    const { rules, secrets } = await awsSnapshot(stack.engine.aws);
    assert.deepEqual(secrets.map(tokenOf), [DESIRED.token]);
    assert.ok(rules.some(({ credentialArn }) => credentialArn === secrets[0]?.arn));
    await stack.up(rotated);
    assert.deepEqual((await awsSnapshot(stack.engine.aws)).secrets.map(tokenOf), [rotated.token]);
    await assertConverged(rotated);
  });

  it("says which resource AWS refused and which permission is missing", async () => {
    await stack.renew();
    const ending = await disturbed(CREATE_TEMPLATE, "access denied once");
    const output = ending?.stdout ?? "";
    assert.match(output, /RepositoryCreationTemplate cache-(hub|quay|other)/);
    assert.match(errorOf(output), /creating ECR Repository Creation Template \(\w+\)/);
    assert.match(errorOf(output), /Not authorized to perform: ecr:CreateRepositoryCreationTemplate/);
  });

  it("needs only another up when it is killed before operations", async () => {
    await stack.renew();
    await killAll("before");
    await stack.up(DESIRED);
    await forgetPending(stack);
    await assertConverged();
  });

  it("can adopt what is left when it is killed after operations, except a secret without a value", async () => {
    await stack.renew();
    await killAll("after", { ...DESIRED, adopt: true });
    await stack.up({ ...DESIRED, adopt: true });
    await assertLeftoversAreHarmless();
    const found = await cleanUp(stack);
    const counts = Object.entries(found).map(([kind, names]) => [kind, names.length]);
    assert.deepEqual(Object.fromEntries(counts), { rules: 0, templates: 0, secrets: 1, roles: 0 });
    await stack.up(DESIRED);
    await assertConverged();
  });

  /** Interrupts one stack again and again, each time at another operation. */
  async function killAll(when: "before" | "after", desired = DESIRED): Promise<void> {
    const left = [CREATE_ROLE, CREATE_SECRET, CREATE_RULE];
    while (left.length > 0) {
      const hit = await killAt(stack, left, when, (signal) => stack.up(desired, { signal, expectFailure: true }));
      left.splice(left.indexOf(hit), 1);
      assert.deepEqual(brokenRules(await awsSnapshot(stack.engine.aws)), []);
      await unlock(stack);
    }
  }

  /** A token is given only to what the stack knows already. */
  async function assertLeftoversAreHarmless(): Promise<void> {
    const snapshot = await awsSnapshot(stack.engine.aws);
    const { secrets } = leftovers(snapshot, await stack.state());
    const leftSecrets = snapshot.secrets.filter(({ arn }) => secrets.includes(arn));
    assert.deepEqual(leftSecrets.map(tokenOf), [undefined]);
  }

  function disturbed(call: Call, name: string, desired = DESIRED) {
    const fault = FAULTS.find((candidate) => candidate.name === name);
    assert.ok(fault, name);
    return disturb(stack, { phase: "up", call, fault }, desired);
  }

  async function assertConverged(desired = DESIRED): Promise<void> {
    assert.deepEqual(differences(undisturbed, await finalState(stack, desired)), []);
  }
});

function tokenOf({ value = "{}" }: { readonly value?: string }): string | undefined {
  return (JSON.parse(value) as { accessToken?: string }).accessToken;
}
