import assert from "node:assert/strict";
import { formatPath, shown, write } from "../../../component/problems/issue";
import { problems } from "./support";

describe("messages", () => {
  const tokens = [
    "dckr_pat_AbCdEfGhIjKlMnOpQrStUvWxYz0",
    "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "github_pat_11AAAAAAA0123456789abcdef",
    "glpat-abcdefghijklmnopqrst",
    "AKIAIOSFODNN7EXAMPLE",
    "0123456789abcdef0123456789abcdef",
    "abcd1234efgh5678ijkl",
    "https://someone:hunter2@ghcr.io",
    "someone:hunter2@ghcr.io",
  ];

  for (const token of tokens) {
    it(`never show ${token}`, () => {
      assert.equal(shown(token), "this value");
      const everywhere = problems({
        registries: {
          hub: {
            prefix: token,
            upstreamPrefix: token,
            registry: 1,
            credentialArn: token,
            roleArn: token,
            tagMutability: token,
            description: token.repeat(10),
            encryption: { type: token, kmsKey: token },
            access: { accounts: [token], roleArns: [token], organizationId: token, lambda: token },
            secret: { readers: [token], policy: token, recoveryWindowInDays: token },
            lifecycle: { keepImages: token },
            password: token,
            unknown: token,
          },
        },
        credentials: { hub: token },
        regions: [token],
        templateRoleArn: token,
        scanning: { scanType: token, scanFrequency: token, rules: [{ scanFrequency: token, filters: [`${token}!`] }] },
        registryPolicy: { statements: [token] },
        tags: token,
      });
      assert.ok(everywhere.length >= 20, `${everywhere.length} problems`);
      assert.ok(!everywhere.join("\n").toLowerCase().includes(token.toLowerCase()), everywhere.join("\n"));
    });
  }

  it("show names and hosts", () => {
    for (const name of [
      "gcr.io",
      "registry.example.com:5000/team",
      "111122223333.dkr.ecr.us-gov-west-1.amazonaws.com",
      "https://gitlab.example.com",
      "global-registry.example.com",
      "quay/*",
      "a".repeat(32),
      `${"abcdefgh/".repeat(7)}a`,
    ]) {
      assert.equal(shown(name), `"${name}"`);
      assert.equal(write(name), `: write "${name}"`);
    }
    for (const other of ["", "Quay", "!quay", "quay!", "quay\n", "a".repeat(33), `${"abcdefgh/".repeat(7)}ab`]) {
      assert.equal(shown(other), "this value");
      assert.equal(write(other), "");
    }
  });

  it("write paths as users do", () => {
    assert.equal(formatPath(["registries", "hub", "prefix"]), "registries.hub.prefix");
    assert.equal(formatPath(["scanning", "rules", 0, "filters", 1]), "scanning.rules[0].filters[1]");
    assert.equal(formatPath(["registries", "a.b", "prefix"]), 'registries["a.b"].prefix');
    assert.equal(formatPath(["registries", "team/hub"]), "registries.team/hub");
    assert.equal(formatPath([]), "");
    assert.equal(formatPath(["x".repeat(128), 0]), `${"x".repeat(128)}[0]`);
    assert.equal(formatPath(["defaults", "x".repeat(129), "a"]), `defaults["${"x".repeat(128)}..."].a`);
    for (const [name, path] of [
      [" a", '[" a"]'],
      ["a ", '["a "]'],
      ["", '[""]'],
      ["A_9-/", "A_9-/"],
      ["my-ghp_a", '["(hidden: looks like a token)"]'],
    ] as const) {
      assert.equal(formatPath([name]), path);
    }
  });
});
