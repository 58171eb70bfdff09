import assert from "node:assert/strict";
import { normalizeJson, normalizeLegacyPolicy } from "../../../../local/provider/aws/normalize";

describe("JSON in the state of the local AWS provider", () => {
  const cases: readonly (readonly [what: string, given: string, normal: string])[] = [
    [
      "sorted keys without spaces",
      '{ "b": [1, {"d": 2, "c": null}], "a": "x y" }',
      '{"a":"x y","b":[1,{"c":null,"d":2}]}',
    ],
    ["lists in their order", '["b", "a"]', '["b","a"]'],
    // encoding/json of Go, HTMLEscape.
    ["Go's escapes", '{"a": "<b> & \u2028\u2029é"}', '{"a":"\\u003cb\\u003e \\u0026 \\u2028\\u2029é"}'],
    ["capitals before other letters, as Go sorts", '{"a": 1, "B": 2}', '{"B":2,"a":1}'],
    ["a text that is no JSON, as it is", "{ not json", "{ not json"],
  ];
  for (const [what, given, normal] of cases) it(`has ${what}`, () => assert.equal(normalizeJson(given), normal));

  const policies: readonly (readonly [what: string, given: string, normal: string])[] = [
    ["before its statements", '{"Statement":[],"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[]}'],
    [
      "before its id",
      '{"Id":"a","Statement":[{"Sid":"b"}],"Version":"2012-10-17"}',
      '{"Version":"2012-10-17","Id":"a","Statement":[{"Sid":"b"}]}',
    ],
    ["alone", '{"Version": "2012-10-17"}', '{"Version":"2012-10-17"}'],
  ];
  for (const [what, given, normal] of policies) {
    it(`has the version of a policy ${what}`, () => assert.equal(normalizeLegacyPolicy(given), normal));
  }

  it("has an older version of a policy where it is sorted", () => {
    const old = '{"Statement":[],"Version":"2008-10-17"}';
    assert.equal(normalizeLegacyPolicy(old), old);
  });
});
