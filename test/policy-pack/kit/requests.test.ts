import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { interest } from "../../../policy-pack/aws/native";
import * as types from "../../../policy-pack/aws/types";
import { readRequests } from "../../../policy-pack/kit/requests";
import { policies } from "../../../policy-pack/policies";
import { requiredTags } from "../../../policy-pack/policies/required-tags";
import { run } from "../support";

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
    const cut = stack(
      resource(bucket, "unrelated", { bucket: "a" }),
      resource(bucket, "before", { bucket: "c" }),
      waiting,
      resource(bucket, "feeder", { bucket: "b" }),
      resource(rule, "rule", { ecrRepositoryPrefix: "quay" }, { region: ["feeder"] }),
      resource("kubernetes:core/v1:Pod", "pod", { spec: {} }),
    ).getResourcesList();
    assert.deepEqual(
      cut.map((one) => [one.getUrn(), properties(one)]),
      [
        ["before", {}],
        ["waiting", { ecrRepositoryPrefix: "hub" }],
        ["feeder", {}],
        ["rule", { ecrRepositoryPrefix: "quay" }],
        ["pod", { spec: {} }],
      ],
    );
    assert.deepEqual(
      cut.map((one) => one.hasProvider()),
      [false, true, false, true, true],
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
    const later = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const [template, open, policy, scanning, itsRule] = stack(
      resource(
        nativeTemplate,
        "template",
        {
          prefix: "quay",
          appliedFor: ["PULL_THROUGH_CACHE"],
          encryptionConfiguration: { encryptionType: "KMS" },
          resourceTags: [{ key: "team", value: "shop" }, later],
        },
        { encryptionConfiguration: ["template"] },
      ),
      resource(nativeTemplate, "open", { appliedFor: later, encryptionConfiguration: later, resourceTags: later }),
      resource("aws-native:ecr:RegistryPolicy", "policy", { policyText: { Statement: [] } }),
      resource("aws-native:ecr:RegistryScanningConfiguration", "scanning", { scanType: "BASIC" }),
      resource("aws-native:ecr:PullThroughCacheRule", "rule", { ecrRepositoryPrefix: "quay" }),
    ).getResourcesList();
    assert.equal(template?.getType(), "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate");
    assert.deepEqual(properties(template), {
      prefix: "quay",
      appliedFors: ["PULL_THROUGH_CACHE"],
      encryptionConfigurations: [{ encryptionType: "KMS" }],
      resourceTags: { team: "shop", [later]: later },
    });
    assert.ok(template?.getPropertydependenciesMap().has("encryptionConfigurations"));
    assert.deepEqual(properties(open), { appliedFors: later, encryptionConfigurations: later, resourceTags: later });
    assert.equal(policy?.getType(), "aws:ecr/registryPolicy:RegistryPolicy");
    assert.deepEqual(properties(policy), { policy: { Statement: [] } });
    assert.equal(scanning?.getType(), "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration");
    assert.equal(itsRule?.getType(), rule);
    assert.equal(itsRule?.getUrn(), "rule");
  });

  it("warn about settings only if their policy is switched off", async () => {
    const { ADVISORY, MANDATORY, DISABLED, REMEDIATE } = proto.EnforcementLevel;
    for (const [level, isTold] of [
      [ADVISORY, false],
      [MANDATORY, false],
      [REMEDIATE, false],
      [DISABLED, true],
    ] as const) {
      const config = new proto.PolicyConfig();
      config.setEnforcementlevel(level);
      config.setProperties(Struct.fromJavaScript({ tags: ["team"] }));
      const request = new proto.ConfigureAnalyzerRequest();
      const enabled = new proto.PolicyConfig();
      enabled.setEnforcementlevel(MANDATORY);
      request.getPolicyconfigMap().set("required-tags", config).set("rule-has-template", enabled);
      AnalyzerService.configure.requestDeserialize(request.serializeBinary());
      const { notes } = await run(requiredTags, []);
      assert.equal(notes.join().includes("required-tags has settings but is disabled"), isTold, String(level));
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
