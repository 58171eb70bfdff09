import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { policies } from "../../policy-pack/policies";
import { templateLifecycleExpires } from "../../policy-pack/policies/template-lifecycle-expires";
import { workloadUsesCache } from "../../policy-pack/policies/workload-uses-cache";
import { later, messages, passes, resource, rule, run, template } from "./support";

const bare = { lifecyclePolicy: undefined };

describe("a message of the pack", () => {
  it("has three lines: what is wrong, what to write, and where to read", async () => {
    assert.deepEqual(await messages(templateLifecycleExpires, [template("t", bare)]), [
      [
        "The template has no lifecyclePolicy.",
        "Set lifecyclePolicy on the template, for example to keep the newest 50 images.",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
      ].join("\n"),
    ]);
  });

  it("names the component's argument to set, also if another component created it", async () => {
    for (const parentType of [
      "pull-through-cache:index:PullThroughCache",
      "shop:Platform$pull-through-cache:index:PullThroughCache",
    ]) {
      const [message = ""] = await messages(templateLifecycleExpires, [template("t", bare, { parentType })]);
      assert.equal(
        message.split("\n")[1],
        "Set lifecycle on the entry or in the defaults of the PullThroughCache, for example lifecycle: { keepImages: 50 }.",
      );
    }
    const [other = ""] = await messages(templateLifecycleExpires, [
      template("t", bare, { parentType: "shop:Platform" }),
    ]);
    assert.match(other, /\nSet lifecyclePolicy on the template/);
  });

  it("names only arguments that the component has", () => {
    const root = path.resolve(__dirname, "../..");
    const schema = readFileSync(path.join(root, "component/pulumi-schema.json"), "utf8");
    const known = new Set([
      ...[...schema.matchAll(/"(\w+)": \{/g)].map(([, name]) => name),
      ...policies.flatMap((policy) => Object.keys(policy.configSchema?.properties ?? {})),
    ]);
    const folder = path.join(root, "policy-pack/policies");
    const texts = readdirSync(folder).flatMap((file) =>
      [...readFileSync(path.join(folder, file), "utf8").matchAll(/componentFix:\s*(["'].*["']),/g)].map(
        ([, text]) => text ?? "",
      ),
    );
    const named = texts.flatMap((text) => text.match(/\b[a-z]+[A-Z]\w*\b/g) ?? []);
    assert.ok(named.includes("tagMutability"), named.join(", "));
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });

  it("reports one problem, and only once", async () => {
    const task = resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
      containerDefinitions: JSON.stringify(["quay.io/a/b", "quay.io/c/d", "quay.io/a/b"].map((image) => ({ image }))),
    });
    const { violations } = await run(workloadUsesCache, [rule("r"), task]);
    assert.deepEqual(violations, [
      "task: quay.io/a/b is not pulled through the cache.",
      "task: quay.io/c/d is not pulled through the cache.",
    ]);
  });

  it("about undecided resources is not repeated in the next run", async () => {
    const open = [template("t", { lifecyclePolicy: later })];
    assert.equal((await run(templateLifecycleExpires, open)).notes.length, 1);
    assert.deepEqual(await run(templateLifecycleExpires, [template("t")]), passes);
  });
});
