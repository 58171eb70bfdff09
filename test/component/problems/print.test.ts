import assert from "node:assert/strict";
import * as fc from "fast-check";
import { formatPath, isNameLike, printable, shown, shownFile, write } from "../../../component/problems/print";

const NAMES = [
  "quay",
  "Quay",
  "k8s",
  "gcr.io",
  "registry.example.com:5000/team",
  "global-registry.example.com",
  "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
  "https://gitlab.example.com",
  "quay/*",
  "tagMutabilityExclusionFilters",
  "repository_read_access_arns",
  "AWS_REGION",
  "kmsKeyARN",
  "a".repeat(32),
  `${"abcdefgh/".repeat(7)}a`,
];

const HIDDEN = [
  "",
  "quay!",
  "quay\n",
  "a quay",
  "someone:hunter2@ghcr.io",
  "https://someone:hunter2@ghcr.io",
  "accessToken:hunter2",
  "password=hunter2",
  "my-ghp_a",
  "my.GLPAT-a",
  "dckr_oat_a",
  "AKIAIOSFODNN7EXAMPLE",
  "someone@example.com",
  // UUID, JWT, Azure, and tokens without a prefix.
  "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
  "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln",
  "Jx7QmB2Zt9LwKc4RvN8sHd5GfYpA3uEe",
  "abcd1234efgh5678ijkl",
  "qWeRtYuIoPaSdFgHjKlZ",
  "a".repeat(33),
  "1".repeat(15),
  `${"abcdefgh/".repeat(7)}ab`,
  // They would change what a terminal shows.
  "quay\u001b[2J",
  "quay\u202eyauq",
  "qu\u200bay",
  "quаy",
];

describe("what a message may show", () => {
  it("is what looks like a name", () => {
    for (const name of NAMES) {
      assert.equal(shown(name), `"${name}"`);
      assert.equal(write(name), `: write "${name}"`);
      assert.ok(formatPath(["tags", name]).includes(name));
    }
  });

  it("is nothing else: no token, and no character that a terminal obeys", () => {
    for (const other of HIDDEN) {
      assert.equal(shown(other), "this value", other);
      assert.equal(write(other), "");
      const hidden = other === "" ? "" : "(hidden)";
      assert.equal(formatPath(["registries", other, "prefix"]), `registries["${hidden}"].prefix`);
    }
  });

  it("is decided in linear time", () => {
    fc.assert(fc.property(fc.constantFrom("a/", "a-", "A1", ".", ":1/"), (part) => !isNameLike(part.repeat(100_000))));
  });

  it("has paths as users write them", () => {
    assert.equal(formatPath(["registries", "hub", "prefix"]), "registries.hub.prefix");
    assert.equal(formatPath(["scanning", "rules", 0, "filters", 1]), "scanning.rules[0].filters[1]");
    assert.equal(formatPath(["registries", "a.b", "prefix"]), 'registries["a.b"].prefix');
    assert.equal(formatPath(["registries", "team/hub"]), "registries.team/hub");
    assert.equal(formatPath([]), "");
  });

  it("has a file's path without the parts that may be something else", () => {
    for (const [path, expected] of [
      ["registries.yaml", "registries.yaml"],
      ["../conf/a-b.yaml", "../conf/a-b.yaml"],
      ["C:\\conf\\a.yaml", "C:\\conf\\a.yaml"],
      ["/home/my token/a.yaml", "/home/(hidden)/a.yaml"],
      ["dckr_pat_abc", "(hidden)"],
    ] as const) {
      assert.equal(shownFile(path), expected);
    }
  });

  it("has text of others on as many lines, with nothing that is invisible", () => {
    assert.equal(printable("an error:\r\n\tü €\u001b[2J\u0007\u202e\u200b\u2028\u009b."), "an error:\n\tü €�[2J�����.");
  });
});
