import assert from "node:assert/strict";
import { shown } from "../../../component/problems/print";
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
});
