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

  const scanningAt = (more: object, region = "eu-central-1") => ({
    [region]: { rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*" }], ...more }] },
  });
  const prefixes = [["docker-hub", "docker-hub/", "a/b.c", "ROOT"], ["docker*"], ["docker-hub/*"], ["Docker"]];
  const [library, none] = [{ hub: ["library/*", "a__b", "a--b/c.d_e", "*-agent"] }, {}];
  const noNames = ["", "nginx:1", "Nginx", "/a", "a/", "a//b", "a@b", "a b"].map((name) => ({ hub: [name] }));
  const settings: readonly (readonly [policies: RegExp, setting: string, good: unknown[], bad: unknown[]])[] = [
    [/./, "include", [["a", "b*"], []], ["a", [1]]],
    [/./, "exclude", [["a", "b*"], []], ["a", [1]]],
    [/^template/, "maxImages", [1, 365], [0, 1.5, "30"]],
    [/^template/, "maxUntaggedDays", [1, 365], [0, 1.5, "30"]],
    [/^template/, "mostImages", [1, 365], [0, 1.5, "30"]],
    [/^template/, "mostDays", [1, 365], [0, 1.5, "30"]],
    [/^template/, "fewestImages", [1, 365], [0, 1.5, "30"]],
    [/^template/, "fewestDays", [1, 365], [0, 1.5, "30"]],
    [/^token/, "warnDays", [0, 365], [-1, 1.5, "30"]],
    [/^token/, "failDays", [0, 365], [-1, 1.5, "30"]],
    [/^encryption/, "keys", [["a", "b*"]], ["a", [1]]],
    [/^required/, "tags", [["a", "b*"]], ["a", [1]]],
    [/^secret/, "stacks", [["a", "b*"]], ["a", [1]]],
    [/^upstream/, "allowed", [["quay.io", "*.azurecr.io"]], [["https://quay.io"], ["quay.io/a"]]],
    [/^one/, "ownedElsewhere", [["eu-central-1", "us-gov-west-1", "*"]], [["eu-centrl-1"], ["eu-*"], ["EU-CENTRAL-1"]]],
    [/./, "templatesElsewhere", prefixes.slice(0, 1), prefixes.slice(1)],
    [/./, "cachePrefixes", prefixes.slice(0, 1), prefixes.slice(1)],
    [/./, "allRepositories", [true, false], ["true", 1]],
    [/^cache/, "trustedAccounts", [["111122223333"]], [["11112222333"], ["1111222233334"], [1]]],
    [/^workload/, "repositories", [library, none], [{ hub: [] }, { hub: "a" }, { "hub/*": ["a"] }, ...noNames]],
    [
      /./,
      "scanningElsewhere",
      [
        {},
        scanningAt({ scanFrequency: "CONTINUOUS_SCAN" }),
        scanningAt({ scanFrequency: "MANUAL", repositoryFilters: [{ filter: "a", filterType: "WILDCARD" }] }),
        { "eu-central-1": { scanType: "ENHANCED", rules: [] } },
      ],
      [
        ...[[], { "eu-central-1": [] }, { "eu-central-1": {} }, scanningAt({}, "eu-centrl-1")],
        ...["*", { scanFrequency: "MANUAL" }, { repositoryFilters: [] }].map((one) => ({
          "eu-central-1": { rules: [one] },
        })),
        { "eu-central-1": { scanType: "DEEP", rules: [] } },
        scanningAt({ scanFrequency: "DAILY" }),
        ...["*", ["*"], [{}], [{ filter: 1 }], [{ filter: "a", filterType: "REGEX" }]].map((repositoryFilters) =>
          scanningAt({ repositoryFilters }),
        ),
      ],
    ],
  ];

  /** Pulumi checks the settings against each policy's schema. Here, a library does the same. */
  it("has schemas that check types, limits and allowed values", () => {
    const tried = new Set<string>();
    for (const [names, setting, good, bad] of settings) {
      const having = policies.filter(({ name, configSchema }) => names.test(name) && configSchema?.properties[setting]);
      assert.ok(having.length > 0, setting);
      for (const { name, configSchema } of having) {
        tried.add(`${name}.${setting}`);
        const schema = z.fromJSONSchema({ type: "object", ...configSchema } as never);
        const accepts = (value: unknown) => schema.safeParse({ [setting]: value }).success;
        for (const value of good) assert.ok(accepts(value), `${name} ${setting}: ${JSON.stringify(value)}`);
        for (const value of bad) assert.ok(!accepts(value), `${name} ${setting}: ${JSON.stringify(value)}`);
      }
    }
    const all = policies.flatMap(({ name, configSchema }) =>
      Object.keys(configSchema?.properties ?? {}).map((setting) => `${name}.${setting}`),
    );
    assert.deepEqual(
      all.filter((setting) => !tried.has(setting)),
      [],
    );
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

  it("corrects up to two letters, or a third of them, and nothing else", () => {
    type Row = readonly [word: string, candidates: readonly string[], right: string | undefined];
    for (const [word, candidates, right] of [
      ["maxImags", ["maxDays", "maxImages"], "maxImages"],
      ["tagsxx", ["tags", "tagsx"], "tagsx"],
      ["MAXUNTAGGEDDAY", ["maxUntaggedDays"], "maxUntaggedDays"],
      ["maxUntagxxxxays", ["maxUntaggedDays"], "maxUntaggedDays"],
      ["maxUntagxxxxx", ["maxUntaggedDays"], undefined],
      ["cat", ["horse", "include"], undefined],
      ["x", [], undefined],
      // Replaced, added or left out, at the start, at the end or in the middle.
      ...["xxgs", "taxx", "xaxs", "xxtags", "tagsxx", "taxxgs", "gs", "ta", "ts"].map(
        (one): Row => [one, ["tags"], "tags"],
      ),
      ...["xxxs", "txxx", "xxxtags", "tagsxxx", "taxxxgs", "s", "t"].map((one): Row => [one, ["tags"], undefined]),
    ] as readonly Row[]) {
      assert.equal(nearest(word, candidates), right, word);
    }
  });
});
