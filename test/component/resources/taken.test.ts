import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Deployment } from "../../../component/deployment";
import { adopting } from "../../../component/resources/existing/adopt";
import { createHooks, type Hooks } from "../../../component/resources/existing/hooks";
import {
  type Kind,
  type KnownResource,
  ROLE,
  RULE,
  SECRET,
  TEMPLATE,
} from "../../../component/resources/existing/kinds";
import type { Scope } from "../../../component/resources/scope";
import { ACCOUNT, Monitor, REGION } from "./monitor";
import { failing, KEY, OTHER, SECRET as SECRET_ARN } from "./programs";

const FUNCTIONS = {
  rule: "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule",
  template: "aws:ecr/getRepositoryCreationTemplate:getRepositoryCreationTemplate",
  role: "aws:iam/getRole:getRole",
  secret: "aws:secretsmanager/getSecret:getSecret",
} as const;
const KINDS: { readonly [kind in keyof typeof FUNCTIONS]: Kind<never> } = {
  rule: RULE as Kind<never>,
  template: TEMPLATE as Kind<never>,
  role: ROLE as Kind<never>,
  secret: SECRET as Kind<never>,
};
type Which = keyof typeof FUNCTIONS;
type Properties = { readonly [name: string]: unknown };

const URN = "urn:pulumi:stack::project::pull-through-cache:index:PullThroughCache$a:b:C::cache-quay";
const QUAY = { upstreamRegistryUrl: "quay.io" };
const GHCR = { upstreamRegistryUrl: "ghcr.io" };
const KEYED = { encryptionConfigurations: [{ kmsKey: KEY }] };
const KEYLESS = { encryptionConfigurations: [{}] };
const PURPOSE = { description: "Lets Amazon ECR" };

/** What is wanted, what exists, and why the existing resource cannot be adopted. */
const CASES: readonly (readonly [which: Which, wanted: Properties, found: Properties, why?: RegExp])[] = [
  ["rule", QUAY, QUAY],
  ["rule", QUAY, { ...QUAY, upstreamRepositoryPrefix: "" }],
  ["rule", QUAY, { ...QUAY, ecrRepositoryPrefix: "ROOT", upstreamRepositoryPrefix: "ROOT" }],
  [
    "rule",
    QUAY,
    { ...QUAY, upstreamRepositoryPrefix: "ROOT" },
    /its upstream prefix is "ROOT" and "upstreamPrefix" is ""/,
  ],
  ["rule", QUAY, GHCR, /caches another upstream/],
  [
    "rule",
    { ...QUAY, upstreamRepositoryPrefix: "team" },
    QUAY,
    /its upstream prefix is "" and "upstreamPrefix" is "team"/,
  ],
  ["rule", QUAY, { ...QUAY, customRoleArn: "arn:role" }, /cannot take its role away/],
  ["rule", { ...QUAY, customRoleArn: "arn:other" }, { ...QUAY, customRoleArn: "arn:role" }],
  ["template", KEYLESS, KEYLESS],
  ["template", KEYED, { encryptionConfigurations: [{ kmsKey: "another" }] }],
  ["template", KEYLESS, KEYED, /encrypts with arn/],
  ["role", PURPOSE, PURPOSE],
  ["role", PURPOSE, { description: "Lets others" }, /another purpose/],
  ["secret", {}, { arn: SECRET_ARN, kmsKeyId: "" }],
  ["secret", {}, { arn: SECRET_ARN, kmsKeyId: "alias/aws/secretsmanager" }],
  ["secret", {}, { arn: SECRET_ARN, kmsKeyId: KEY }, /encrypted with a key of its own/],
];

