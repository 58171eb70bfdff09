import assert from "node:assert/strict";
import { type Metadata, status } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { PartialError, type Plugin, type ResourceType } from "../../../local/provider/plugin";
import { providerService } from "../../../local/provider/service";
import {
  fromStruct,
  hasUnknown,
  type Properties,
  secret,
  toStruct,
  UNKNOWN,
  withoutSecrets,
} from "../../../local/provider/wire";

const TYPE = "aws:ecr/rule:Rule";
const URN = `urn:pulumi:dev::shop::my:index:Component$${TYPE}::a::b`;

/** A plugin with one resource type. It notes each call and gives fixed answers. */
class FakePlugin implements Plugin {
  readonly asked: unknown[][] = [];
  readonly identitySettings = ["region"];
  found: Awaited<ReturnType<ResourceType["read"]>>;
  failure: Error | undefined;
  difference = { changed: ["a"], replaces: [] as string[], deleteBeforeReplace: false };

  configure(settings: Properties): void {
    this.asked.push(["configure", settings]);
  }

  resourceType(token: string): ResourceType {
    if (token !== TYPE) throw new Error(`no type ${token}`);
    const note = <T>(answer: T, ...call: unknown[]): T => {
      this.asked.push(call);
      if (this.failure) throw this.failure;
      return answer;
    };
    return {
      secretOutputs: ["token", "other"],
      check: (args) =>
        note({ inputs: { name: "made" }, refusals: [{ property: "name", reason: "is bad" }] }, "check", args),
      diff: (args) => note(this.difference, "diff", args),
      previewCreate: (inputs) => note({ preview: true }, "previewCreate", inputs),
      create: async (inputs) => note({ id: "id", state: { token: "t", a: 1 } }, "create", inputs),
      previewUpdate: (args) => note({ token: "t" }, "previewUpdate", args),
      update: async (id, args) => note({ token: "u" }, "update", id, args),
      read: async (id, state, inputs) => note(this.found, "read", id, state, inputs),
      delete: async (id, state) => note(undefined, "delete", id, state),
    };
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    this.asked.push(["invoke", token, args]);
    return { answer: 1, nothing: undefined };
  }
}

