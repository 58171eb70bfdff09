import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PullThroughCache } from "../../../component/index";
import { adopting } from "../../../component/resources/existing/adopt";
import { createHooks, type Hooks } from "../../../component/resources/existing/hooks";
import { type Kind, type KnownResource, ROLE, RULE, TEMPLATE } from "../../../component/resources/existing/kinds";
import type { Scope } from "../../../component/resources/scope";
import { ACCOUNT, Monitor, REGION } from "./monitor";

const FUNCTIONS = {
  rule: "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule",
  template: "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate",
  role: "aws:iam/getRole:getRole",
} as const;
const KINDS: { readonly [kind in keyof typeof FUNCTIONS]: Kind<never> } = {
  rule: RULE as Kind<never>,
  template: TEMPLATE as Kind<never>,
  role: ROLE as Kind<never>,
};
type Which = keyof typeof FUNCTIONS;
type Properties = { readonly [name: string]: unknown };

const URN = "urn:pulumi:stack::project::pull-through-cache:index:PullThroughCache$a:b:C::cache-quay";
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0123abcd`;

/** What is wanted, what exists, and why the existing resource cannot be adopted. */
const CASES: readonly (readonly [which: Which, wanted: Properties, found: Properties, why?: RegExp])[] = [
  ["rule", { upstreamRegistryUrl: "quay.io" }, { upstreamRegistryUrl: "quay.io" }],
  ["rule", { upstreamRegistryUrl: "quay.io" }, { upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix: "" }],
  [
    "rule",
    { upstreamRegistryUrl: "quay.io" },
    { ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix: "ROOT" },
  ],
  [
    "rule",
    { upstreamRegistryUrl: "quay.io" },
    { upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix: "ROOT" },
    /its upstream prefix is "ROOT" and "upstreamPrefix" is ""/,
  ],
  ["rule", { upstreamRegistryUrl: "quay.io" }, { upstreamRegistryUrl: "ghcr.io" }, /caches another upstream/],
  [
    "rule",
    { upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix: "team" },
    { upstreamRegistryUrl: "quay.io" },
    /its upstream prefix is "" and "upstreamPrefix" is "team"/,
  ],
  [
    "rule",
    { upstreamRegistryUrl: "quay.io" },
    { upstreamRegistryUrl: "quay.io", customRoleArn: "arn:role" },
    /cannot take its role away/,
  ],
  [
    "rule",
    { upstreamRegistryUrl: "quay.io", customRoleArn: "arn:other" },
    { upstreamRegistryUrl: "quay.io", customRoleArn: "arn:role" },
  ],
  ["template", { encryptionConfigurations: [{}] }, { encryptionConfigurations: [{}] }],
  ["template", { encryptionConfigurations: [{ kmsKey: KEY }] }, { encryptionConfigurations: [{ kmsKey: "another" }] }],
  [
    "template",
    { encryptionConfigurations: [{}] },
    { encryptionConfigurations: [{ kmsKey: KEY }] },
    /encrypts with arn/,
  ],
  ["role", { description: "Lets Amazon ECR" }, { description: "Lets Amazon ECR" }],
  ["role", { description: "Lets Amazon ECR" }, { description: "Lets others" }, /another purpose/],
];

describe("what already exists in AWS", () => {
  let monitor: Monitor;
  let parent: pulumi.ComponentResource;
  let state: KnownResource[];
  let account: string | undefined;
  /** The names of the component's rules, each with a former one. */
  let ruleNames: Map<string, string | undefined>;
  /** Names are claimed for the whole deployment. */
  let count = 0;

  afterEach(() => monitor.end());

  async function start(which: Which, found: Properties | Error, options = {}): Promise<string> {
    state = [];
    account = ACCOUNT;
    ruleNames = new Map();
    const answer = () => {
      if (found instanceof Error) throw found;
      return found;
    };
    monitor = await Monitor.start({ [FUNCTIONS[which]]: answer }, options);
    parent = new pulumi.ComponentResource("a:b:C", "parent");
    return `taken-${++count}`;
  }

  async function hooks(name = "cache"): Promise<Hooks> {
    const made = createHooks({
      name,
      parent,
      ruleNames,
      account: async () => account,
      state: async () => state,
    });
    const all = [made.unique?.beforeCreate, made.patient?.onError, made.noted?.beforeUpdate].flat();
    // Whether the engine knows a hook is in a field that Pulumi's types do not declare.
    await Promise.all(all.map((hook) => (hook as unknown as { readonly __registered: Promise<void> }).__registered));
    return made;
  }

  /** What the engine calls before it creates a resource. */
  async function beforeCreate(which: Which, name: string, inputs: Properties, urn = URN): Promise<void> {
    const { type, nameIn } = KINDS[which];
    const [hook] = (await hooks()).unique?.beforeCreate ?? [];
    assert.ok(pulumi.ResourceHook.isInstance(hook) && hook.opts?.onDryRun, "there is no hook that previews call");
    await hook.callback({ urn, id: "", name, type, newInputs: { [nameIn]: name, ...inputs } });
  }

  for (const [which, wanted, found, why] of CASES) {
    const title = `${JSON.stringify(wanted)} for ${JSON.stringify(found)}`;

    it(`is reported, with what to do, before a ${which} with the same name is created: ${title}`, async () => {
      const name = await start(which, found);
      const way =
        why === undefined ? /To adopt it, set "adopt: true"/ : new RegExp(`cannot be adopted, because .*${why.source}`);
      await assert.rejects(beforeCreate(which, name, wanted), (error: Error) => {
        assert.ok(error.message.startsWith(`the ${KINDS[which].title} "${name}" already exists`), error.message);
        assert.match(error.message, way);
        return true;
      });
    });

    it(`is ${why === undefined ? "" : "not "}imported as a ${which} with adopt: ${title}`, async () => {
      const name = await start(which, found);
      for (const region of [undefined, "eu-west-1"]) {
        const imported = await adopted(which, name, wanted, region);
        assert.equal(imported, why ? undefined : region ? `${name}@${region}` : name);
      }
      state = [owned(which, name, { region: REGION })];
      assert.equal(await adopted(which, name, wanted, undefined), undefined, "the stack has it");
    });
  }

  async function adopted(which: Which, name: string, wanted: Properties, region: string | undefined) {
    const scope = { parent, home: Promise.resolve(REGION), state: async () => state } as unknown as Scope;
    // The engine passes false for options that nobody has set. If a transform returned it, the engine would treat it as set.
    const unset = { retainOnDelete: false, deleteBeforeReplace: false };
    const args = { opts: { protect: true, ...unset }, props: { a: 1 } } as unknown as pulumi.ResourceTransformArgs;
    const changed = await adopting(KINDS[which], name, region, wanted, scope)(args);
    if (changed === undefined) return undefined;
    const { import: id, ...others } = changed.opts as pulumi.CustomResourceOptions;
    assert.deepEqual([changed.props, JSON.parse(JSON.stringify(others))], [{ a: 1 }, { protect: true }]);
    return id;
  }

  function owned(which: Which, name: string, outputs: Properties = {}, urn = URN): KnownResource {
    return { urn, type: KINDS[which].type, outputs: { [KINDS[which].nameIn]: name, ...outputs } };
  }

  it("is described to its owner", async () => {
    const rule = { upstreamRegistryUrl: "ghcr.io", credentialArn: "arn:secret", customRoleArn: "arn:role" };
    for (const [which, found, description] of [
      ["rule", rule, "It caches ghcr.io with the secret arn:secret with the role arn:role."],
      ["template", { description: "Ours", encryptionConfigurations: [] }, 'Its description is "Ours".'],
      ["role", { arn: "arn:role" }, "It has no description."],
    ] as const) {
      const name = await start(which, found);
      await assert.rejects(beforeCreate(which, name, { encryptionConfigurations: [{}] }), ({ message }: Error) =>
        message.includes(`this stack did not create it. ${description}`),
      );
    }
  });

  it("does not matter if it is gone, if AWS does not show it, or if the stack replaces it", async () => {
    for (const found of [{}, new Error("AccessDenied")]) {
      const name = await start("rule", found);
      await beforeCreate("rule", name, { upstreamRegistryUrl: "quay.io" });
      assert.equal(await adopted("rule", name, {}, undefined), undefined);
    }
    const name = await start("rule", { upstreamRegistryUrl: "quay.io" });
    state = [owned("rule", name)];
    await beforeCreate("rule", name, { upstreamRegistryUrl: "ghcr.io" });
  });

  it("belongs to the stack only in the same Region, as far as the state and the inputs name one", async () => {
    const inputs = { upstreamRegistryUrl: "quay.io", region: "eu-west-1" };
    for (const outputs of [{ region: "eu-west-1" }, {}]) {
      const name = await start("rule", { upstreamRegistryUrl: "quay.io" });
      state = [owned("rule", name, outputs)];
      await beforeCreate("rule", name, inputs);
    }
    const name = await start("rule", { upstreamRegistryUrl: "quay.io" });
    state = [owned("rule", name, { region: "us-east-1" })];
    await assert.rejects(beforeCreate("rule", name, inputs), /in eu-west-1 already exists, and this stack did not/);
    await beforeCreate("rule", name, { upstreamRegistryUrl: "quay.io" });
  });

  it("is in the notice about changed templates if the stack updates or replaces it", async () => {
    const settings = { imageTagMutability: "MUTABLE", encryptionConfigurations: [{ encryptionType: "AES256" }] };
    const name = await start("template", settings, { isEngine: true });
    state = [owned("template", name, settings)];
    const { noted, unique, tellChanges } = await hooks();
    const call = (
      bound: pulumi.ResourceHookBinding | undefined,
      when: "beforeCreate" | "beforeUpdate",
      args: object,
    ) => {
      const [hook] = bound?.[when] ?? [];
      assert.ok(pulumi.ResourceHook.isInstance(hook) && hook.opts?.onDryRun, "there is no hook that previews call");
      return hook.callback({ urn: URN, id: "", name, type: TEMPLATE.type, ...args });
    };
    tellChanges();
    await call(unique, "beforeCreate", { newInputs: { ...settings, prefix: name, imageTagMutability: "IMMUTABLE" } });
    await call(noted, "beforeUpdate", {
      oldInputs: { ...settings, prefix: "k8s" },
      newInputs: { ...settings, prefix: "k8s", encryptionConfigurations: [{ encryptionType: "KMS" }] },
    });
    // Of a rule that the stack replaces there is nothing to tell.
    state = [owned("rule", name)];
    await call(unique, "beforeCreate", { type: RULE.type, newInputs: { ecrRepositoryPrefix: name } });
    tellChanges();
    await monitor.end();
    assert.deepEqual(monitor.log, [
      `The templates of k8s and ${name} change for new repositories only. Existing repositories keep their encryption. To apply the tag mutability to existing repositories, run after the update: npx pull-through-cache apply --selected-stack`,
    ]);
  });

  it("does not count a rule that continues one of the stack under a former name", async () => {
    // Rules are counted for the whole process, so this is another account's.
    const accountId = "444455556666";
    const hosts = Array.from({ length: 30 }, (_, index) => `registry${index}.azurecr.io`);
    const type = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
    const rule = (name: string) => ({
      type,
      outputs: { ecrRepositoryPrefix: name, registryId: accountId, region: REGION },
    });
    const urnOf = (name: string) => `${URN.slice(0, URN.lastIndexOf("::"))}::cache-${name}`;
    const names = [
      ...hosts.map((_, index) => `key${index}`),
      ...Array.from({ length: 20 }, (_, index) => `own${index}`),
    ];
    monitor = await Monitor.start(
      {
        "aws:index/getCallerIdentity:getCallerIdentity": { accountId },
        "pulumi:pulumi:readStackResourceOutputs": {
          outputs: Object.fromEntries(names.map((name) => [urnOf(name), rule(name)])),
        },
      },
      { isPreview: true, isEngine: true },
    );
    const args = (prefix: string) => ({
      registries: Object.fromEntries(
        hosts.map((registry, index) => [`key${index}`, { registry, prefix: `${prefix}${index}` }]),
      ),
      credentials: Object.fromEntries(hosts.map((_, index) => [`key${index}`, { username: "a", accessToken: "b" }])),
    });
    new PullThroughCache("cache", args("team"));
    await monitor.end();
    const hook = monitor.hooks.find(({ name }) => /already exist/.test(name));
    const create = (name: string) =>
      hook?.callback({
        urn: urnOf(name),
        id: "",
        name,
        type,
        newInputs: { ecrRepositoryPrefix: name, region: REGION },
      });
    await create("team7");
    await assert.rejects(async () => create("team30"), /has 50 pull through cache rules in us-east-1/);
  });

  it("is named with its Region, and with the resource of the stack that has it", async () => {
    const name = await start("rule", { upstreamRegistryUrl: "quay.io" });
    const other = `${URN}-other`;
    state = [
      owned("role", name, {}, "another type"),
      owned("rule", "another", {}, "another name"),
      owned("rule", name, { region: REGION }, "another Region"),
      owned("rule", name, { region: "eu-west-1" }, other),
    ];
    await assert.rejects(beforeCreate("rule", name, { region: "eu-west-1" }), ({ message }: Error) =>
      message.startsWith(
        `the ECR pull through cache rule "${name}" in eu-west-1 already exists: this stack has it as ${other}.`,
      ),
    );
  });

  it("is not created twice by one deployment, but once in each Region", async () => {
    const name = await start("rule", {});
    await beforeCreate("rule", name, {});
    await beforeCreate("rule", name, {});
    await beforeCreate("rule", name, { region: "eu-west-1" }, `${URN}-other`);
    await beforeCreate("template", name, {}, `${URN}-template`);
    await assert.rejects(
      beforeCreate("rule", name, {}, `${URN}-other`),
      /created twice, as cache-quay and as cache-quay-other/,
    );
    account = "444455556666";
    await beforeCreate("rule", name, {}, `${URN}-other`);
    account = undefined;
    await beforeCreate("rule", name, {});
    await beforeCreate("rule", name, {}, `${URN}-other`);
  });

  it("is counted against ECR's limit of rules, and a preview refuses what would exceed it", async () => {
    const urnOf = (name: string) => URN.replace(/[^:]+$/, name);
    const full = (count: number, region = REGION) =>
      Array.from({ length: count }, (_, index) =>
        owned("rule", `full${index}`, { region, registryId: ACCOUNT }, urnOf(`cache-full${index}@${region}`)),
      );
    const add = (name: string, region = REGION) => beforeCreate("rule", name, { region }, urnOf(`cache-${name}`));
    const begin = async (rules: number, isPreview: boolean) => {
      await start("rule", {}, { isPreview });
      ruleNames = new Map(Array.from({ length: rules }, (_, index) => [`cache-full${index}`, undefined]));
      ruleNames.set("cache-moved", "cache-full7");
    };

    await begin(26, true);
    state = [...full(49), ...full(50, "eu-west-1")];
    await add("moved");
    await add("one");
    await assert.rejects(
      add("two"),
      /has 49 pull through cache rules in us-east-1, .* create 2 more before it deletes/,
    );
    await assert.rejects(add("other", "eu-west-1"), /has 50 pull through cache rules in eu-west-1/);
    await begin(26, false);
    state = full(50);
    await add("in-an-update");
    await begin(24, true);
    state = full(50);
    await add("of-few-entries");
    await begin(25, true);
    state = full(50).map((rule) => ({ ...rule, outputs: { ...rule.outputs, registryId: "444455556666" } }));
    await add("beside-rules-of-another-account");
    state = full(50).map((rule) => ({ ...rule, type: TEMPLATE.type }));
    await add("beside-templates");
    state = full(50);
    await assert.rejects(add("of-many-entries"), /has 50 pull through cache rules in us-east-1/);
  });

  it("is looked up for each of several components with the same name, by hooks with different names", async () => {
    await start("rule", {});
    const made = [await hooks("twin"), await hooks("twin"), await hooks("twin"), await hooks("single")];
    assert.deepEqual(
      made.map(({ unique }) => unique?.beforeCreate?.map((hook) => (hook as pulumi.ResourceHook).name)),
      ["twin", "twin (2)", "twin (3)", "single"].map((name) => [`${name}: does it already exist?`]),
    );
    const [{ patient, noted }] = made as [Hooks];
    const bound = [patient?.beforeCreate, patient?.onError, noted?.beforeUpdate].flat();
    assert.deepEqual(
      bound.map((hook) => (hook as pulumi.ResourceHook | pulumi.ErrorHook).name),
      ["twin: does it already exist?", "twin: does AWS need time?", "twin: what is for new repositories only?"],
    );
  });

  it("is not looked up if the name is unknown or the type is another", async () => {
    const name = await start("rule", { upstreamRegistryUrl: "quay.io" });
    await beforeCreate("rule", name, { ecrRepositoryPrefix: pulumi.unknown });
    const [hook] = (await hooks()).unique?.beforeCreate ?? [];
    assert.ok(pulumi.ResourceHook.isInstance(hook));
    await hook.callback({ urn: URN, id: "", name, type: "aws:ecr/repository:Repository", newInputs: { name } });
  });

  it("is waited for if AWS does not see it yet, but not in a deletion", async () => {
    const secret = "SecretNotFoundException: The ARN of the secret was not found.";
    await start("rule", {});
    const [hook] = (await hooks()).patient?.onError ?? [];
    assert.ok(pulumi.ErrorHook.isInstance(hook));
    const { setTimeout } = globalThis;
    const pauses: unknown[] = [];
    globalThis.setTimeout = ((done: () => void, pause: number) => {
      // Pulumi keeps the process alive with a timer of zero milliseconds.
      if (pause > 0) pauses.push(pause);
      setImmediate(done);
    }) as never;
    try {
      const tries = (failedOperation: "create" | "update" | "delete", ...errors: string[]) =>
        hook.callback({ urn: URN, id: "", name: "rule", type: RULE.type, failedOperation, errors });
      assert.equal(await tries("delete", secret), false);
      assert.equal(await tries("create", "LimitExceededException: 50 rules", secret), false);
      assert.equal(await tries("create", secret, secret), true);
      assert.deepEqual(pauses, [2000]);
    } finally {
      globalThis.setTimeout = setTimeout;
    }
  });
});
