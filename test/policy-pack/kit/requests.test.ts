import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { interest } from "../../../policy-pack/aws/native";
import * as types from "../../../policy-pack/aws/types";
import { readRequests } from "../../../policy-pack/kit/requests";
import { policies } from "../../../policy-pack/policies";
import { requiredTags } from "../../../policy-pack/policies/required-tags";
import { later, run } from "../support";

type Method = { requestDeserialize: (bytes: Uint8Array) => unknown };
const { AnalyzerService } = createRequire(require.resolve("@pulumi/policy"))(
  "@pulumi/pulumi/proto/analyzer_grpc_pb",
) as {
  AnalyzerService: Record<"configure" | "analyze" | "analyzeStack", Method>;
};

const bucket = "aws:s3/bucket:Bucket";
const rule = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const nativeTemplate = "aws-native:ecr:RepositoryCreationTemplate";

function resource(type: string, name: string, properties: object, feeds: Record<string, string[]> = {}) {
  const message = new proto.AnalyzerResource();
  message.setType(type);
  message.setUrn(name);
  message.setProperties(Struct.fromJavaScript(properties as Record<string, JavaScriptValue>));
  message.setProvider(new proto.AnalyzerProviderResource());
  for (const [property, urns] of Object.entries(feeds)) {
    const list = new proto.AnalyzerPropertyDependencies();
    list.setUrnsList(urns);
    message.getPropertydependenciesMap().set(property, list);
  }
  return message;
}

