import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { pullThroughCacheArgs } from "../../../component/schema/arguments";
import { parse } from "../../../component/schema/parse";
import { EVERY } from "./every-argument";
import { argsWith, problems } from "./support";

/** Copies of a value, each with another value at one place. */
function* changed(value: unknown, other: unknown): Generator {
  yield other;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const copy of changed(inner, other)) {
      yield Array.isArray(value) ? Object.assign([...value], { [key]: copy }) : { ...value, [key]: copy };
    }
  }
}

describe("schema of the arguments", () => {
  it("accepts every field", () => {
    const parsed = parse(pullThroughCacheArgs, EVERY);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    assert.deepEqual(parsed.value, EVERY);
  });

  it("refuses a token at every place where it is no right value, and never shows it", () => {
    for (const token of ["dckr_pat_AbCdEfGhIjKlMnOpQrStUvWxYz0", "AKIAIOSFODNN7EXAMPLE", "someone:hunter2@ghcr.io!"]) {
      let refused = 0;
      for (const args of changed(EVERY, token)) {
        const found = problems(args);
        assert.ok(!found.join("\n").toLowerCase().includes(token.toLowerCase()), found.join("\n"));
        if (found.length > 0) refused++;
      }
      assert.ok(refused >= 100, `${refused} places`);
    }
  });

  it("accepts an Output where a value may come later", () => {
    for (const path of [
      "registries.hub.credentialArn",
      "registries.hub.credentialArns.us-east-1",
      "registries.hub.roleArn",
      "registries.hub.templateRoleArn",
      "registries.hub.repositoryPolicy",
      "registries.hub.resourceTags.a",
      "registries.hub.encryption.kmsKey",
      "registries.hub.access.accounts[0]",
      "registries.hub.access.roleArns[0]",
      "registries.hub.access.organizationId",
      "registries.hub.secret.readers[0]",
      "registries.hub.secret.policy",
      "registries.hub.secret.tags.a",
      "credentials",
      "credentials.hub",
      "tags.a",
      "templateRoleArn",
      "registryPolicy.statements[0]",
      "pullerRoles.node",
      "pullTimeExclusions.scanner",
      "alerts.topicArn",
    ]) {
      for (const later of [pulumi.output(7), Promise.resolve(7)])
        assert.deepEqual(problems(argsWith(path, later)), [], path);
    }
    const parts = { username: pulumi.output("u"), accessToken: pulumi.output("t") };
    assert.deepEqual(problems(argsWith("credentials.hub", parts)), []);
  });

  it("refuses an Output where it would decide what exists", () => {
    for (const path of [
      "registries",
      "registries.hub",
      "registries.hub.registry",
      "registries.hub.prefix",
      "registries.hub.lifecycle",
      "registries.hub.resourceTags",
      "registries.hub.credentialArns",
      "defaults",
      "regions",
      "regions[0]",
      "scanning.scanType",
      "registriesFile",
    ]) {
      for (const later of [pulumi.output({}), Promise.resolve("x")]) {
        const found = problems(argsWith(path, later));
        assert.equal(found.length, 1, `${path}: ${found}`);
        assert.match(
          found[0] ?? "",
          /: must be a plain .*not (?:an Output: .* cannot depend on an Output|a promise: await it)$/,
        );
        assert.ok(found[0]?.startsWith(`${path}: `), found[0]);
      }
    }
  });
});
