import assert from "node:assert/strict";
import { join } from "node:path";
import { policies } from "../../policy-pack/policies";
import { findingsIn, isUndecided } from "../policy-pack/events";
import { type Engine, type Project, startEngine } from "../support/engine";

const root = join(__dirname, "../..");
const pack = join(root, "policy-pack");

describe("policy pack on a stack that violates everything", () => {
  let engine: Engine;
  let project: Project;
  before(async () => {
    engine = await startEngine();
    project = await engine.project({ name: "violations", directory: join(root, "examples/violations") });
  });
  after(() => engine?.stop());

  it("fails the first preview and reports every policy once, by the name of the resource", async () => {
    const { code, stdout, eventLog } = await project.preview({
      policyPack: pack,
      args: ["--policy-pack-config", join(root, "examples/violations/policies.json")],
      expectFailure: true,
    });
    assert.notEqual(code, 0);
    // The audit of existing resources finds nothing before the first deployment. The last policy never reports violations.
    const expected = policies
      .filter(({ name }) => !["cached-repositories-audit", "not-decided"].includes(name))
      .map(({ name, enforcementLevel }) => ({
        name,
        level: enforcementLevel === "disabled" ? "advisory" : enforcementLevel,
      }));
    const found = findingsIn(eventLog)
      .filter((finding) => !isUndecided(finding))
      .map(({ policy, level, resource }) => `${policy} ${level} ${resource.endsWith(policy)}`);
    assert.deepEqual(found.sort(), expected.map(({ name, level }) => `${name} ${level} true`).sort());
    for (const { message } of findingsIn(eventLog)) assert.ok(message.split("\n").length <= 3, message);
    for (const { name } of expected) assert.ok(stdout.includes(name), `the CLI does not show ${name}`);
  });

  it("lets everything through if all policies are advisory, and reports nothing if all are disabled", async () => {
    const preview = async (all: string) => {
      const args = ["--policy-pack-config", join(root, `test/policy-pack/all-${all}.json`)];
      return findingsIn((await project.preview({ policyPack: pack, args })).eventLog);
    };
    const advisory = await preview("advisory");
    assert.ok(advisory.length > 0 && advisory.every(({ level }) => level === "advisory"));
    assert.deepEqual(await preview("disabled"), []);
  });
});
