import assert from "node:assert/strict";
import { checkMutability, isTagMutable } from "../../../../../local/emulator/services/ecr/mutability";
import { covers, longestPrefix, namespaceOf } from "../../../../../local/emulator/services/ecr/prefixes";
import { UPSTREAM_NAMES, upstreamRegistry } from "../../../../../local/emulator/services/ecr/upstream-registries";

describe("emulator: names in ECR", () => {
  /** Source: Amazon ECR User Guide, "Preventing image tags from being overwritten". */
  describe("tags that may point to another image", () => {
    const filters = ["latest", "dev-*"].map((filter) => ({ filterType: "WILDCARD", filter }));
    const expected: [mutability: string, tag: string, isMutable: boolean][] = [
      ["MUTABLE", "v1", true],
      ["MUTABLE", "latest", true],
      ["IMMUTABLE", "v1", false],
      ["IMMUTABLE", "latest", false],
      ["IMMUTABLE_WITH_EXCLUSION", "v1", false],
      ["IMMUTABLE_WITH_EXCLUSION", "latest", true],
      ["IMMUTABLE_WITH_EXCLUSION", "dev-1", true],
      ["MUTABLE_WITH_EXCLUSION", "v1", true],
      ["MUTABLE_WITH_EXCLUSION", "latest", false],
      ["MUTABLE_WITH_EXCLUSION", "dev-1", false],
    ];
    for (const [mutability, tag, isMutable] of expected) {
      it(`${mutability}: ${tag} is ${isMutable ? "mutable" : "fixed"}`, () => {
        assert.equal(isTagMutable(mutability, filters, tag), isMutable);
      });
    }

    const refused: [string, string[] | undefined, RegExp][] = [
      ["MUTABLE", ["a"], /cannot be used with MUTABLE/],
      ["IMMUTABLE", ["a"], /cannot be used with IMMUTABLE/],
      ["IMMUTABLE_WITH_EXCLUSION", [], /are required/],
      ["MUTABLE_WITH_EXCLUSION", undefined, /are required/],
      ["MUTABLE_WITH_EXCLUSION", ["a", "*b*c*"], /\*b\*c\* holds more than two wildcards/],
    ];
    const check = (mutability: string, names?: string[]) =>
      checkMutability(
        mutability,
        names?.map((filter) => ({ filterType: "WILDCARD", filter })),
      );
    for (const [mutability, names, message] of refused) {
      it(`${mutability} is refused with the filters ${names}`, () =>
        assert.throws(() => check(mutability, names), { name: "InvalidParameterException", message }));
    }

    it("is accepted with filters where they belong, of two wildcards", () => {
      check("MUTABLE");
      check("IMMUTABLE", []);
      check("MUTABLE_WITH_EXCLUSION", ["*b*"]);
      check("IMMUTABLE_WITH_EXCLUSION", ["a", "b*c*"]);
    });
  });

  describe("prefixes", () => {
    it("cover what is below them, with or without a slash at the end; ROOT covers everything", () => {
      assert.deepEqual(["x", "x/", "x/y/", "ROOT"].map(namespaceOf), ["x", "x", "x/y", "ROOT"]);
      const expected: [string, string, boolean][] = [
        ["x", "x/app", true],
        ["x/", "x/app", true],
        ["x", "x", false],
        ["x", "xy/app", false],
        ["x", "y/x/app", false],
        ["ROOT", "app", true],
      ];
      for (const [prefix, name, isCovered] of expected)
        assert.equal(covers(prefix, name), isCovered, `${prefix} ${name}`);
    });

    it("are chosen by their length, ROOT last, whatever their order", () => {
      const longest = (...prefixes: string[]) => longestPrefix(prefixes, (prefix) => prefix, "a/b/c");
      assert.equal(longest("a", "a/b/", "ROOT"), "a/b/");
      assert.equal(longest("ROOT", "a/b/", "a"), "a/b/");
      assert.equal(longest("a/b/c", "a", "b"), "a");
      assert.equal(longest("a/", "a/b"), "a/b");
      assert.equal(longest("ROOT", "a"), "a");
      assert.equal(longest("ROOT"), "ROOT");
      assert.equal(longest("ROOT", "b"), "ROOT");
      assert.equal(longest("b"), undefined);
      assert.equal(longest(), undefined);
    });
  });

  /** Source: Amazon ECR User Guide, "Creating a pull through cache rule". */
  describe("upstream registries", () => {
    const known: [host: string, name: string, authentication: string][] = [
      ["public.ecr.aws", "ecr-public", "none"],
      ["registry.k8s.io", "k8s", "none"],
      ["quay.io", "quay", "none"],
      ["registry-1.docker.io", "docker-hub", "secret"],
      ["ghcr.io", "github-container-registry", "secret"],
      ["registry.gitlab.com", "gitlab-container-registry", "secret"],
      ["cgr.dev", "chainguard", "secret"],
      [`${"a".repeat(5)}.azurecr.io`, "azure-container-registry", "secret"],
      [`${"a".repeat(49)}1.azurecr.io`, "azure-container-registry", "secret"],
      ["111122223333.dkr.ecr.us-east-1.amazonaws.com", "ecr", "role"],
    ];
    it("are known by their hosts", () => {
      for (const [host, name, authentication] of known) {
        assert.deepEqual(upstreamRegistry(host), { name, authentication }, host);
      }
      assert.deepEqual(new Set(known.map(([, name]) => name)), new Set(UPSTREAM_NAMES));
    });

    for (const host of [
      `${"a".repeat(4)}.azurecr.io`,
      `${"a".repeat(51)}.azurecr.io`,
      "my-registry.azurecr.io",
      "https://myregistry.azurecr.io",
      "myregistry.azurecr.io.example",
      "myregistry.azurecr.cn",
      "x111122223333.dkr.ecr.us-east-1.amazonaws.com",
      "11112222333.dkr.ecr.us-east-1.amazonaws.com",
      "111122223333.dkr.ecr.us-east-1.amazonaws.com.example",
      "constructor",
    ]) {
      it(`do not include ${host}`, () => assert.equal(upstreamRegistry(host), undefined));
    }
  });
});
