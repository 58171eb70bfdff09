import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { defaultLifecycle } from "../../policy-pack/aws/lifecycle/default";
import { policies } from "../../policy-pack/policies";
import { encryptionRequired } from "../../policy-pack/policies/encryption-required";
import { noPublicAccess } from "../../policy-pack/policies/no-public-access";
import { requiredTags } from "../../policy-pack/policies/required-tags";
import { templateHasRole } from "../../policy-pack/policies/template-has-role";
import { templateKeepsRunningImages } from "../../policy-pack/policies/template-keeps-running-images";
import { templateLifecycleBounded } from "../../policy-pack/policies/template-lifecycle-bounded";
import { templateLifecycleExpires } from "../../policy-pack/policies/template-lifecycle-expires";
import { templateMutable } from "../../policy-pack/policies/template-mutable";
import { tokenExpiry } from "../../policy-pack/policies/token-expiry";
import { workloadUsesCache } from "../../policy-pack/policies/workload-uses-cache";
import { later, lifecycleOf, messages, passes, resource, rule, run, secret, template } from "./support";

const bare = { lifecyclePolicy: undefined };
const everyone = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:*" }] });

describe("a message of the pack", () => {
  it("has three lines: what is wrong, what to write, and where to read", async () => {
    assert.deepEqual(await messages(templateLifecycleExpires, [template("t", bare)]), [
      [
        'Prefix "quay": The template has no lifecyclePolicy.',
        `Write on the creation template lifecyclePolicy: JSON.stringify(${defaultLifecycle}).`,
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html",
      ].join("\n"),
    ]);
  });

  it("names a template by its prefix, as far as that is known", async () => {
    const lifecyclePolicy = lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 });
    const broken = { imageTagMutability: "IMMUTABLE", resourceTags: { a: "b" }, repositoryPolicy: everyone };
    for (const policy of [
      encryptionRequired,
      noPublicAccess,
      requiredTags,
      templateHasRole,
      templateKeepsRunningImages,
      templateLifecycleExpires,
      templateMutable,
    ]) {
      const lifecycle = policy === templateLifecycleExpires ? bare : { lifecyclePolicy };
      const one = (prefix: unknown) => [template("t", { ...broken, ...lifecycle, prefix })];
      const first = async (prefix: unknown) =>
        (await messages(policy, one(prefix), { tags: ["team"] })).map((message) => message.split(":")[0]);
      assert.deepEqual(await first("hub"), ['Prefix "hub"'], policy.name);
      assert.ok(!(await first(later))[0]?.startsWith("Prefix"), policy.name);
    }
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
    assert.match(other, /\nWrite on the creation template lifecyclePolicy: /);
  });

  it("names the component's argument for every policy that the component can break", async () => {
    const expired = { tags: { "pull-through-cache:token-expires": "2020-01-01" } };
    const broken = {
      imageTagMutability: "IMMUTABLE",
      resourceTags: { a: "b" },
      lifecyclePolicy: lifecycleOf({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5_000 }),
    };
    for (const [policy, make, plain, made] of [
      [encryptionRequired, template, "Set encryptionConfigurations of", "Set encryption: "],
      [requiredTags, template, "Add them to resourceTags, with", "Add them to defaults.resourceTags"],
      [templateHasRole, template, "Set customRoleArn to", "Leave templateRoleArn out"],
      [templateLifecycleBounded, template, "Lower the countNumber of that rule", "Set lifecycle.keepImages on"],
      [templateMutable, template, "Set imageTagMutability of", 'Set tagMutability: "MUTABLE" on'],
      [
        tokenExpiry,
        secret,
        "Create a new token at the upstream, put it",
        "Create a new token, set it in the stack's config",
      ],
    ] as const) {
      const props = make === secret ? expired : broken;
      const advice = async (options: object) =>
        (await messages(policy, [make("one", props, options)], { tags: ["team"] })).map(
          (message) => message.split("\n")[1] ?? "",
        );
      for (const [found, start] of [
        [await advice({}), plain],
        [await advice({ parentType: "pull-through-cache:index:PullThroughCache" }), made],
      ] as const) {
        assert.equal(found.length, 1, policy.name);
        assert.ok(found[0]?.startsWith(start), `${policy.name}: ${found[0]}`);
      }
    }
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

  it("says which exceptions leave nothing out, if there was something to check", async () => {
    const note = (name: string) => [`[advisory] ${name}: exclude matches no resource here: legcy-*.`];
    const exclude = ["legcy-*", "old"];
    assert.deepEqual(
      (await run(templateMutable, [template("old"), template("new")], { exclude })).notes,
      note("template-mutable"),
    );
    assert.deepEqual(
      (await run(workloadUsesCache, [rule("old"), resource("kubernetes:core/v1:Pod", "p", { spec: {} })], { exclude }))
        .notes,
      note("workload-uses-cache"),
    );
    assert.deepEqual(await run(templateMutable, [rule("r")], { exclude }), passes);
    assert.deepEqual(await run(workloadUsesCache, [rule("r")], { exclude }), passes);
  });
});
