import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { buildLifecyclePolicy, DEFAULT_LIFECYCLE } from "../../../../component/lifecycle/build";
import { defaultKeepImages, defaultLifecycle } from "../../../../policy-pack/aws/lifecycle/default";
import { templateLifecycleBounded } from "../../../../policy-pack/policies/template-lifecycle-bounded";
import { templateLifecycleExpires } from "../../../../policy-pack/policies/template-lifecycle-expires";
import { passes, run, template } from "../../support";

const file = (name: string) => readFileSync(path.join(__dirname, "../../../..", name), "utf8");

describe("the default lifecycle", () => {
  it("is the same in the component, the pack, its advice and the example for CI", () => {
    assert.deepEqual(JSON.parse(defaultLifecycle), buildLifecyclePolicy(DEFAULT_LIFECYCLE));
    assert.equal(DEFAULT_LIFECYCLE.keepImages, defaultKeepImages);
    const { maxImages } = JSON.parse(file("examples/policy-in-ci/policies.json"))["template-lifecycle-expires"];
    assert.equal(maxImages, defaultKeepImages);
    for (const { remediationSteps } of [templateLifecycleExpires, templateLifecycleBounded]) {
      assert.match(remediationSteps ?? "", new RegExp(`\\b${defaultKeepImages}\\b`));
    }
    assert.match(file("policy-pack/README.md"), new RegExp(`keeps ${defaultKeepImages} images`));
  });

  it("satisfies the pack, with the example's configuration too", async () => {
    const one = template("t", { lifecyclePolicy: JSON.stringify(buildLifecyclePolicy(DEFAULT_LIFECYCLE)) });
    assert.deepEqual(await run(templateLifecycleExpires, [one], { maxImages: defaultKeepImages }), passes);
    assert.deepEqual(await run(templateLifecycleBounded, [one]), passes);
  });
});
