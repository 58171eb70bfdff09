import assert from "node:assert/strict";
import type { TypeRow } from "../../../../local/provider/aws/fields";
import { prefixOf, uniqueName } from "../../../../local/provider/aws/naming";
import { readSettings } from "../../../../local/provider/aws/settings";
import { inputsOf, stateOf } from "../../../../local/provider/aws/state";
import { ownTags, tagsAll, withoutIgnored } from "../../../../local/provider/aws/tags";
import { type Properties, UNKNOWN } from "../../../../local/provider/wire";

const settings = (more: Properties = {}) =>
  readSettings({ region: "us-east-1", accessKey: "k", secretKey: "s", ...more }, {});

describe("state of the local AWS provider", () => {
  const row: TypeRow = {
    title: "Thing",
    computed: ["arn"],
    tagged: true,
    fields: {
      size: { default: 1 },
      note: {},
      chosen: { computed: true },
      policy: { kind: "json" },
      parts: { kind: "set" },
      hidden: { writeOnly: true },
      tags: {},
    },
  };
  const place = { region: "us-east-1", settings: settings() };

  it("has what was read, the given form of what means the same, and what AWS does not return", () => {
    const asked = { note: "given", policy: '{ "a": ["b"] }', parts: [2, 1], hidden: "h", tags: {} };
    const found = { arn: "x", note: "read", size: undefined, policy: '{"a":"b"}', parts: [1, 2] };
    assert.deepEqual(stateOf(row, asked, found, place), {
      arn: "x",
      note: "read",
      policy: '{"a":["b"]}',
      parts: [2, 1],
      hidden: "h",
      region: "us-east-1",
      tags: {},
      tagsAll: {},
    });
    const other = { policy: '{ "a": "c" }', parts: [1, 3] };
    const { policy, parts } = stateOf(row, asked, other, place);
    assert.deepEqual([policy, parts], ['{"a":"c"}', [1, 3]]);
    assert.deepEqual(stateOf({ ...row, tagged: false, regional: false }, {}, { note: "n" }, place), { note: "n" });
  });

  it("has tags of its own beside the provider's, without those of somebody else", () => {
    const given = settings({
      defaultTags: '{"tags":{"team":"a","env":"dev"}}',
      ignoreTags: '{"keys":["cost"],"keyPrefixes":["k8s:"]}',
    });
    const all = { team: "a", env: "prod", app: "x", cost: "1", "k8s:app": "y", "x-k8s:": "z" };
    const state = stateOf(row, {}, { tagsAll: all }, { region: "us-east-1", settings: given });
    assert.deepEqual(state.tagsAll, { team: "a", env: "prod", app: "x", "x-k8s:": "z" });
    assert.deepEqual(state.tags, { env: "prod", app: "x", "x-k8s:": "z" });
    assert.deepEqual(ownTags(given, { team: "a" }, { team: "a" }), { team: "a" }, "the program sets it too");
    assert.deepEqual(ownTags(given, { team: "a" }, undefined), {});
    assert.deepEqual(tagsAll(given, undefined), { team: "a", env: "dev" });
    assert.deepEqual(tagsAll(given, { team: "b", cost: "2" }), { team: "b", env: "dev" });
    assert.equal(tagsAll(given, { team: UNKNOWN }), UNKNOWN);
    assert.deepEqual(withoutIgnored({ keys: [], keyPrefixes: [] }, all), all);
  });

  it("becomes the inputs of an import, without what AWS chooses and what is empty, but with defaults", () => {
    const state = {
      arn: "x",
      note: "n",
      chosen: "c",
      parts: [],
      hidden: "h",
      region: "r",
      tags: {},
      tagsAll: { a: "b" },
    };
    assert.deepEqual(inputsOf(row, state, undefined), { __defaults: [], size: 1, note: "n", hidden: "h", region: "r" });
    assert.deepEqual(inputsOf(row, { ...state, size: 2 }, undefined).size, 2);
    assert.deepEqual(inputsOf(row, { ...state, size: false }, undefined).size, false);
    const named: TypeRow = { ...row, regional: false, fields: { name: { computed: true } } };
    assert.deepEqual(inputsOf(named, { name: "n", region: "r" }, undefined), { __defaults: [], name: "n" });
  });

  it("changes the inputs of a refresh where AWS has another value, and keeps their form elsewhere", () => {
    const old = {
      __defaults: ["size"],
      size: 1,
      note: "n",
      policy: '{ "a": 1 }',
      chosen: "c",
      parts: [],
      tagsAll: { a: "old" },
      region: "r",
    };
    const state = { size: 2, note: "m", policy: '{"a":1}', chosen: "d", tagsAll: { a: "b" }, region: "s", hidden: "h" };
    assert.deepEqual(inputsOf(row, state, old), {
      __defaults: ["size"],
      size: 2,
      note: "m",
      policy: '{ "a": 1 }',
      chosen: "d",
      parts: [],
      hidden: "h",
      tagsAll: { a: "b" },
      region: "s",
    });
    assert.deepEqual(inputsOf(row, { note: "", chosen: "d", region: "s", tagsAll: {} }, { note: "n" }), {
      __defaults: [],
    });
  });

  it("knows the prefix of a name that was made from one", () => {
    const [first, second] = [uniqueName("hub-"), uniqueName("hub-")];
    assert.match(first, /^hub-\d{18}[0-9a-f]{8}$/);
    assert.equal(Number(`0x${second.slice(-8)}`) - Number(`0x${first.slice(-8)}`), 1);
    assert.equal(prefixOf(first), "hub-");
    assert.equal(prefixOf(uniqueName("")), "");
    assert.equal(prefixOf(uniqueName("a\nb-")), "a\nb-");
    for (const other of [`${first}x`, "hub", `hub-${"1".repeat(17)}0123456`]) assert.equal(prefixOf(other), undefined);
  });
});
