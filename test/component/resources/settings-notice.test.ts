import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { settingChanges, settingsNotice } from "../../../component/resources/existing/settings-notice";

const POLICY = `{"rules":[{"rulePriority":1}]}`;
const TEMPLATE = {
  prefix: "quay",
  lifecyclePolicy: POLICY,
  imageTagMutability: "MUTABLE",
  encryptionConfigurations: [{ encryptionType: "AES256", __defaults: [] }],
  resourceTags: { team: "a" },
};
const APPLY = "npx pull-through-cache apply --selected-stack";

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
      assert.deepEqual(settingChanges(TEMPLATE, after), { prefix: "quay", applied: [], kept: [], lost: [] });
    }
    assert.equal(settingsNotice([settingChanges(TEMPLATE, TEMPLATE)]), undefined);
  });

  it("names what new repositories lose if a template was made elsewhere", () => {
    const theirs = {
      ...TEMPLATE,
      repositoryPolicy: `{"Statement":[]}`,
      customRoleArn: "arn:aws:iam::111122223333:role/theirs",
      appliedFors: ["PULL_THROUGH_CACHE", "CREATE_ON_PUSH"],
    };
    const change = settingChanges(theirs, { ...TEMPLATE, appliedFors: ["PULL_THROUGH_CACHE"] });
    assert.equal(
      settingsNotice([change]),
      "The templates of quay change for new repositories only. Existing repositories keep their repository policy. " +
        "New ones no longer get the repository policy and settings for CREATE_ON_PUSH.",
    );
  });

  const FILTERS = [{ filter: "latest", filterType: "WILDCARD" }];
  const CHANGES: readonly (readonly [what: string, from: object, to: object, applied: string[], kept: string[]])[] = [
    ["a lifecycle policy", {}, { lifecyclePolicy: "{}" }, ["lifecycle policy"], []],
    ["no lifecycle policy", {}, { lifecyclePolicy: undefined }, [], ["lifecycle policy"]],
    ["an empty lifecycle policy", {}, { lifecyclePolicy: "" }, [], ["lifecycle policy"]],
    ["a text that is not JSON", { lifecyclePolicy: "{" }, { lifecyclePolicy: "{ " }, ["lifecycle policy"], []],
    ["a repository policy with statements", {}, { repositoryPolicy: '{"Statement":[1]}' }, ["repository policy"], []],
    ["another mutability", {}, { imageTagMutability: "IMMUTABLE" }, ["tag mutability"], []],
    ["filters", {}, { imageTagMutabilityExclusionFilters: FILTERS }, ["tag mutability"], []],
    ["no filters", { imageTagMutabilityExclusionFilters: FILTERS }, {}, [], ["tag mutability"]],
    ["empty filters", {}, { imageTagMutabilityExclusionFilters: [] }, [], []],
    [
      "another mutability without filters",
      { imageTagMutability: "MUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: FILTERS },
      {},
      ["tag mutability"],
      [],
    ],
    ["a tag", {}, { resourceTags: { team: "a", owner: "b" } }, ["tags"], []],
    ["another value of a tag", {}, { resourceTags: { team: "b" } }, ["tags"], []],
    ["no tags", {}, { resourceTags: undefined }, [], ["removed tags"]],
    ["first tags", { resourceTags: undefined }, {}, ["tags"], []],
    ["another tag", {}, { resourceTags: { owner: "b" } }, ["tags"], ["removed tags"]],
    ["another encryption", {}, { encryptionConfigurations: [{ encryptionType: "KMS" }] }, [], ["encryption"]],
    ["no encryption", {}, { encryptionConfigurations: [] }, [], ["encryption"]],
  ];
  for (const [what, from, to, applied, kept] of CHANGES) {
    it(`tells what apply changes for ${what}`, () => {
      assert.deepEqual(settingChanges({ ...TEMPLATE, ...from }, { ...TEMPLATE, ...to }), {
        prefix: "quay",
        applied,
        kept,
        lost: kept.filter((title) => title !== "encryption"),
      });
    });
  }

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
