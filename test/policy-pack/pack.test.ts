import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as judged from "../../policy-pack/aws/types";
import { notDecided } from "../../policy-pack/kit/undecided";
import { notKnown } from "../../policy-pack/kit/values";
import { policies } from "../../policy-pack/policies";
import { later, resource, run } from "./support";

const root = join(__dirname, "../..");
const types = Object.values(judged)
  .flat()
  .filter((type): type is string => typeof type === "string" && type.startsWith("aws:"));
const source = join(root, "policy-pack/policies.ts");

describe("the pack", () => {
  it("has policies with everything that a user sees, each with its own name", () => {
    assert.equal(new Set(policies.map(({ name }) => name)).size, policies.length);
    for (const policy of policies) {
      assert.match(policy.name, /^[a-z]+(-[a-z]+)+$/);
      assert.match(policy.url ?? "", /^https:\/\/(?:docs\.aws\.amazon|www\.pulumi)\.com\//, policy.name);
      assert.ok(
        policy.displayName && policy.severity && policy.remediationSteps && policy.enforcementLevel,
        policy.name,
      );
      const [topic, ...others] = (policy.tags ?? []).slice(3);
      assert.deepEqual(policy.tags?.slice(0, 3), ["aws", "ecr", "pull-through-cache"], policy.name);
      const isNamed = ["availability", "cost", "security"].includes(topic ?? "");
      assert.ok(others.length === 0 && (isNamed || policy === notDecided), policy.name);
      assert.ok(!policy.description.includes("\n") && policy.description.length < 400, policy.name);
    }
  });

  it("reports at the very end what is undecided", () => {
    assert.equal(policies.at(-1), notDecided);
  });

  it("gives every policy the common settings and explains every setting", () => {
    for (const { name, configSchema } of policies.filter((policy) => policy !== notDecided)) {
      assert.deepEqual(configSchema?.properties.include?.default, ["*"], name);
      assert.deepEqual(configSchema?.properties.exclude?.default, [], name);
      for (const property of Object.values(configSchema?.properties ?? {})) assert.ok(property.description, name);
    }
  });

  it("stops nothing if nothing is known yet", async () => {
    const open = types.map((type, index) => ({ ...resource(type, `r${index}`, {}), props: notKnown }));
    assert.ok(open.length >= 20);
    for (const policy of policies.filter(({ enforcementLevel }) => enforcementLevel !== "disabled")) {
      const { violations } = await run(policy, open);
      assert.deepEqual(violations, [], policy.name);
    }
  });

  it("judges only the resources of its types, whatever the properties of others", async () => {
    const open = { Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } };
    const lookalike = resource("shop:index:Lookalike", "lookalike", {
      ...{ appliedFors: ["PULL_THROUGH_CACHE"], prefix: "quay", ecrRepositoryPrefix: "quay", name: "quay/app" },
      ...{ cacheRules: later, containerDefinitions: later, registryId: later, spec: later, rules: [] },
      ...{ credentialArn: "x", kmsKeyId: "x", secretString: "x", recoveryWindowInDays: 0, repository: "quay/app" },
      ...{ imageTagMutability: "IMMUTABLE", imageUri: "111122223333.dkr.ecr.eu-central-1.amazonaws.com/quay/app" },
      ...{ policy: open, repositoryPolicy: open, resourceTags: { a: "b" }, upstreamRegistryUrl: "ghcr.io" },
      tags: { "pull-through-cache:token-expires": "2020-01-01" },
    });
    const stack = types.map((type, index) => resource(type, `r${index}`, {}));
    const config = { allRepositories: true, tags: ["team"], stacks: ["*"], allowed: ["quay.io"], keys: ["x"] };
    for (const policy of policies.filter(({ name }) => name !== "cached-repositories-audit")) {
      const { violations, notes } = await run(policy, [...stack, lookalike], config);
      assert.doesNotMatch([...violations, ...notes].join("\n"), /lookalike/, policy.name);
    }
  });

  it("marks the type of its functions, so that stacks without caches are not unpacked for it", () => {
    const unmarked = policies
      .filter((policy) => "validateStack" in policy && !("__pulumiType" in policy.validateStack))
      .map(({ name }) => name);
    assert.deepEqual(unmarked, ["one-owner", "workload-image-listed", "not-decided"]);
    const ofTwoTypes = policies
      .filter((policy) => "validateResource" in policy && !("__pulumiType" in (policy.validateResource ?? {})))
      .map(({ name }) => name);
    assert.deepEqual(ofTwoTypes, ["no-public-access", "required-tags"]);
    const mended = policies.flatMap((policy) =>
      "remediateResource" in policy ? Object.entries(policy.remediateResource ?? {}) : [],
    );
    assert.deepEqual(mended, [
      ["__pulumiType", judged.creationTemplate],
      ["__pulumiType", judged.repository],
    ]);
  });

  it("loads neither @pulumi/aws nor the component nor the AWS SDK", () => {
    const script = `require(${JSON.stringify(source)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "-e", script], { encoding: "utf8" });
    const loaded: string[] = JSON.parse(stdout || `["${stderr}"]`);
    assert.ok(loaded.includes(source));
    assert.deepEqual(
      loaded.filter((file) => /@pulumi\/aws\/|@aws-sdk\/|\/component\//.test(file)),
      [],
    );
  });

  it("has documentation that matches it", () => {
    const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/policy-docs.ts", "--check"], {
      cwd: root,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
  });

  it("can be published: what it needs is among its files and dependencies", () => {
    const manifest = JSON.parse(readFileSync(join(root, "policy-pack/package.json"), "utf8"));
    assert.ok(
      manifest.version && manifest.files.includes("PulumiPolicy.yaml") && manifest.files.includes("dist/**/*.js"),
    );
    assert.deepEqual(Object.keys(manifest.dependencies), ["@aws-sdk/client-ecr", "@pulumi/policy", "@pulumi/pulumi"]);
  });
});
