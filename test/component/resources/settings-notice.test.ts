import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { settingChanges, settingsNotice } from "../../../component/resources/settings-notice";

const POLICY = `{"rules":[{"rulePriority":1}]}`;
const TEMPLATE = {
  prefix: "quay",
  lifecyclePolicy: POLICY,
  imageTagMutability: "MUTABLE",
  encryptionConfigurations: [{ encryptionType: "AES256", __defaults: [] }],
  resourceTags: { team: "a" },
};
const APPLY = "npx -p pulumi-pull-through-cache-cli pull-through-cache apply --stack";

describe("the notice about changed templates", () => {
  it("says nothing if no setting of repositories changes", () => {
    for (const after of [
      { ...TEMPLATE, description: "another" },
      // AWS's answer, as it is in the state.
      { ...TEMPLATE, lifecyclePolicy: JSON.stringify(JSON.parse(POLICY), undefined, 2), repositoryPolicy: "" },
      { ...TEMPLATE, encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }] },
      // Nobody can tell yet.
      { ...TEMPLATE, repositoryPolicy: pulumi.unknown, resourceTags: pulumi.unknown },
      { ...TEMPLATE, encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: pulumi.unknown }] },
    ]) {
      assert.deepEqual(settingChanges(TEMPLATE, after), { prefix: "quay", applied: [], kept: [] });
    }
    assert.equal(settingsNotice([settingChanges(TEMPLATE, TEMPLATE)]), undefined);
  });

  it("distinguishes what apply changes from what repositories keep", () => {
    const after = {
      prefix: "quay",
      repositoryPolicy: `{"Statement":[]}`,
      imageTagMutability: "IMMUTABLE",
      encryptionConfigurations: [{ encryptionType: "KMS" }],
      resourceTags: { team: "", owner: "b" },
    };
    assert.deepEqual(settingChanges(TEMPLATE, after), {
      prefix: "quay",
      applied: ["repository policy", "tag mutability", "tags"],
      kept: ["lifecycle policy", "encryption"],
    });
    assert.deepEqual(settingChanges(after, { ...after, resourceTags: { team: "" } }), {
      prefix: "quay",
      applied: [],
      kept: ["removed tags"],
    });
  });

  it("names five prefixes in one line, and the tool only where it helps", () => {
    const lifecycle = settingChanges(TEMPLATE, { ...TEMPLATE, lifecyclePolicy: `{"rules":[]}` });
    const prefixes = ["g", "f", "e", "d", "c", "b", "a", "a"];
    assert.equal(
      settingsNotice(prefixes.map((prefix) => ({ ...lifecycle, prefix }))),
      `The templates of a, b, c, d, e, and 2 more change for new repositories only. To apply the lifecycle policy to existing repositories, run after the update: ${APPLY}`,
    );
    const five = settingsNotice(["a", "b", "c", "d", "e"].map((prefix) => ({ ...lifecycle, prefix })));
    assert.match(five ?? "", /^The templates of a, b, c, d, and e change /);
    const encrypted = { ...TEMPLATE, encryptionConfigurations: [{ encryptionType: "KMS" }] };
    assert.equal(
      settingsNotice([settingChanges(TEMPLATE, encrypted)]),
      "The templates of quay change for new repositories only. Existing repositories keep their encryption.",
    );
  });
});