describe("what already exists in AWS", () => {
  let monitor: Monitor;
  let parent: pulumi.ComponentResource;
  let state: KnownResource[];
  let account: string | undefined;
  let deployment: Deployment;

  afterEach(() => monitor.end());

  async function start(which: Which, found: Properties | (() => never), options = {}): Promise<string> {
    state = [];
    account = ACCOUNT;
    deployment = { claims: new Map(), named: new Map(), caches: new Map(), credentials: new Map() };
    monitor = await Monitor.start({ [FUNCTIONS[which]]: found }, options);
    parent = new pulumi.ComponentResource("a:b:C", "parent");
    return "taken";
  }

  async function hooks(name = "cache", isRegional = false): Promise<Hooks> {
    const made = createHooks({
      isRegional,
      name,
      parent,
      deployment,
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
        const id = which === "secret" ? SECRET_ARN : name;
        assert.equal(imported, why ? undefined : region ? `${id}@${region}` : id);
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
    const [transform] = adopting(KINDS[which], name, region, wanted, scope);
    const changed = await transform?.(args);
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

  it("uses a secret that nothing deletes if it is adopted with another one, unless the stack has that", async () => {
    const said = /"taken" that is adopted uses the secret arn:former, and will use another one\. /;
    for (const [owned, credentialArn, isSaid] of [
      [[], "arn:new", true],
      [[], "arn:former", false],
      [["arn:former"], "arn:new", false],
    ] as const) {
      const name = await start("rule", { ...GHCR, credentialArn: "arn:former" }, { isEngine: true });
      state = owned.map((arn) => ({ urn: arn, type: "any", outputs: { arn } }));
      assert.equal(await adopted("rule", name, { ...GHCR, credentialArn }, undefined), name);
      await monitor.end();
      assert.equal(said.test(monitor.log.join()), isSaid);
    }
  });

  it("does not matter if it is gone, or if the stack replaces it", async () => {
    for (const found of [{}, failing("reading it: couldn't find resource")]) {
      const name = await start("rule", found, { isEngine: true });
      await beforeCreate("rule", name, QUAY);
      assert.equal(await adopted("rule", name, {}, undefined), undefined);
    }
    const name = await start("rule", QUAY, { isPreview: true });
    state = [owned("rule", name, QUAY)];
    await beforeCreate("rule", name, GHCR);
  });

  for (const which of ["rule", "template", "role", "secret"] as const) {
    it(`stops a preview and an update if AWS does not say whether a ${which} exists`, async () => {
      for (const isPreview of [true, false]) {
        const name = await start(which, failing("AccessDeniedException: not authorized"), {
          isEngine: true,
          isPreview,
        });
        const wanted = new RegExp(`does not say whether the ${KINDS[which].title} "${name}" .*exists already: `);
        await assert.rejects(beforeCreate(which, name, {}), wanted);
        await assert.rejects(adopted(which, name, {}, undefined), wanted);
      }
    });
  }

  it("is not looked up where the provider cannot, and the preview says so", async () => {
    await start("rule", failing("invalid value for ecr_repository_prefix"), { isEngine: true, isPreview: true });
    await beforeCreate("rule", "ROOT", { ...QUAY, region: REGION });
    await monitor.end();
    assert.deepEqual(monitor.log, [
      'This preview cannot look whether the ECR pull through cache rule "ROOT" in us-east-1 exists already.',
    ]);
  });

  /** A replacement whose create reached AWS, and whose answer got lost: what the stack had, and what is there. */
  const LEFT: readonly (readonly [what: string, "rule" | "template", before: Properties, after: Properties])[] = [
    ["a rule with another upstream", "rule", QUAY, GHCR],
    ["a rule without its role", "rule", { ...QUAY, customRoleArn: "arn:role" }, { ...QUAY, customRoleArn: undefined }],
    ["a template without its key", "template", KEYED, KEYLESS],
  ];
  const DELETE = {
    rule: "delete-pull-through-cache-rule --ecr-repository-prefix",
    template: "delete-repository-creation-template --prefix",
  };
  for (const [what, which, before, after] of LEFT) {
    it(`is named with the command that deletes it if an interrupted replacement left it: ${what}`, async () => {
      const command = `aws ecr ${DELETE[which]} taken --region us-east-1`;
      const wanted = new RegExp(`"taken" in us-east-1 is not what the stack's state says.* again: ${command}$`);
      for (const isPreview of [true, false]) {
        // The program may have been changed back since.
        for (const inputs of [after, before]) {
          // What is left can be updated to these, so only the update sees that it should be gone.
          if (isPreview && inputs === before && before.upstreamRegistryUrl === after.upstreamRegistryUrl) continue;
          await start(which, after, { isPreview });
          state = [owned(which, "taken", before)];
          await assert.rejects(beforeCreate(which, "taken", { ...inputs, region: REGION }), wanted);
        }
      }
    });
  }

  it("belongs to the stack only in the same Region, as far as the state and the inputs name one", async () => {
    const name = await start("rule", QUAY, { isPreview: true });
    const inputs = { ...QUAY, region: "eu-west-1" };
    for (const outputs of [{ region: "eu-west-1" }, {}]) {
      state = [owned("rule", name, { ...QUAY, ...outputs })];
      await beforeCreate("rule", name, inputs);
    }
    state = [owned("rule", name, { ...QUAY, region: "us-east-1" })];
    await assert.rejects(beforeCreate("rule", name, inputs), /in eu-west-1 already exists, and this stack did not/);
    await beforeCreate("rule", name, QUAY);
  });

  it("is in the notice about changed templates if the stack updates or replaces it", async () => {
    const settings = { imageTagMutability: "MUTABLE", encryptionConfigurations: [{ encryptionType: "AES256" }] };
    const name = await start("template", settings, { isEngine: true, isPreview: true });
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
      // An import leaves the old inputs without the provider's defaults.
      oldInputs: { prefix: "k8s", encryptionConfigurations: [{ __defaults: [] }], resourceTags: { __defaults: [] } },
      oldOutputs: { ...settings, prefix: "k8s" },
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

  it("is named with its Region, and with the resource of the stack that has it", async () => {
    const name = await start("rule", QUAY);
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
    const name = await start("rule", {}, { isEngine: true });
    await beforeCreate("rule", name, {});
    await beforeCreate("rule", name, {});
    await beforeCreate("rule", name, { region: "eu-west-1" }, `${URN}-other`);
    await beforeCreate("template", name, {}, `${URN}-template`);
    await assert.rejects(
      beforeCreate("rule", name, {}, `${URN}-other`),
      /created twice, as cache-quay and as cache-quay-other/,
    );
    account = OTHER;
    await beforeCreate("rule", name, {}, `${URN}-other`);
    account = undefined;
    await beforeCreate("rule", name, {});
    await beforeCreate("rule", name, {}, `${URN}-other`);
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
    const name = await start("rule", QUAY);
    await beforeCreate("rule", name, { ecrRepositoryPrefix: pulumi.unknown });
    const [hook] = (await hooks()).unique?.beforeCreate ?? [];
    assert.ok(pulumi.ResourceHook.isInstance(hook));
    await hook.callback({ urn: URN, id: "", name, type: "aws:ecr/repository:Repository", newInputs: { name } });
  });

  it("that fails in a Region is reported with what to run, once for the Region", async () => {
    await start("rule", {}, { isEngine: true });
    const [hook] = (await hooks("cache", true)).regional?.onError ?? [];
    assert.ok(pulumi.ErrorHook.isInstance(hook));
    const args = { urn: URN, id: "", name: "rule", type: RULE.type, failedOperation: "create" } as const;
    for (const region of ["eu-west-1", "eu-west-1", REGION]) {
      assert.equal(await hook.callback({ ...args, errors: ["no"], newInputs: { region } }), false);
    }
    await monitor.end();
    assert.deepEqual(
      monitor.log.map((line) => line.split(" failed, and Pulumi stopped: ")[0]),
      ["eu-west-1", REGION],
    );
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
