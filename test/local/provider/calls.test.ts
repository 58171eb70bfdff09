import assert from "node:assert/strict";
import { PartialError } from "../../../local/provider/plugin";
import type { Properties } from "../../../local/provider/wire";
import { FakeAws } from "./fake-aws";
import { check, plugin, RULE, SECRET, TEMPLATE, VERSION } from "./support";

const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";
const KEY = "arn:aws:kms:us-east-1:111122223333:key/a";
const ROLE = "arn:aws:iam::111122223333:role";
const GONE = ["ResourceNotFoundException", "no"] satisfies [string, string];

/** What an emulator cannot show: answers that come late or are refused, and what is sent. */
describe("the local provider's calls", () => {
  let aws: FakeAws;
  beforeEach(async () => {
    aws = await FakeAws.start();
  });
  afterEach(() => aws.stop());

  const typeOf = (token: string) => plugin(aws.url).resourceType(token);
  const update = (token: string, id: string, state: Properties, inputs: Properties) =>
    typeOf(token).update(id, { oldInputs: {}, state, inputs: check(typeOf(token), inputs).inputs });

  const rule = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };
  const described = { pullThroughCacheRules: [{ ...rule, registryId: "111122223333" }] };

  it("do not wait for a rule that AWS does not show yet, and keep it", async () => {
    aws.answers = {
      CreatePullThroughCacheRule: [{}],
      DescribePullThroughCacheRules: [["PullThroughCacheRuleNotFoundException", "no rule"], described],
    };
    await assert.rejects(typeOf(RULE).create(rule), (error: Error) => {
      assert.ok(error instanceof PartialError, "it exists");
      assert.equal(error.resource.id, "hub");
      assert.match(error.message, /reading ECR Pull Through Cache Rule \(hub\): couldn't find resource/);
      return true;
    });
  });

  it("wait for a secret that Secrets Manager does not show yet, and not to put its value", async () => {
    aws.answers = {
      CreateSecret: [{ ARN, Name: "s" }],
      DescribeSecret: [GONE, { ARN, Name: "s" }],
      GetResourcePolicy: [{}],
      PutSecretValue: [GONE],
    };
    assert.equal((await typeOf(SECRET).create({ name: "s" })).state.arn, ARN);
    await assert.rejects(typeOf(VERSION).create({ secretId: ARN, secretString: "canary" }), (error: Error) => {
      assert.match(error.message, /ResourceNotFoundException: no\n\n$/);
      assert.ok(!`${error.message}${error.stack}`.includes("canary"), "no value in an error");
      return true;
    });
    assert.equal(aws.bodies("PutSecretValue").length, 1);
  });

  it("keep a secret whose policy was refused, after they tried again for one whose readers are new", async () => {
    const isNew = "This resource policy contains an unsupported principal.";
    aws.answers = {
      CreateSecret: [
        ["InvalidRequestException", "a secret with this name is already scheduled for deletion."],
        { ARN },
      ],
      PutResourcePolicy: [
        ["MalformedPolicyDocumentException", isNew],
        ["AccessDeniedException", "not you"],
      ],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    await assert.rejects(typeOf(SECRET).create({ name: "s", policy: '{"Statement":[]}' }), (error: Error) => {
      assert.ok(error instanceof PartialError, "it exists");
      assert.equal(error.resource.id, ARN);
      assert.match(error.message, /creating Secrets Manager Secret \(s\): .*api error AccessDeniedException: not you/);
      return true;
    });
    assert.equal(aws.bodies("CreateSecret").length, 2);
  });

  it("make a name from its prefix", async () => {
    const Name = "ecr-pullthroughcache/hub-202611241200000000deadbeef";
    aws.answers = { CreateSecret: [{ ARN }], GetResourcePolicy: [{}], DescribeSecret: [{ ARN, Name }] };
    const { state } = await typeOf(SECRET).create({ namePrefix: "ecr-pullthroughcache/hub-" });
    assert.match(String(aws.bodies("CreateSecret")[0]?.Name), /^ecr-pullthroughcache\/hub-\d{18}[0-9a-f]{8}$/);
    assert.equal(state.namePrefix, "ecr-pullthroughcache/hub-");
  });

  const template = {
    prefix: "hub",
    appliedFors: ["PULL_THROUGH_CACHE"],
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }],
    customRoleArn: `${ROLE}/a`,
    resourceTags: { team: "a" },
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }],
    region: "us-east-1",
  };
  const others = [{ filter: "test-*", filterType: "WILDCARD" }];
  const sent: readonly (readonly [what: string, change: Properties, body: Properties])[] = [
    ["a new role", { customRoleArn: `${ROLE}/b` }, { customRoleArn: `${ROLE}/b` }],
    ["no role", { customRoleArn: undefined }, { customRoleArn: "" }],
    ["no tags", { resourceTags: undefined }, { resourceTags: [] }],
    [
      "another encryption, with the key of the state",
      { encryptionConfigurations: [{ encryptionType: "AES256" }] },
      { encryptionConfiguration: { encryptionType: "AES256", kmsKey: KEY } },
    ],
    [
      "no filters, which are no list of none",
      { imageTagMutability: "MUTABLE", imageTagMutabilityExclusionFilters: undefined },
      { imageTagMutability: "MUTABLE" },
    ],
    [
      "other filters with the mutability",
      { imageTagMutabilityExclusionFilters: others },
      { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION", imageTagMutabilityExclusionFilters: others },
    ],
  ];
  for (const [what, change, body] of sent) {
    it(`send for a template ${what}`, async () => {
      aws.answers = {
        UpdateRepositoryCreationTemplate: [{}],
        DescribeRepositoryCreationTemplates: [{ repositoryCreationTemplates: [{ prefix: "hub" }] }],
      };
      await update(TEMPLATE, "hub", template, { ...template, ...change });
      assert.deepEqual(aws.bodies("UpdateRepositoryCreationTemplate"), [{ prefix: "hub", ...body }]);
    });
  }

  it("keep the inputs of a failed update in the state", async () => {
    aws.answers = { UpdateRepositoryCreationTemplate: [["ValidationException", "no"]] };
    const asked = { ...template, description: "new" };
    await assert.rejects(update(TEMPLATE, "hub", template, asked), (error: Error) => {
      assert.ok(error instanceof PartialError, "it exists");
      assert.deepEqual(error.resource.state, asked);
      assert.match(error.message, /updating ECR Repository Creation Template \(hub\): .*ValidationException: no/);
      return true;
    });
  });

  it("cannot remove a rule's ARN, like the real provider", async () => {
    const { credentialArn, ...without } = rule;
    aws.answers = {
      UpdatePullThroughCacheRule: [["InvalidParameterException", "Please set either credential arn or role arn"]],
    };
    await assert.rejects(update(RULE, "hub", { ...rule, region: "us-east-1" }, without), /InvalidParameterException/);
    assert.deepEqual(aws.bodies("UpdatePullThroughCacheRule"), [{ ecrRepositoryPrefix: "hub" }]);
  });

  it("say on several lines what they were doing, the operation and AWS's exception", async () => {
    aws.answers = { CreatePullThroughCacheRule: [["PullThroughCacheRuleAlreadyExistsException", "hub exists"]] };
    await assert.rejects(typeOf(RULE).create(rule), (error: Error) => {
      assert.ok(!(error instanceof PartialError), "it does not exist");
      assert.match(
        error.message,
        /^1 error occurred:\n\t\* creating ECR Pull Through Cache Rule \(hub\): operation error ECR: CreatePullThroughCacheRule, https response error StatusCode: 400, RequestID: [^,]*, PullThroughCacheRuleAlreadyExistsException: hub exists\n\n$/,
      );
      return true;
    });
    aws.answers = { DescribePullThroughCacheRules: [["AccessDeniedException", "not you"]] };
    const token = "aws:ecr/getPullThroughCacheRule:getPullThroughCacheRule";
    await assert.rejects(
      plugin(aws.url).invoke(token, { ecrRepositoryPrefix: "hub" }),
      /^Error: invoking aws:ecr\/getPullThroughCacheRule:getPullThroughCacheRule: 1 error occurred:\n\t\* reading ECR Pull Through Cache Rule \(hub\): operation error ECR: DescribePullThroughCacheRules, .*, api error AccessDeniedException: not you\n/,
    );
  });

  it("import without defaults, so that a secret which no update has changed since is deleted at once", async () => {
    aws.answers = {
      DescribeSecret: [
        {
          ARN,
          Name: "s",
          Tags: [
            { Key: "a", Value: "b" },
            { Key: "aws:x", Value: "y" },
          ],
        },
      ],
      GetResourcePolicy: [{ ResourcePolicy: '{"Statement":[]}' }],
      DeleteSecret: [{}],
    };
    const found = await typeOf(SECRET).read(ARN, {}, undefined);
    const tags = { a: "b" };
    const inputs = { name: "s", policy: '{"Statement":[]}', tags, tagsAll: tags, region: "us-east-1", __defaults: [] };
    assert.deepEqual(found?.inputs, inputs);
    aws.answers.DescribeSecret = [GONE];
    await typeOf(SECRET).delete(ARN, found?.state ?? {});
    await typeOf(SECRET).delete(ARN, { recoveryWindowInDays: 7 });
    assert.deepEqual(aws.bodies("DeleteSecret"), [
      { SecretId: ARN, ForceDeleteWithoutRecovery: true },
      { SecretId: ARN, RecoveryWindowInDays: 7 },
    ]);
  });

  it("import a template's objects without defaults and empty properties", async () => {
    const read = {
      prefix: "hub",
      appliedFor: ["REPLICATION"],
      imageTagMutability: "MUTABLE",
      encryptionConfiguration: { encryptionType: "AES256" },
    };
    aws.answers = { DescribeRepositoryCreationTemplates: [{ repositoryCreationTemplates: [read] }] };
    const found = await typeOf(TEMPLATE).read("hub", {}, {});
    assert.deepEqual(found?.inputs, {
      prefix: "hub",
      appliedFors: ["REPLICATION"],
      encryptionConfigurations: [{ __defaults: [] }],
      region: "us-east-1",
      __defaults: [],
    });
  });

  it("refresh inputs that the program gave, but not documents, and no keys of maps that it did not give", async () => {
    const read = {
      prefix: "hub",
      appliedFor: ["REPLICATION"],
      description: "theirs",
      lifecyclePolicy: '{"rules":[]}',
      resourceTags: [
        { Key: "a", Value: "theirs" },
        { Key: "b", Value: "new" },
      ],
    };
    aws.answers = { DescribeRepositoryCreationTemplates: [{ repositoryCreationTemplates: [read] }] };
    const given = {
      prefix: "hub",
      appliedFors: ["REPLICATION"],
      lifecyclePolicy: '{"rules":[{}]}',
      resourceTags: { a: "ours" },
    };
    const found = await typeOf(TEMPLATE).read("hub", { ...given, region: "us-east-1" }, { ...given, __defaults: [] });
    assert.deepEqual(found?.inputs, { ...given, resourceTags: { a: "theirs" }, __defaults: [] });
    assert.equal(found?.state.description, "theirs");
  });

  it("import from the Region at the end of an id, but not of an id that it knows", async () => {
    aws.answers = { DescribePullThroughCacheRules: [described] };
    const read = async (id: string, state: Properties, inputs?: Properties) => {
      const found = await typeOf(RULE).read(id, state, inputs);
      return [
        found?.id,
        found?.state.region,
        aws.bodies("DescribePullThroughCacheRules").at(-1)?.ecrRepositoryPrefixes,
      ];
    };
    assert.deepEqual(await read("hub@eu-west-1", {}, {}), ["hub", "eu-west-1", ["hub"]]);
    assert.deepEqual(await read("hub@eu", {}, {}), ["hub@eu", "us-east-1", ["hub@eu"]]);
    assert.deepEqual(await read("hub@eu-west-1", rule, rule), ["hub@eu-west-1", "us-east-1", ["hub@eu-west-1"]]);
  });

  it("take a secret that waits for its deletion, and a version of it, for gone", async () => {
    const marked = "You can't perform this operation on the secret because it was marked for deletion.";
    const answer = ["InvalidRequestException", marked] satisfies [string, string];
    aws.answers = {
      DescribeSecret: [{ ARN, Name: "s", DeletedDate: 1 }],
      GetSecretValue: [answer],
      UpdateSecretVersionStage: [answer],
    };
    assert.equal(await typeOf(SECRET).read(ARN, {}, { name: "s" }), undefined);
    assert.equal(await typeOf(VERSION).read(`${ARN}|v`, {}, { secretId: ARN }), undefined);
    await typeOf(VERSION).delete(`${ARN}|v`, { versionStages: ["mine"] });
  });

  it("remove from a deleted version the labels in the state, except the current one, and fail if one has moved on", async () => {
    const shown = (...VersionStages: string[]) => ({ ARN, VersionId: "old", VersionStages });
    aws.answers = {
      UpdateSecretVersionStage: [{}],
      GetSecretValue: [shown("AWSPREVIOUS", "mine"), shown("AWSPREVIOUS")],
    };
    await typeOf(VERSION).delete(`${ARN}|old`, { versionStages: ["AWSCURRENT"] });
    assert.deepEqual(aws.bodies("UpdateSecretVersionStage"), [], "a rotated value stays readable as AWSPREVIOUS");
    aws.answers.UpdateSecretVersionStage = [["InvalidParameterException", "the version is another one"]];
    await assert.rejects(
      typeOf(VERSION).delete(`${ARN}|old`, { versionStages: ["AWSPREVIOUS"] }),
      /deleting Secrets Manager Secret Version .*InvalidParameterException/,
    );
  });
});
