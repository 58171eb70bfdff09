import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Callback as Registered } from "@pulumi/pulumi/proto/callback_pb";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import * as runtimeState from "@pulumi/pulumi/runtime/state";

export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";

/** Answers of Pulumi's functions, by token. An answer may depend on the arguments. */
export type Answers = { readonly [token: string]: object | ((inputs: never) => object) };

export const PROVIDER: Answers = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT },
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com" },
  "aws:index/getRegion:getRegion": { region: REGION },
};

/** A resource that the engine is asked to create. */
export interface Request {
  /** Last part of the token. */
  readonly type: string;
  /** Such as `aws:iam/role:Role`. */
  readonly token: string;
  readonly name: string;
  /** Name of its parent. */
  readonly parent: string;
  readonly inputs: { readonly [name: string]: unknown };
  /** Resources that it waits for, as "type name". */
  readonly dependencies: readonly string[];
  /** URNs that it continues. */
  readonly aliases: readonly string[];
  readonly deleteBeforeReplace: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly replacementTrigger: unknown;
  /** Names of the hooks that are bound to it. */
  readonly hooks: Readonly<Record<"beforeCreate" | "beforeUpdate" | "onError", readonly string[]>>;
  readonly importId: string;
  /** Its own transforms, without the stack's. */
  readonly transforms: readonly pulumi.ResourceTransform[];
}

// Returns the SDK's state, which its types do not declare.
const { getStore } = runtimeState as unknown as { getStore(): Message };

type Callback = (error: Error | null, response?: unknown) => void;

// biome-ignore lint/suspicious/noExplicitAny: Pulumi declares no types for what the monitor is asked.
type Message = any;

/** Pulumi's mocks. They record the requests to the engine, and accept hooks as the engine does. */
export class Monitor {
  readonly requests: Request[] = [];
  /** Calls of Pulumi's functions, with their arguments. */
  readonly calls: { readonly token: string; readonly args: { readonly [name: string]: unknown } }[] = [];
  /** The outputs that each component has registered, by name. */
  readonly outputs = new Map<string, { readonly [name: string]: unknown }>();
  // The following is recorded only with `isEngine`.
  readonly stackTransforms: pulumi.ResourceTransform[] = [];
  readonly hooks: pulumi.ResourceHook[] = [];
  /** What the program logs. */
  readonly log: string[] = [];
  readonly #transforms: pulumi.ResourceTransform[] = [];

  /** @param options.isEngine Whether to support transforms, hooks and logs. The engine does; Pulumi's mocks do not. */
  static async start(answers: Answers = {}, { isPreview = false, isEngine = false } = {}): Promise<Monitor> {
    const monitor = new Monitor();
    const all: Answers = { ...PROVIDER, ...answers };
    await pulumi.runtime.setMocks(
      {
        call: async ({ token, inputs }) => {
          const answer = all[token] ?? {};
          return typeof answer === "function" ? answer(inputs as never) : answer;
        },
        newResource: async ({ name, inputs, id }) => ({
          id: id || name,
          state: { arn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}`, name, ...inputs },
        }),
      },
      "project",
      "stack",
      isPreview,
      "organization",
    );
    const mocks = pulumi.runtime.getMonitor() as unknown as Record<string, (request: Message, done: Callback) => void>;
    const { registerResource, registerResourceOutputs, invoke } = mocks;
    mocks.invoke = (request, done) => {
      monitor.calls.push({ token: request.getTok(), args: request.getArgs().toJavaScript() });
      invoke?.call(mocks, request, done);
    };
    mocks.registerResource = (request, done) => {
      monitor.requests.push(monitor.#read(request));
      registerResource?.call(mocks, request, done);
    };
    mocks.registerResourceOutputs = (request, done) => {
      monitor.outputs.set(nameOf(request.getUrn()), request.getOutputs().toJavaScript());
      registerResourceOutputs?.call(mocks, request, done);
    };
    const take = (_: Message, done: Callback) => done(null, {});
    mocks.registerResourceHook = take;
    mocks.registerErrorHook = take;
    if (isEngine) monitor.#actAsEngine();
    return monitor;
  }

  #actAsEngine(): void {
    const store = getStore();
    store.supportsTransforms = true;
    store.callbacks = {
      registerTransform: async (transform: pulumi.ResourceTransform) => {
        const registered = new Registered();
        registered.setToken(String(this.#transforms.push(transform) - 1));
        return registered;
      },
      registerStackTransform: (transform: pulumi.ResourceTransform) => this.stackTransforms.push(transform),
      registerResourceHook: async (hook: pulumi.ResourceHook) => void this.hooks.push(hook),
      registerErrorHook: async () => undefined,
      awaitStackRegistrations: async () => undefined,
      shutdown: () => undefined,
    } as never;
    store.settings.options.engineAddr = "not called";
    Object.assign(pulumi.runtime.getEngine() as object, {
      log: (request: Message, done: Callback) => {
        if (request.getSeverity() > LogSeverity.DEBUG) this.log.push(request.getMessage());
        done(null);
      },
      setRootResource: (_: Message, done: Callback) => done(null, {}),
    });
  }

  /** Waits for the end of the program. */
  async end(): Promise<void> {
    await pulumi.runtime.disconnect();
    getStore().settings.options.engineAddr = "";
  }

  find(type: string, name: string): Request {
    const found = this.requests.find((request) => request.type === type && request.name === name);
    const all = this.requests.map((request) => `${request.type} ${request.name}`);
    assert.ok(found, `${type} ${name} is not among ${all.join(", ")}`);
    return found;
  }

  #read(request: Message): Request {
    const hooks = request.getHooks();
    return {
      type: lastPart(request.getType()),
      token: request.getType(),
      name: request.getName(),
      parent: nameOf(request.getParent()),
      inputs: request.getObject().toJavaScript(),
      dependencies: request.getDependenciesList().map(shown).sort(),
      aliases: request.getAliasesList().map((alias: Message) => alias.getUrn() || alias.getSpec().getName()),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      retainOnDelete: request.getRetainondelete(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
      hooks: {
        beforeCreate: hooks?.getBeforeCreateList() ?? [],
        beforeUpdate: hooks?.getBeforeUpdateList() ?? [],
        onError: hooks?.getOnErrorList() ?? [],
      },
      importId: request.getImportid(),
      transforms: request.getTransformsList().map((one: Message) => this.#transforms[Number(one.getToken())]),
    };
  }
}

function lastPart(type: string): string {
  return type.split(":").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

function shown(urn: string): string {
  return `${lastPart(urn.split("::").at(-2) ?? "")} ${nameOf(urn)}`;
}
