import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findingsIn } from "../policy-pack/events";
import { startEngine } from "../support/engine";
import { checkout, linkInstalled, unpack } from "./unpacked";

const NAME = "pull-through-cache-policies";

const pack = `import { PolicyPack } from "@pulumi/policy";
import { selectPolicies } from "${NAME}";

new PolicyPack("acme", {
  policies: [
    ...selectPolicies({
      names: ["template-lifecycle-expires", "rule-has-template", "rule-has-credential", "template-mutable"],
    }),
    {
      name: "names-are-words",
      description: "A name has no digits.",
      enforcementLevel: "advisory",
      validateResource: ({ type, name }, report) => {
        if (type.startsWith("aws:ecr/") && /[0-9]/.test(name)) report("It has a digit.");
      },
    },
  ],
});
// @ts-expect-error: there is no such topic
selectPolicies({ topics: ["beauty"] });
`;

const program = `
const aws = require("@pulumi/aws");
new aws.ecr.RepositoryCreationTemplate("quay1", { prefix: "quay", appliedFors: ["PULL_THROUGH_CACHE"] });
new aws.ecr.PullThroughCacheRule("quay", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
`;

describe("a policy pack of an organization, with policies of the published package", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "acme-"));
    unpack("policy-pack", directory);
    linkInstalled(directory, ["@pulumi", "@aws-sdk"]);
    writeFileSync(join(directory, "package.json"), '{ "name": "acme", "version": "1.0.0", "main": "index.js" }');
    writeFileSync(join(directory, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(join(directory, "index.ts"), pack);
    const options = "--strict --target es2022 --skipLibCheck --types node --module nodenext index.ts --typeRoots";
    run(
      join(checkout, "node_modules/typescript/bin/tsc"),
      ...options.split(" "),
      join(checkout, "node_modules/@types"),
    );
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: directory, encoding: "utf8", stdio: "pipe" });

  it("judges a stack with these policies alone, in the engine", async () => {
    const engine = await startEngine();
    try {
      const project = await engine.project({ name: "acme", program });
      const { code, eventLog } = await project.preview({ policyPack: directory, expectFailure: true });
      assert.notEqual(code, 0);
      assert.deepEqual(
        findingsIn(eventLog)
          .map(({ policy, level, resource }) => `${level} ${policy} ${resource}`)
          .sort(),
        ["advisory names-are-words quay1", "mandatory template-lifecycle-expires quay1"],
      );
    } finally {
      await engine.stop();
    }
  });

  it("starts nothing when the package is imported, and names the policy that was meant", () => {
    const use = `console.log(require("${NAME}").selectPolicies({ topics: ["cost"], severities: ["high"] }).length > 1)`;
    assert.equal(run("-e", use), "true\n");
    const wrong = `require("${NAME}").selectPolicies({ names: ["rule-has-templates"] })`;
    assert.throws(() => run("-e", wrong), /there is no policy "rule-has-templates"; did you mean "rule-has-template"/);
  });
});
