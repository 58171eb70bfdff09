import assert from "node:assert/strict";
import { join } from "node:path";
import { policies } from "../../policy-pack/policies";
import { type Engine, type Project, startEngine } from "../support/engine";

const root = join(__dirname, "../..");
const pack = join(root, "policy-pack");

interface Violation {
  readonly policy: string;
  readonly level: string;
  readonly resource: string;
}

/** What the CLI prints of violations: `- [mandatory] ... policy  (type: resource)`. */
function violationsIn(output: string): Violation[] {
  const line = /- \[(\w+)\].*?\s{2}([a-z-]+)\s+\(([^)]*): ([^)]+)\)/g;
  return [...output.matchAll(line)].map(([, level = "", policy = "", , resource = ""]) => ({
    level,
    policy,
    resource,
  }));
}

describe("policy pack on a stack that violates everything", () => {
  let engine: Engine;
  let project: Project;
  before(async function () {
    this.timeout(600_000);
    engine = await startEngine();
    project = await engine.project({ name: "violations", directory: join(root, "examples/violations") });
  });
  after(() => engine?.stop());

  it("fails the first preview and reports every policy once, by the name of the resource", async () => {
    const { code, stdout } = await project.preview({
      policyPack: pack,
      args: ["--policy-pack-config", join(root, "examples/violations/policies.json")],
      expectFailure: true,
    });
    assert.notEqual(code, 0);
    const found = violationsIn(stdout);
    // The audit of what exists has nothing to find before the first deployment.
    const expected = policies.filter(({ name }) => name !== "cached-repositories-audit");
    for (const { name, enforcementLevel } of expected) {
      const mine = found.filter(({ policy, resource }) => policy === name && resource.endsWith(name));
      assert.deepEqual(
        mine.map(({ level }) => level),
        [enforcementLevel],
        `${name}\n${stdout}`,
      );
    }
    const undecided = stdout.match(/not decided for/g) ?? [];
    assert.equal(found.length, expected.length + undecided.length, stdout);
  });

  it("lets everything through when all policies are advisory, and nothing when all are disabled", async () => {
    const config = (all: string) => engine.aws.directory && join(root, "test/policy", `all-${all}.json`);
    const advisory = await project.preview({ policyPack: pack, args: ["--policy-pack-config", config("advisory")] });
    assert.ok(violationsIn(advisory.stdout).every(({ level }) => level === "advisory"));
    assert.ok(violationsIn(advisory.stdout).length > 0);
    const disabled = await project.preview({ policyPack: pack, args: ["--policy-pack-config", config("disabled")] });
    assert.deepEqual(violationsIn(disabled.stdout), []);
  });
});
