import assert from "node:assert/strict";
import { TABLE } from "../../../../local/provider/aws/table";
import { type Properties, UNKNOWN } from "../../../../local/provider/wire";
import { check, SETTINGS, typeOf } from "../offline";

interface Expected {
  /** As the real provider's errors call it. */
  readonly title: string;
  /** The inputs that the provider adds to those that must be given, besides a Region, all tags and a name. */
  readonly defaults?: Properties;
  /** What a preview does not know, besides a prefix of the name. */
  readonly unknown: readonly string[];
  /** What stays as AWS has it if the program does not say, besides names. */
  readonly kept?: readonly string[];
  /** Inputs that hold objects, in each of which the bridge notes which of its properties are defaults. */
  readonly objects?: readonly string[];
  /** Documents: compared by meaning. `policy`: kept with Version first. */
  readonly documents?: { readonly [field: string]: "json" | "policy" };
  /** Lists whose order does not matter. */
  readonly sets?: readonly string[];
  /** Inputs that exclude each other. */
  readonly conflicts?: readonly (readonly [field: string, other: string])[];
}

/**
 * Source: hashicorp/terraform-provider-aws 6, each resource's schema and the titles in its package: Default, Computed,
 * DiffSuppressFunc, StateFunc, TypeSet and ConflictsWith.
 */
const TYPES: { readonly [type: string]: Expected } = {
  PullThroughCacheRule: { title: "ECR Pull Through Cache Rule", unknown: ["registryId"] },
  RepositoryCreationTemplate: {
    title: "ECR Repository Creation Template",
    defaults: { imageTagMutability: "MUTABLE" },
    unknown: ["registryId"],
    kept: ["encryptionConfigurations"],
    objects: ["encryptionConfigurations", "imageTagMutabilityExclusionFilters"],
    documents: { lifecyclePolicy: "json", repositoryPolicy: "json" },
    sets: ["appliedFors"],
  },
  RegistryScanningConfiguration: {
    title: "ECR Registry Scanning Configuration",
    unknown: ["registryId"],
    objects: ["rules"],
    sets: ["rules"],
  },
  RegistryPolicy: { title: "ECR Registry Policy", unknown: ["registryId"], documents: { policy: "json" } },
  PullTimeUpdateExclusion: { title: "ECR Pull Time Update Exclusion", unknown: [] },
  Repository: {
    title: "ECR Repository",
    defaults: { imageTagMutability: "MUTABLE" },
    unknown: ["arn", "registryId", "repositoryUrl"],
    kept: ["encryptionConfigurations", "imageScanningConfiguration"],
    objects: ["encryptionConfigurations", "imageScanningConfiguration", "imageTagMutabilityExclusionFilters"],
  },
  LifecyclePolicy: { title: "ECR Lifecycle Policy", unknown: ["registryId"], documents: { policy: "json" } },
  RepositoryPolicy: { title: "ECR Repository Policy", unknown: ["registryId"], documents: { policy: "json" } },
  Secret: {
    title: "Secrets Manager Secret",
    defaults: { recoveryWindowInDays: 30, forceOverwriteReplicaSecret: false },
    unknown: ["arn", "policy", "replicas"],
    kept: ["policy", "replicas"],
    objects: ["replicas"],
    documents: { policy: "json" },
    sets: ["replicas"],
    conflicts: [["name", "namePrefix"]],
  },
  SecretVersion: {
    title: "Secrets Manager Secret Version",
    unknown: ["arn", "versionId", "versionStages"],
    kept: ["versionStages"],
    sets: ["versionStages"],
    conflicts: [["secretString", "secretBinary"]],
  },
  SecretPolicy: { title: "Secrets Manager Secret Policy", unknown: [], documents: { policy: "json" } },
  Role: {
    title: "IAM Role",
    defaults: { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
    unknown: ["arn", "createDate", "uniqueId", "inlinePolicies", "managedPolicyArns"],
    kept: ["inlinePolicies", "managedPolicyArns"],
    objects: ["inlinePolicies"],
    documents: { assumeRolePolicy: "json" },
    sets: ["inlinePolicies", "managedPolicyArns"],
    conflicts: [["name", "namePrefix"]],
  },
  RolePolicy: {
    title: "IAM Role Policy",
    unknown: [],
    documents: { policy: "policy" },
    conflicts: [["name", "namePrefix"]],
  },
  Policy: {
    title: "IAM Policy",
    defaults: { path: "/" },
    unknown: ["arn", "attachmentCount", "policyId"],
    documents: { policy: "policy" },
    conflicts: [["name", "namePrefix"]],
  },
  RolePolicyAttachment: { title: "IAM Role Policy Attachment", unknown: [] },
  EventRule: {
    title: "EventBridge Rule",
    defaults: { eventBusName: "default", forceDestroy: false },
    unknown: ["arn"],
    kept: ["isEnabled", "state"],
    documents: { eventPattern: "json" },
    conflicts: [
      ["name", "namePrefix"],
      ["isEnabled", "state"],
    ],
  },
  EventTarget: {
    title: "EventBridge Target",
    defaults: { eventBusName: "default", forceDestroy: false },
    unknown: [],
    objects: ["inputTransformer"],
    conflicts: [
      ["input", "inputPath"],
      ["input", "inputTransformer"],
      ["inputPath", "input"],
      ["inputPath", "inputTransformer"],
      ["inputTransformer", "input"],
      ["inputTransformer", "inputPath"],
    ],
  },
  Topic: {
    title: "SNS Topic",
    unknown: ["arn", "owner", "policy"],
    kept: ["policy"],
    documents: { policy: "policy" },
    conflicts: [["name", "namePrefix"]],
  },
  TopicPolicy: { title: "SNS Topic Policy", unknown: ["owner"], documents: { policy: "policy" } },
  TopicSubscription: {
    title: "SNS Topic Subscription",
    unknown: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],
  },
  Schedule: {
    title: "EventBridge Scheduler Schedule",
    defaults: { scheduleExpressionTimezone: "UTC", state: "ENABLED" },
    unknown: ["arn", "groupName", "actionAfterCompletion"],
    kept: ["groupName", "actionAfterCompletion"],
    objects: ["flexibleTimeWindow", "target"],
    conflicts: [["name", "namePrefix"]],
  },
};