describe("requests of the engine", () => {
  const original = { ...AnalyzerService };
  before(() => {
    for (const name of ["configure", "analyze", "analyzeStack"] as const) {
      AnalyzerService[name] = { ...original[name] };
    }
    readRequests(policies, interest);
  });
  after(() => {
    Object.assign(AnalyzerService, original);
  });

  const stack = (...resources: proto.AnalyzerResource[]) => {
    const request = new proto.AnalyzeStackRequest();
    request.setResourcesList(resources);
    return AnalyzerService.analyzeStack.requestDeserialize(request.serializeBinary()) as proto.AnalyzeStackRequest;
  };
  const properties = (message: { getProperties(): Struct | undefined } | undefined) =>
    message?.getProperties()?.toJavaScript();

  it("are reduced to what a policy looks at and what that depends on", () => {
    const waiting = resource(rule, "waiting", { ecrRepositoryPrefix: "hub" });
    waiting.setDependenciesList(["before"]);
    const kept = stack(
      resource(bucket, "unrelated", { bucket: "a" }),
      resource(bucket, "before", { bucket: "c" }),
      waiting,
      resource(bucket, "feeder", { bucket: "b" }),
      resource(rule, "rule", { ecrRepositoryPrefix: "quay" }, { region: ["feeder"] }),
      resource("kubernetes:core/v1:Pod", "pod", { spec: {} }),
    ).getResourcesList();
    assert.deepEqual(
      kept.map((one) => [one.getUrn(), properties(one), one.hasProvider()]),
      [
        ["before", {}, false],
        ["waiting", { ecrRepositoryPrefix: "hub" }, true],
        ["feeder", {}, false],
        ["rule", { ecrRepositoryPrefix: "quay" }, true],
        ["pod", { spec: {} }, true],
      ],
    );
  });

  it("have the properties of a single resource only if a policy looks at it", () => {
    const single = (type: string) => {
      const request = new proto.AnalyzeRequest();
      request.setType(type);
      request.setProperties(Struct.fromJavaScript({ a: 1 }));
      return AnalyzerService.analyze.requestDeserialize(request.serializeBinary()) as proto.AnalyzeRequest;
    };
    assert.deepEqual(properties(single(rule)), { a: 1 });
    assert.deepEqual(properties(single(bucket)), {});
    assert.equal(single(bucket).getType(), bucket);
  });

  it("keep the resources of every type that a policy names", () => {
    const named = Object.values(types).flatMap((value) => (typeof value === "function" ? [] : value));
    const whole = named.map((type) => (type.endsWith(":") ? `${type}core/v1:Pod` : type));
    assert.ok(whole.length > 20 && whole.every((type) => type.includes(":")), whole.join());
    const kept = stack(...whole.map((type) => resource(type, type, { a: 1 }))).getResourcesList();
    assert.deepEqual(
      kept.map((one) => [one.getType(), properties(one)]),
      whole.map((type) => [type, { a: 1 }]),
    );
  });

  it("show resources of aws-native in their classic form", () => {
    const tags = [{ key: "team", value: "shop" }, later];
    const kms = { encryptionType: "KMS" };
    const native = {
      prefix: "quay",
      appliedFor: ["PULL_THROUGH_CACHE"],
      encryptionConfiguration: kms,
      resourceTags: tags,
    };
    const shown = stack(
      resource(nativeTemplate, "template", native, { encryptionConfiguration: ["template"] }),
      resource(nativeTemplate, "open", { appliedFor: later, encryptionConfiguration: later, resourceTags: later }),
      resource("aws-native:ecr:RegistryPolicy", "policy", { policyText: { Statement: [] } }),
      resource("aws-native:ecr:RegistryScanningConfiguration", "scanning", { scanType: "BASIC" }),
      resource("aws-native:ecr:PullThroughCacheRule", "rule", { ecrRepositoryPrefix: "quay" }),
    ).getResourcesList();
    const [prefix, appliedFors, encryptionConfigurations] = ["quay", ["PULL_THROUGH_CACHE"], [kms]];
    const resourceTags = { team: "shop", [later]: later };
    assert.deepEqual(
      shown.map((one) => [one.getUrn(), one.getType(), properties(one)]),
      [
        ["template", types.creationTemplate, { prefix, appliedFors, encryptionConfigurations, resourceTags }],
        ["open", types.creationTemplate, { appliedFors: later, encryptionConfigurations: later, resourceTags: later }],
        ["policy", types.registryPolicy, { policy: { Statement: [] } }],
        ["scanning", types.scanningConfiguration, { scanType: "BASIC" }],
        ["rule", rule, { ecrRepositoryPrefix: "quay" }],
      ],
    );
    assert.ok(shown[0]?.getPropertydependenciesMap().has("encryptionConfigurations"));
  });

  it("warn about settings only if their policy is switched off", async () => {
    const { ADVISORY, MANDATORY, DISABLED, REMEDIATE } = proto.EnforcementLevel;
    for (const level of [ADVISORY, MANDATORY, REMEDIATE, DISABLED]) {
      const config = new proto.PolicyConfig();
      config.setEnforcementlevel(level);
      config.setProperties(Struct.fromJavaScript({ tags: ["team"] }));
      const request = new proto.ConfigureAnalyzerRequest();
      const enabled = new proto.PolicyConfig();
      enabled.setEnforcementlevel(MANDATORY);
      request.getPolicyconfigMap().set("required-tags", config).set("rule-has-template", enabled);
      AnalyzerService.configure.requestDeserialize(request.serializeBinary());
      const { notes } = await run(requiredTags, []);
      const isTold = notes.join().includes("required-tags has settings but is disabled");
      assert.equal(isTold, level === DISABLED, String(level));
    }
  });

  it("are refused if the configuration is wrong, once the server reads them", () => {
    const configure = (policy: string) => {
      const request = new proto.ConfigureAnalyzerRequest();
      request.getPolicyconfigMap().set(policy, new proto.PolicyConfig());
      return AnalyzerService.configure.requestDeserialize(request.serializeBinary()) as proto.ConfigureAnalyzerRequest;
    };
    const wrong = configure("rule-has-templates");
    assert.throws(
      () => wrong.getPolicyconfigMap(),
      (error: Error) =>
        error.stack ===
        'the configuration is wrong: there is no policy "rule-has-templates"; did you mean "rule-has-template"?',
    );
    assert.equal(configure("rule-has-template").getPolicyconfigMap().getLength(), 1);
  });
});