describe("the protocol of the local provider", () => {
  let plugin: FakePlugin;
  let service: ReturnType<typeof providerService>;
  beforeEach(() => {
    plugin = new FakePlugin();
    service = providerService(plugin, "1.2.3");
  });

  type Handler = (call: object, done: (error: Error | null, answer?: unknown) => void) => void;
  const call = <T>(method: string, request: object = {}): Promise<T> =>
    new Promise((resolve, reject) => {
      (service[method] as Handler)({ request }, (error, answer) => (error ? reject(error) : resolve(answer as T)));
    });
  const struct = (properties: object) =>
    Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
  const plain = (found: Struct | undefined) => found?.toJavaScript();

  function checkRequest(mode?: number): proto.CheckRequest {
    const request = new proto.CheckRequest();
    request.setUrn(URN);
    request.setOlds(struct({ name: "old" }));
    request.setNews(struct({ name: "new" }));
    request.setRandomseed(new Uint8Array([7]));
    if (mode === undefined) return request;
    const options = new proto.CheckRequest.AutonamingOptions();
    options.setMode(mode as 0);
    options.setProposedName("proposed");
    request.setAutonaming(options);
    return request;
  }

  it("checks inputs by the last type and the whole name of the URN, and returns refusals", async () => {
    const response = await call<proto.CheckResponse>("check", checkRequest());
    assert.deepEqual(plugin.asked, [
      [
        "check",
        {
          name: "a::b",
          old: { name: "old" },
          inputs: { name: "new" },
          seed: new Uint8Array([7]),
          autonaming: undefined,
        },
      ],
    ]);
    assert.deepEqual(plain(response.getInputs()), { name: "made" });
    assert.deepEqual(
      response.getFailuresList().map((failure) => [failure.getProperty(), failure.getReason()]),
      [["name", "is bad"]],
    );
    const { PROPOSE, ENFORCE, DISABLE } = proto.CheckRequest.AutonamingOptions.Mode;
    for (const [mode, name] of [
      [PROPOSE, "propose"],
      [ENFORCE, "enforce"],
      [DISABLE, "disable"],
    ] as const) {
      await call("check", checkRequest(mode));
      const [, { autonaming }] = plugin.asked.at(-1) as [string, { autonaming: object }];
      assert.deepEqual(autonaming, { mode: name, proposedName: "proposed" });
    }
  });

  function withOlds<T extends proto.DiffRequest | proto.UpdateRequest>(request: T, state: object, inputs: object): T {
    request.setUrn(URN);
    request.setOldInputs(struct({ before: 1 }));
    request.setOlds(struct(state));
    request.setNews(struct(inputs));
    request.setIgnorechangesList(["kept"]);
    return request;
  }
  const args = (state: object, inputs: object) => ({
    oldInputs: { before: 1 },
    state,
    inputs,
    ignoreChanges: ["kept"],
  });

  it("reports each difference with its kind", async () => {
    const { Kind } = proto.PropertyDiff;
    const kindsOf = async (difference: typeof plugin.difference) => {
      plugin.difference = difference;
      const request = withOlds(new proto.DiffRequest(), { gone: 1, changed: 1 }, { changed: 2, added: 1 });
      const response = await call<proto.DiffResponse>("diff", request);
      const detailed = response.getDetaileddiffMap();
      const kinds = [...detailed.entries()].map(([property, diff]) => [property, diff.getKind(), diff.getInputdiff()]);
      assert.ok(response.getHasdetaileddiff());
      return [
        response.getChanges(),
        response.getDiffsList(),
        response.getReplacesList(),
        response.getDeletebeforereplace(),
        kinds,
      ];
    };
    const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
    const changed = ["added", "changed", "gone"];
    assert.deepEqual(await kindsOf({ changed, replaces: [], deleteBeforeReplace: false }), [
      DIFF_SOME,
      changed,
      [],
      false,
      [
        ["added", Kind.ADD, false],
        ["changed", Kind.UPDATE, false],
        ["gone", Kind.DELETE, false],
      ],
    ]);
    assert.deepEqual(await kindsOf({ changed, replaces: changed, deleteBeforeReplace: true }), [
      DIFF_SOME,
      changed,
      changed,
      true,
      [
        ["added", Kind.ADD_REPLACE, false],
        ["changed", Kind.UPDATE_REPLACE, false],
        ["gone", Kind.DELETE_REPLACE, false],
      ],
    ]);
    assert.deepEqual(await kindsOf({ changed: [], replaces: [], deleteBeforeReplace: false }), [
      DIFF_NONE,
      [],
      [],
      false,
      [],
    ]);
    assert.deepEqual(plugin.asked.at(-1), ["diff", args({ gone: 1, changed: 1 }, { changed: 2, added: 1 })]);
  });

  it("replaces all resources only when a setting of the provider's identity changes", async () => {
    const diff = async (oldInputs: object, state: object, inputs: object) => {
      const request = new proto.DiffRequest();
      request.setOldInputs(struct(oldInputs));
      request.setOlds(struct(state));
      request.setNews(struct(inputs));
      const response = await call<proto.DiffResponse>("diffConfig", request);
      return [response.getDiffsList(), response.getReplacesList()];
    };
    assert.deepEqual(await diff({ region: "a", x: [1] }, {}, { region: "b", x: [1] }), [["region"], ["region"]]);
    assert.deepEqual(await diff({ region: "a", x: 1 }, {}, { region: "a", y: 2 }), [["x", "y"], []]);
    assert.deepEqual(await diff({}, { region: "a" }, { region: "a" }), [[], []]);
    const request = new proto.CheckRequest();
    request.setNews(struct({ region: "a" }));
    const checked = await call<proto.CheckResponse>("checkConfig", request);
    assert.deepEqual([plain(checked.getInputs()), checked.getFailuresList()], [{ region: "a" }, []]);
  });

  it("is configured with settings that arrive as secrets, and takes part in previews and autonaming", async () => {
    const request = new proto.ConfigureRequest();
    request.setArgs(struct({ region: "a", secretKey: secret("k") }));
    const response = await call<proto.ConfigureResponse>("configure", request);
    assert.deepEqual(plugin.asked, [["configure", { region: "a", secretKey: "k" }]]);
    assert.ok(response.getSupportspreview());
    assert.ok(response.getSupportsAutonamingConfiguration());
  });

  it("creates, and marks the secrets among the outputs", async () => {
    const request = new proto.CreateRequest();
    request.setUrn(URN);
    request.setProperties(struct({ a: 1 }));
    const created = await call<proto.CreateResponse>("create", request);
    assert.deepEqual([created.getId(), plain(created.getProperties())], ["id", { a: 1, token: secret("t") }]);
    request.setPreview(true);
    const preview = await call<proto.CreateResponse>("create", request);
    assert.deepEqual([preview.getId(), plain(preview.getProperties())], ["", { preview: true }]);
    assert.deepEqual(
      plugin.asked.map(([method]) => method),
      ["create", "previewCreate"],
    );
  });

  it("updates, without AWS in a preview", async () => {
    const request = withOlds(new proto.UpdateRequest(), { a: 1 }, { a: 2 });
    request.setId("id");
    const updated = await call<proto.UpdateResponse>("update", request);
    assert.deepEqual(plain(updated.getProperties()), { token: secret("u") });
    request.setPreview(true);
    const preview = await call<proto.UpdateResponse>("update", request);
    assert.deepEqual(plain(preview.getProperties()), { token: secret("t") });
    assert.deepEqual(plugin.asked, [
      ["update", "id", args({ a: 1 }, { a: 2 })],
      ["previewUpdate", args({ a: 1 }, { a: 2 })],
    ]);
  });

  it("reads a resource with its inputs, a deleted one without an id, and an import without inputs", async () => {
    const request = new proto.ReadRequest();
    request.setUrn(URN);
    request.setId("id");
    request.setProperties(struct({ a: 1 }));
    const gone = await call<proto.ReadResponse>("read", request);
    assert.deepEqual([gone.getId(), gone.getProperties()], ["", undefined]);
    plugin.found = { id: "new", state: { token: "s" }, inputs: { token: "i", b: 1 } };
    request.setInputs(struct({ b: 1 }));
    const found = await call<proto.ReadResponse>("read", request);
    assert.deepEqual(
      [found.getId(), plain(found.getProperties()), plain(found.getInputs())],
      ["new", { token: secret("s") }, { token: secret("i"), b: 1 }],
    );
    assert.deepEqual(plugin.asked, [
      ["read", "id", { a: 1 }, undefined],
      ["read", "id", { a: 1 }, { b: 1 }],
    ]);
  });

  it("deletes, and calls functions", async () => {
    const request = new proto.DeleteRequest();
    request.setUrn(URN);
    request.setId("id");
    request.setProperties(struct({ a: 1 }));
    await call("delete", request);
    const invoke = new proto.InvokeRequest();
    invoke.setTok("aws:index/getRegion:getRegion");
    invoke.setArgs(struct({ b: 1 }));
    const answer = await call<proto.InvokeResponse>("invoke", invoke);
    assert.deepEqual(plain(answer.getReturn()), { answer: 1 });
    assert.deepEqual(plugin.asked, [
      ["delete", "id", { a: 1 }],
      ["invoke", "aws:index/getRegion:getRegion", { b: 1 }],
    ]);
  });

  it("marks secrets and unknown values as Pulumi does", () => {
    assert.deepEqual(secret("a"), { [specialSigKey]: specialSecretSig, value: "a" });
    assert.equal(UNKNOWN, unknownValue);
    const nested = { list: [secret("a"), { b: secret({ c: secret("d") }) }], [specialSigKey]: "other" };
    assert.deepEqual(withoutSecrets(nested), { list: ["a", { b: { c: "d" } }], [specialSigKey]: "other" });
    for (const value of [UNKNOWN, [UNKNOWN], { a: [{ b: UNKNOWN }] }]) assert.equal(hasUnknown(value), true);
    for (const value of ["a", [], null, { [UNKNOWN]: "a" }, undefined]) assert.equal(hasUnknown(value), false);
    const given = { a: null, b: undefined, c: [{ d: null, e: false }, null], f: "" };
    assert.deepEqual(fromStruct(toStruct(given)), { c: [{ e: false }, null], f: "" });
    assert.deepEqual(fromStruct(undefined), {});
  });

  it("has a version and an empty schema, and can be attached to and cancelled", async () => {
    assert.equal((await call<{ getVersion(): string }>("getPluginInfo")).getVersion(), "1.2.3");
    assert.equal((await call<proto.GetSchemaResponse>("getSchema")).getSchema(), "{}");
    for (const method of ["attach", "cancel"]) assert.ok(await call(method));
  });

  it("keeps what exists when a creation fails halfway, and passes other errors on", async () => {
    const request = new proto.CreateRequest();
    request.setUrn(URN);
    request.setProperties(struct({}));
    const failed = async () => {
      try {
        await call("create", request);
      } catch (error) {
        return error as { readonly code: number; readonly details: string; readonly metadata: Metadata };
      }
      return assert.fail("it is created");
    };
    plugin.failure = new Error("AWS refused");
    const whole = await failed();
    assert.deepEqual([whole.code, whole.details, whole.metadata.getMap()], [status.UNKNOWN, "AWS refused", {}]);
    plugin.failure = new PartialError({ id: "half", state: { a: 1 } }, new Error("AWS refused the policy"));
    const half = await failed();
    assert.equal(half.details, "AWS refused the policy");
    const [bytes] = half.metadata.get("grpc-status-details-bin");
    const details = Status.deserializeBinary(bytes as Buffer);
    assert.deepEqual([details.getCode(), details.getMessage()], [status.UNKNOWN, "AWS refused the policy"]);
    const [detail] = details.getDetailsList();
    assert.equal(detail?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
    const partial = proto.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
    assert.deepEqual(
      [partial.getId(), plain(partial.getProperties()), partial.getReasonsList()],
      ["half", { a: 1 }, ["AWS refused the policy"]],
    );
    request.setUrn(URN.replace("Rule", "Other"));
    assert.match((await failed()).details, /no type aws:ecr\/rule:Other/);
  });
});
