import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { awsPlugin } from "../../../local/provider/aws/plugin";
import { PartialCreateError, type ResourceType } from "../../../local/provider/plugin";
import type { Properties } from "../../../local/provider/wire";

const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";

/** An answer, or an exception's name and message. */
type Answer = Properties | [exception: string, message: string];

/** Answers AWS JSON calls from a list for each operation; the last answer is repeated. */
class FakeAws {
  readonly calls: { operation: string; body: Properties }[] = [];
  answers: Record<string, Answer[]> = {};

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeAws> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const fake = new FakeAws(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", async (request, response) => {
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      fake.calls.push({ operation, body: JSON.parse(Buffer.concat(chunks).toString() || "{}") as Properties });
      const queue = fake.answers[operation] ?? [["UnknownOperationException", operation]];
      const answer = (queue.length > 1 ? queue.shift() : queue[0]) ?? {};
      const failed = Array.isArray(answer);
      response.writeHead(failed ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(failed ? { __type: answer[0], message: answer[1] } : answer));
    });
    return fake;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  bodies(operation: string): Properties[] {
    return this.calls.filter((call) => call.operation === operation).map((call) => call.body);
  }
}

describe("local AWS provider's calls", () => {
  let aws: FakeAws;
  beforeEach(async () => {
    aws = await FakeAws.start();
  });
  afterEach(() => aws.stop());

  function typeOf(token: string): ResourceType {
    const plugin = awsPlugin();
    plugin.configure({
      region: "us-east-1",
      accessKey: "AKIAROOT111122223333",
      secretKey: "x",
      endpoints: JSON.stringify([{ ecr: aws.url, secretsmanager: aws.url }]),
    });
    return plugin.resourceType(token);
  }

  const inputs = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };
  const described = { pullThroughCacheRules: [{ ...inputs, registryId: "111122223333" }] };

  it("reads back what it made, also when AWS shows it a little later", async () => {
    aws.answers = {
      CreatePullThroughCacheRule: [{}],
      DescribePullThroughCacheRules: [["PullThroughCacheRuleNotFoundException", "no rule"], described],
    };
    const { id, state } = await typeOf(RULE).create(inputs);
    assert.equal(id, "hub");
    assert.deepEqual(state, { ...inputs, region: "us-east-1", registryId: "111122223333" });
    assert.deepEqual(aws.bodies("CreatePullThroughCacheRule"), [inputs]);
  });

  it("says what it was doing and which exception AWS gave", async () => {
    aws.answers = { CreatePullThroughCacheRule: [["PullThroughCacheRuleAlreadyExistsException", "hub exists"]] };
    await assert.rejects(
      typeOf(RULE).create(inputs),
      /^Error: creating ECR Pull Through Cache Rule \(hub\): .*StatusCode: 400.*, PullThroughCacheRuleAlreadyExistsException: hub exists$/,
    );
  });

  it("keeps a secret in the state whose policy was refused, so that nothing is lost", async () => {
    aws.answers = {
      CreateSecret: [{ ARN, Name: "s" }],
      PutResourcePolicy: [["AccessDeniedException", "not you"]],
      DescribeSecret: [{ ARN, Name: "s" }],
      GetResourcePolicy: [{}],
    };
    await assert.rejects(
      typeOf(SECRET).create({ name: "s", policy: '{"Version":"2012-10-17","Statement":[]}' }),
      (error) => {
        assert.ok(error instanceof PartialCreateError);
        assert.equal(error.resource.id, ARN);
        assert.equal(error.resource.state.arn, ARN);
        assert.match(error.message, /creating Secrets Manager Secret \(s\): .*AccessDeniedException: not you/);
        return true;
      },
    );
  });

  it("never repeats a secret value in an error", async () => {
    aws.answers = { PutSecretValue: [["InvalidRequestException", "no"]] };
    await assert.rejects(typeOf(VERSION).create({ secretId: ARN, secretString: "canary" }), (error: Error) => {
      assert.ok(!`${error.message}${error.stack}`.includes("canary"));
      return true;
    });
  });

  it("cannot take a rule's ARN away, as the real provider cannot", async () => {
    const { credentialArn, ...without } = inputs;
    aws.answers = {
      UpdatePullThroughCacheRule: [["InvalidParameterException", "Please set either credential arn or role arn"]],
    };
    const state = { ...inputs, region: "us-east-1" };
    await assert.rejects(
      typeOf(RULE).update("hub", { oldInputs: inputs, state, inputs: without }),
      /updating ECR Pull Through Cache Rule \(hub\): .*InvalidParameterException/,
    );
    assert.deepEqual(aws.bodies("UpdatePullThroughCacheRule"), [{ ecrRepositoryPrefix: "hub" }]);
  });

  it("sees that a resource is gone", async () => {
    aws.answers = {
      DescribePullThroughCacheRules: [["PullThroughCacheRuleNotFoundException", "no rule"]],
      DescribeSecret: [{ ARN, Name: "s", DeletedDate: 1 }],
    };
    assert.equal(await typeOf(RULE).read("hub", inputs, inputs), undefined);
    assert.equal(
      await typeOf(SECRET).read(ARN, {}, { name: "s" }),
      undefined,
      "a secret that waits for its deletion is gone",
    );
  });

  it("sees drift as changed inputs", async () => {
    aws.answers = {
      DescribePullThroughCacheRules: [
        { pullThroughCacheRules: [{ ...inputs, credentialArn: `${ARN}2`, customRoleArn: "arn:r" }] },
      ],
    };
    const found = await typeOf(RULE).read("hub", { ...inputs, region: "us-east-1" }, { ...inputs, __defaults: [] });
    assert.deepEqual(found?.inputs, { ...inputs, credentialArn: `${ARN}2`, customRoleArn: "arn:r", __defaults: [] });
  });

  it("imports the inputs that a program would have to give", async () => {
    aws.answers = {
      DescribeSecret: [
        {
          ARN,
          Name: "s",
          Description: "d",
          Tags: [
            { Key: "a", Value: "b" },
            { Key: "aws:x", Value: "y" },
          ],
        },
      ],
      GetResourcePolicy: [{}],
    };
    const found = await typeOf(SECRET).read(ARN, {}, undefined);
    assert.deepEqual(found?.inputs, {
      __defaults: [],
      name: "s",
      description: "d",
      tags: { a: "b" },
      recoveryWindowInDays: 30,
      forceOverwriteReplicaSecret: false,
    });
  });

  it("deletes a secret at once only when its recovery window is 0", async () => {
    aws.answers = { DeleteSecret: [{}] };
    await typeOf(SECRET).delete(ARN, { recoveryWindowInDays: 0 });
    await typeOf(SECRET).delete(ARN, { recoveryWindowInDays: 7 });
    assert.deepEqual(aws.bodies("DeleteSecret"), [
      { SecretId: ARN, ForceDeleteWithoutRecovery: true },
      { SecretId: ARN, RecoveryWindowInDays: 7 },
    ]);
  });

  it("takes old labels from a deleted version and leaves the current one", async () => {
    aws.answers = {
      DescribeSecret: [{ ARN, VersionIdsToStages: { old: ["AWSPREVIOUS"], new: ["AWSCURRENT"] } }],
      UpdateSecretVersionStage: [{}],
    };
    await typeOf(VERSION).delete(`${ARN}|old`, {});
    await typeOf(VERSION).delete(`${ARN}|new`, {});
    assert.deepEqual(aws.bodies("UpdateSecretVersionStage"), [
      { SecretId: ARN, VersionStage: "AWSPREVIOUS", RemoveFromVersionId: "old" },
    ]);
  });

  it("resets the scanning configuration when it is deleted, as the real provider does", async () => {
    aws.answers = { PutRegistryScanningConfiguration: [{}] };
    await typeOf(SCANNING).delete("111122223333", { scanType: "ENHANCED", region: "us-east-1" });
    assert.deepEqual(aws.bodies("PutRegistryScanningConfiguration"), [{ scanType: "BASIC", rules: [] }]);
  });
});