/** The property by which errors name a resource that has no name. */
const NAMED_BY: { readonly [type: string]: string } = {
  PullThroughCacheRule: "ecrRepositoryPrefix",
  RepositoryCreationTemplate: "prefix",
  LifecyclePolicy: "repository",
  RepositoryPolicy: "repository",
  RolePolicyAttachment: "role",
};
/** IAM is global. */
const IAM = ["Role", "RolePolicy", "Policy", "RolePolicyAttachment"];
const TAGGED = ["Repository", "Secret", "Role", "Policy", "EventRule", "Topic"];
const NAMED = ["Repository", "Secret", "Role", "RolePolicy", "Policy", "EventRule", "Topic", "Schedule"];
/** The real provider waits until AWS shows a new resource of these types. */
const AWAITED = [
  ...["Repository", "LifecyclePolicy", "RepositoryPolicy", "Secret", "SecretVersion", "SecretPolicy"],
  ...["Role", "RolePolicy", "Policy", "RolePolicyAttachment", "EventRule", "TopicSubscription"],
];

const nameOf = (token: string) => token.split(":").at(-1) ?? "";

describe("a resource of the local provider", () => {
  for (const [token, { fields, awaited = false }] of Object.entries(TABLE)) {
    const name = nameOf(token);
    const type = typeOf(token);
    const {
      title,
      defaults = {},
      unknown,
      kept = [],
      objects = [],
      documents = {},
      sets = [],
      conflicts = [],
    } = TYPES[name] ?? assert.fail(`${name} has no row here`);
    const given = Object.fromEntries(
      Object.entries(fields).flatMap(([field, { required }]) => (required ? [[field, "x"]] : [])),
    );
    const isAutoNamed = NAMED.includes(name);
    const isPrefixed = isAutoNamed && name !== "Repository";
    const diff = (state: Properties, inputs: Properties) => type.diff({ oldInputs: {}, state, inputs }).changed;
    const region = IAM.includes(name) ? {} : { region: "us-east-1" };

    it(`${name} gets its defaults, and an automatic name if it has one`, () => {
      const { __defaults, name: made, ...inputs } = check(token, given).inputs;
      const tags = TAGGED.includes(name) ? { tagsAll: {} } : {};
      assert.deepEqual(inputs, { ...given, ...defaults, ...region, ...tags });
      assert.deepEqual(__defaults, [...Object.keys(defaults), ...(isAutoNamed ? ["name"] : [])]);
      assert.equal(/^web-[0-9a-f]{7}$/.test(String(made)), isAutoNamed);
    });

    it(`${name} has outputs that are not known before it exists`, () => {
      const preview = type.previewCreate(check(token, given).inputs);
      const open = Object.entries(preview).flatMap(([field, value]) => (value === UNKNOWN ? [field] : []));
      assert.deepEqual(open.sort(), [...unknown, ...(isPrefixed ? ["namePrefix"] : [])].sort());
      assert.deepEqual(type.secretOutputs, name === "SecretVersion" ? ["secretString", "secretBinary"] : []);
    });

    it(`${name} keeps what AWS has only in properties that AWS chooses`, () => {
      const staying = Object.keys(fields).filter((field) => !diff({ [field]: [{ a: "x" }] }, {}).includes(field));
      const names = isPrefixed ? ["name", "namePrefix"] : [];
      assert.deepEqual(staying.sort(), [...kept, ...names].sort());
    });

    it(`${name} compares documents and sets by what they mean`, () => {
      const same = (before: unknown, after: unknown) =>
        Object.keys(fields).filter((field) => !diff({ [field]: before }, { [field]: after }).includes(field));
      assert.deepEqual(same('{"b":["x"],"a":1}', '{ "a": 1, "b": "x" }').sort(), Object.keys(documents).sort());
      assert.deepEqual(same('{"a":1}', '{"a":2}'), []);
      assert.deepEqual(same([{ a: 1 }, { b: 1 }], [{ b: 1 }, { a: 1 }]).sort(), [...sets].sort());
      assert.deepEqual(same([{ a: 1 }, { b: 1 }], [{ a: 1 }, { c: 1 }]), []);
      const text = '{ "Version": "2012-10-17", "Id": "a" }';
      for (const [field, kind] of Object.entries(documents)) {
        const first = '{"Version":"2012-10-17","Id":"a"}';
        const sorted = '{"Id":"a","Version":"2012-10-17"}';
        assert.equal(type.previewCreate({ [field]: text })[field], kind === "policy" ? first : sorted, field);
      }
    });

    it(`${name} lists the defaults in its objects, and accepts documents as objects`, () => {
      const noting = Object.keys(fields).filter((field) => {
        const { inputs } = check(token, { ...given, [field]: [{ a: 1 }] });
        return typeof inputs[field] === "object" && JSON.stringify(inputs[field]) === '[{"a":1,"__defaults":[]}]';
      });
      assert.deepEqual(noting.sort(), [...objects].sort());
      const asText = Object.keys(fields).filter(
        (field) => check(token, { ...given, [field]: { a: 1 } }).inputs[field] === '{"a":1}',
      );
      assert.deepEqual(asText.sort(), Object.keys(documents).sort());
    });

    it(`${name} refuses inputs that exclude each other`, () => {
      const found = Object.keys(fields).flatMap((field) =>
        Object.keys(fields)
          .filter((other) => other !== field)
          .filter((other) => {
            const { refusals } = check(token, { [field]: "x", [other]: "x" });
            return refusals.some(
              ({ property, reason }) => property === field && reason.includes(`"${field}" conflicts with ${other}.`),
            );
          })
          .map((other) => [field, other]),
      );
      assert.deepEqual(found.sort(), [...conflicts].sort());
    });

    it(`${name} is named in errors, and is read until AWS shows it if the real provider does that`, async () => {
      const settings = { ...SETTINGS, endpoints: "[]" };
      const { read, create, update, delete: remove } = typeOf(token, settings);
      const saying = (doing: string) => (error: Error) => {
        assert.ok(error.message.startsWith(`${doing}: `), error.message);
        return true;
      };
      await assert.rejects(read("a|b", {}, {}), saying(`reading ${title} (a|b)`));
      // IAM is global, so its ids name no Region.
      const imported = IAM.includes(name) ? "a@eu-west-1" : "a";
      await assert.rejects(read("a@eu-west-1", {}, {}), saying(`reading ${title} (${imported})`));
      await assert.rejects(remove("a|b", {}), saying(`deleting ${title} (a|b)`));
      await assert.rejects(update("a|b", { oldInputs: {}, state: {}, inputs: {} }), saying(`updating ${title} (a|b)`));
      const label = isAutoNamed ? " (web)" : NAMED_BY[name] ? " (x)" : "";
      const inputs = { ...given, ...(isAutoNamed && { name: "web" }), target: {}, flexibleTimeWindow: {} };
      await assert.rejects(create(inputs), saying(`creating ${title}${label}`));
      assert.equal(awaited, AWAITED.includes(name));
    });
  }

  it("has a row here", () => assert.deepEqual(Object.keys(TABLE).map(nameOf), Object.keys(TYPES)));
});
