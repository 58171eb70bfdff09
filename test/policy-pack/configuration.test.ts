import assert from "node:assert/strict";
import { type Configured, configurationProblems, idleSettings } from "../../policy-pack/kit/configuration";
import { nearest } from "../../policy-pack/kit/nearest";
import { policies } from "../../policy-pack/policies";

const configured = (policy: string, settings: object = {}, level = "mandatory"): Configured => ({
  policy,
  level,
  settings: settings as Configured["settings"],
});
const problems = (policy: string, settings: object = {}) =>
  configurationProblems([configured(policy, settings)], policies);

describe("the configuration", () => {
  it("accepts every setting of a policy, and levels for all", () => {
    assert.deepEqual(problems("all"), []);
    for (const { name, configSchema } of policies) {
      assert.deepEqual(
        problems(name, Object.fromEntries(Object.keys(configSchema?.properties ?? {}).map((key) => [key, "x"]))),
        [],
      );
    }
    const rules = [{ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }];
    const scanningElsewhere = { "eu-central-1": { scanType: "BASIC", rules } };
    assert.deepEqual(problems("rule-prefix-scanned", { scanningElsewhere }), []);
  });

  it("names the policy that was meant", () => {
    assert.deepEqual(problems("template-lifecycle-expire"), [
      'there is no policy "template-lifecycle-expire"; did you mean "template-lifecycle-expires"?',
    ]);
    assert.match(
      problems("s3-bucket-private")[0] ?? "",
      /^there is no policy "s3-bucket-private"; there are template-/,
    );
  });

  it("names the setting that was meant, at any depth", () => {
    assert.deepEqual(problems("template-lifecycle-expires", { maxImage: 3 }), [
      'template-lifecycle-expires: there is no setting "maxImage"; did you mean "maxImages"?',
    ]);
    assert.deepEqual(problems("rule-has-template", { excludes: [], templateselsewhere: [] }), [
      'rule-has-template: there is no setting "excludes"; did you mean "exclude"?',
      'rule-has-template: there is no setting "templateselsewhere"; did you mean "templatesElsewhere"?',
    ]);
    const rules = [{ scanFrequency: "MANUAL", repositoryFilter: [{ filter: "*" }] }];
    assert.deepEqual(
      problems("rule-prefix-scanned", { scanningElsewhere: { "eu-central-1": { scantype: 1, rules } } }),
      [
        'rule-prefix-scanned.scanningElsewhere.eu-central-1: there is no setting "scantype"; did you mean "scanType"?',
        'rule-prefix-scanned.scanningElsewhere.eu-central-1.rules[0]: there is no setting "repositoryFilter"; did you mean "repositoryFilters"?',
      ],
    );
    assert.deepEqual(problems("rule-has-template", { constructor: 1 }).length, 1);
    assert.match(
      problems("rule-has-template", { x: 1 })[0] ?? "",
      /there is no setting "x"; there are include, exclude/,
    );
  });

  it("accepts no settings for all policies at once", () => {
    assert.deepEqual(problems("all", { exclude: [] }), ["all: exclude can only be set for a single policy"]);
  });

  it("notices settings of a policy that stays switched off", () => {
    const tags = configured("required-tags", { tags: ["team"], include: ["*"], exclude: [] }, "disabled");
    const others = configured("rule-has-template");
    assert.deepEqual(idleSettings([tags, others], policies), [
      'required-tags has settings but is disabled: to enable it, set "enforcementLevel" to "advisory" or "mandatory".',
    ]);
    assert.deepEqual(idleSettings([{ ...tags, level: "advisory" }, others], policies), []);
    const defaults = configured("required-tags", { tags: [], include: ["*"], exclude: [] }, "disabled");
    assert.deepEqual(idleSettings([defaults, others], policies), []);
    assert.deepEqual(idleSettings([tags, { ...others, level: "disabled" }], policies), []);
  });

  it("corrects typing errors, and nothing else", () => {
    assert.equal(nearest("maxImags", ["maxDays", "maxImages"]), "maxImages");
    assert.equal(nearest("tag", ["tags", "include"]), "tags");
    assert.equal(nearest("cat", ["horse", "include"]), undefined);
    assert.equal(nearest("x", []), undefined);
  });
});
