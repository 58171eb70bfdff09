import assert from "node:assert/strict";
import * as z from "zod";
import {
  type Configured,
  configurationProblems,
  disabledSettings,
  idleSettings,
} from "../../../policy-pack/kit/configuration";
import { nearest } from "../../../policy-pack/kit/nearest";
import { noteLater } from "../../../policy-pack/kit/undecided";
import { policies } from "../../../policy-pack/policies";
import { run } from "../support";

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

  /** Pulumi checks the settings against each policy's schema. Here, a library does the same. */
  const accepts = (policy: string, settings: object) => {
    const schema = policies.find(({ name }) => name === policy)?.configSchema;
    return z.fromJSONSchema({ type: "object", ...schema } as never).safeParse(settings).success;
  };

  it("has schemas that check types, limits and allowed values", () => {
    const takes = (policy: string, setting: string, good: readonly unknown[], bad: readonly unknown[]) => {
      for (const value of good) assert.ok(accepts(policy, { [setting]: value }), `${policy} ${setting}: ${value}`);
      for (const value of bad) {
        assert.ok(!accepts(policy, { [setting]: value }), `${policy} ${setting}: ${JSON.stringify(value)}`);
      }
    };
    const names = [["a", "b*"], []];
    const prefixes = [["docker-hub", "docker-hub/", "a/b.c", "ROOT"], []];
    const regions = [["eu-central-1", "us-gov-west-1", "ap-southeast-2", "*"], []];
    for (const { name } of policies.filter(({ name }) => name !== "not-decided")) {
      for (const setting of ["include", "exclude"]) takes(name, setting, names, ["a", [1]]);
    }
    for (const [policy, setting, least] of [
      ["template-lifecycle-expires", "maxImages", 1],
      ["template-lifecycle-expires", "maxUntaggedDays", 1],
      ["template-lifecycle-bounded", "mostImages", 1],
      ["template-lifecycle-bounded", "mostDays", 1],
      ["token-expiry", "warnDays", 0],
      ["token-expiry", "failDays", 0],
    ] as const) {
      takes(policy, setting, [least, 365], [least - 1, 1.5, "30"]);
    }
    for (const [policy, setting] of [
      ["encryption-required", "keys"],
      ["required-tags", "tags"],
      ["secret-recovery-window", "stacks"],
    ] as const) {
      takes(policy, setting, names, ["a", [1], { a: true }]);
    }
    takes(
      "upstream-allowed",
      "allowed",
      [["quay.io", "*.azurecr.io"], []],
      ["a", [1], ["https://quay.io"], ["quay.io/a"]],
    );
    takes("one-owner", "ownedElsewhere", regions, ["a", [1], ["eu-centrl-1"], ["eu-*"], ["EU-CENTRAL-1"]]);
    for (const [policy, setting] of [
      ["rule-has-template", "templatesElsewhere"],
      ["repository-scans-on-push", "cachePrefixes"],
      ["repository-has-lifecycle", "cachePrefixes"],
      ["no-public-repository", "cachePrefixes"],
      ["lambda-image-not-cached", "cachePrefixes"],
      ["discovered-repository-scans", "cachePrefixes"],
    ] as const) {
      takes(policy, setting, prefixes, ["a", [1], { a: true }, ["docker*"], ["docker-hub/*"], ["Docker"]]);
    }
    for (const policy of ["repository-scans-on-push", "repository-has-lifecycle", "no-public-repository"]) {
      takes(policy, "allRepositories", [true, false], ["true", 1]);
    }
    takes("cache-secret-private", "trustedAccounts", [["111122223333"], []], [["11112222333"], ["1111222233334"], [1]]);
    for (const policy of ["workload-uses-cache", "workload-image-listed"]) {
      const good = [{ hub: ["library/*", "a__b", "a--b/c.d_e"] }, {}];
      takes(policy, "repositories", good, [
        { hub: [] },
        { hub: "library/*" },
        { hub: ["A"] },
        { hub: ["a b"] },
        { hub: ["/a"] },
        { "hub/*": ["a"] },
      ]);
    }
    const rule = (more: object) => ({
      "eu-central-1": {
        scanType: "BASIC",
        rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*" }], ...more }],
      },
    });
    for (const policy of ["rule-prefix-scanned", "repository-scans-on-push", "discovered-repository-scans"]) {
      takes(
        policy,
        "scanningElsewhere",
        [
          {},
          rule({}),
          rule({ scanFrequency: "CONTINUOUS_SCAN" }),
          rule({ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "a", filterType: "WILDCARD" }] }),
          { "eu-central-1": { scanType: "ENHANCED", rules: [] } },
          { "eu-central-1": { rules: [] } },
        ],
        [
          [],
          { "eu-central-1": [] },
          { "eu-centrl-1": { rules: [] } },
          { "eu-central-1": {} },
          { "eu-central-1": { scanType: "DEEP", rules: [] } },
          { "eu-central-1": { rules: {} } },
          { "eu-central-1": { rules: ["*"] } },
          { "eu-central-1": { rules: [{ scanFrequency: "MANUAL" }] } },
          { "eu-central-1": { rules: [{ repositoryFilters: [] }] } },
          rule({ scanFrequency: "DAILY" }),
          rule({ repositoryFilters: "*" }),
          rule({ repositoryFilters: ["*"] }),
          rule({ repositoryFilters: [{}] }),
          rule({ repositoryFilters: [{ filter: 1 }] }),
          rule({ repositoryFilters: [{ filter: "a", filterType: "REGEX" }] }),
        ],
      );
    }
  });

  it("has the documented defaults", () => {
    const defaults = Object.fromEntries(
      policies.flatMap(({ name, configSchema }) =>
        Object.entries((configSchema?.properties ?? {}) as { [setting: string]: { default?: unknown } })
          .filter(([setting]) => !["include", "exclude"].includes(setting))
          .map(([setting, schema]) => [`${name}.${setting}`, schema.default]),
      ),
    );
    const numbers = Object.entries(defaults).filter(([, value]) => typeof value === "number");
    assert.deepEqual(Object.fromEntries(numbers), {
      "token-expiry.warnDays": 30,
      "token-expiry.failDays": 7,
      "template-lifecycle-bounded.mostImages": 100,
      "template-lifecycle-bounded.mostDays": 1095,
      "template-keeps-running-images.fewestImages": 2,
      "template-keeps-running-images.fewestDays": 7,
    });
    const more = Object.entries(defaults).filter(([, value]) => typeof value !== "number");
    for (const [setting, value] of more) {
      if (/\.max/.test(setting)) assert.equal(value, undefined, setting);
      else if (setting.endsWith(".allRepositories")) assert.equal(value, false, setting);
      else assert.deepEqual(value, /\.(?:repositories|scanningElsewhere)$/.test(setting) ? {} : [], setting);
    }
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

  it("leaves values of a wrong type to Pulumi, which checks them against the schema", () => {
    for (const value of [null, 7, [{}], [[7]], "text"]) {
      assert.deepEqual(problems("template-lifecycle-expires", { maxImages: value }), [], JSON.stringify(value));
      assert.deepEqual(problems("rule-prefix-scanned", { scanningElsewhere: { "eu-central-1": value } }), []);
    }
    assert.deepEqual(problems("rule-prefix-scanned", { scanningElsewhere: null }), []);
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
    const none = [tags, { ...others, level: "disabled" }];
    assert.deepEqual(idleSettings(none, policies), []);
    assert.deepEqual(disabledSettings(none, policies), [
      'required-tags has settings, but "all" disables it: set its "enforcementLevel", or remove its settings',
    ]);
    assert.deepEqual(disabledSettings([tags, others], policies), []);
  });

  it("prints each note once, at the end of a preview or an update", async () => {
    const [first] = policies;
    assert.ok(first);
    noteLater("required-tags has settings but is disabled");
    assert.deepEqual((await run(first, [])).notes, ["[advisory] required-tags has settings but is disabled"]);
    assert.deepEqual((await run(first, [])).notes, []);
  });

  it("corrects typing errors, and nothing else", () => {
    assert.equal(nearest("maxImags", ["maxDays", "maxImages"]), "maxImages");
    assert.equal(nearest("tag", ["tags", "include"]), "tags");
    assert.equal(nearest("cat", ["horse", "include"]), undefined);
    assert.equal(nearest("x", []), undefined);
    assert.equal(nearest("tgsx", ["tags"]), "tags");
    assert.equal(nearest("tgxy", ["tags"]), undefined);
    // Two letters are replaced, added or left out, at the start, at the end or in the middle.
    for (const word of ["xxgs", "taxx", "xags".replace("g", "x"), "xxtags", "tagsxx", "taxxgs", "gs", "ta", "ts"]) {
      assert.equal(nearest(word, ["tags"]), "tags", word);
    }
    for (const word of ["xxxs", "txxx", "xxxtags", "tagsxxx", "taxxxgs", "s", "t"]) {
      assert.equal(nearest(word, ["tags"]), undefined, word);
    }
    assert.equal(nearest("tagsxx", ["tags", "tagsx"]), "tagsx", "the nearest of two");
    assert.equal(nearest("MAXUNTAGGEDDAY", ["maxUntaggedDays"]), "maxUntaggedDays");
    assert.equal(nearest("maxUntagxxxxx", ["maxUntaggedDays"]), undefined);
  });
});
