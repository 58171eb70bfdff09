import assert from "node:assert/strict";
import { CloudControl } from "@aws-sdk/client-cloudcontrol";
import { ECR } from "@aws-sdk/client-ecr";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { IAM } from "@aws-sdk/client-iam";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { STS } from "@aws-sdk/client-sts";
import { readSettings } from "../../../../local/provider/aws/settings";
import { type Properties, UNKNOWN } from "../../../../local/provider/wire";
import { SETTINGS, typeOf } from "../offline";
import { RULE } from "../tokens";

describe("settings of the local AWS provider", () => {
  const refusal = (settings: Properties) => () => typeOf(RULE, settings).previewCreate({ ecrRepositoryPrefix: "hub" });

  it("refuse the name of version 6 for assumed roles", () => {
    assert.throws(
      refusal({ ...SETTINGS, assumeRole: '{"roleArn":"arn:aws:iam::111122223333:role/deploy"}' }),
      /invalid config key 'aws:assumeRole', should be 'aws:assumeRoles'/,
    );
  });

  it("must name a region and credentials, and say how", () => {
    const { region, ...noRegion } = SETTINGS;
    const { accessKey, ...noKey } = SETTINGS;
    assert.throws(refusal(noRegion), /Missing region configuration.*pulumi config set aws:region/);
    assert.throws(refusal(noKey), /No valid credential sources/);
  });

  const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "env", AWS_REGION: "eu-west-1" };

  it("are the program's, then those of the environment", () => {
    const { region, credentials, maxAttempts, defaultTags, ignoreTags, assumeRoles } = readSettings({}, KEYS);
    assert.deepEqual([region, maxAttempts, defaultTags, assumeRoles], ["eu-west-1", 8, {}, []]);
    assert.deepEqual(credentials, { accessKeyId: "AKIAENV", secretAccessKey: "env", sessionToken: undefined });
    assert.deepEqual(ignoreTags, { keys: [], keyPrefixes: [] });
    const { AWS_REGION, ...noRegion } = KEYS;
    assert.equal(readSettings({}, { ...noRegion, AWS_DEFAULT_REGION: "us-east-2" }).region, "us-east-2");
    assert.equal(readSettings({ region: "" }, { ...KEYS, AWS_DEFAULT_REGION: "us-east-2" }).region, "eu-west-1");
    const environment = { ...KEYS, AWS_SESSION_TOKEN: "session", AWS_MAX_ATTEMPTS: "3" };
    assert.equal(readSettings({}, environment).credentials.sessionToken, "session");
    assert.equal(readSettings({}, environment).maxAttempts, 3);
    const own = { region: "us-east-1", accessKey: "AKIAOWN", secretKey: "own", token: "own", maxRetries: "2" };
    const settings = readSettings(own, environment);
    assert.deepEqual([settings.region, settings.maxAttempts], ["us-east-1", 2]);
    assert.deepEqual(settings.credentials, { accessKeyId: "AKIAOWN", secretAccessKey: "own", sessionToken: "own" });
  });

  it("need both halves of a key, and values that are known", () => {
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
      assert.throws(() => readSettings({}, { ...KEYS, [name]: undefined }), /No valid credential sources/, name);
    assert.throws(() => readSettings({ token: UNKNOWN }, KEYS), /configuration is not known yet/);
  });

  it("take an endpoint for each service from the program, AWS's variable of the service, or the one for all", () => {
    const clients = { cloudcontrol: CloudControl, ecr: ECR, events: EventBridge, iam: IAM, scheduler: Scheduler };
    const others = { secretsmanager: SecretsManager, sns: SNS, sts: STS };
    const all = { ...KEYS, AWS_ENDPOINT_URL: "http://all" };
    for (const [service, Client] of Object.entries({ ...clients, ...others })) {
      const { serviceId } = new Client({ region: "us-east-1" }).config;
      const variable = `AWS_ENDPOINT_URL_${serviceId.replaceAll(" ", "_").toUpperCase()}`;
      const environment = { ...all, [variable]: "http://one" };
      const endpoints = [{ other: "http://other" }, { [service]: "http://own" }];
      assert.equal(readSettings({}, all).endpoint(service), "http://all");
      assert.equal(readSettings({}, environment).endpoint(service), "http://one", variable);
      assert.equal(readSettings({ endpoints: JSON.stringify(endpoints) }, environment).endpoint(service), "http://own");
    }
  });

  it("never lead to the real AWS", async () => {
    const { endpoints, ...noEndpoint } = SETTINGS;
    const saved = process.env.AWS_ENDPOINT_URL;
    delete process.env.AWS_ENDPOINT_URL;
    try {
      await assert.rejects(
        typeOf(RULE, noEndpoint).create({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" }),
        /no endpoint for ecr: set AWS_ENDPOINT_URL/,
      );
    } finally {
      if (saved !== undefined) process.env.AWS_ENDPOINT_URL = saved;
    }
  });
});
