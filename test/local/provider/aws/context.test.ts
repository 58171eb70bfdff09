import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { awsContexts } from "../../../../local/provider/aws/context";
import { readSettings } from "../../../../local/provider/aws/settings";
import type { Properties } from "../../../../local/provider/wire";

const ROLES = ["one", "two"].map((name) => `arn:aws:iam::111122223333:role/${name}`);

describe("clients of the local AWS provider", () => {
  const settings = (url: string, more: Properties = {}) =>
    readSettings(
      { region: "eu-west-1", accessKey: "AKIAROOT111122223333", secretKey: "x", maxRetries: "1", ...more },
      { AWS_ENDPOINT_URL: url },
    );

  it("exist for each service, once for each Region, by default the provider's", async () => {
    const contextOf = awsContexts(settings("http://all.local", { maxRetries: "3" }));
    const context = contextOf();
    assert.equal(contextOf("eu-west-1"), context);
    assert.notEqual(contextOf("us-east-1"), context);
    assert.equal(contextOf("us-east-1").region, "us-east-1");
    const { region, settings: given, ...clients } = context;
    assert.deepEqual([region, given.region], ["eu-west-1", "eu-west-1"]);
    const ids: Record<string, string> = {
      ecr: "ECR",
      secretsManager: "Secrets Manager",
      iam: "IAM",
      sts: "STS",
      events: "EventBridge",
      sns: "SNS",
      scheduler: "Scheduler",
      cloudControl: "CloudControl",
    };
    assert.deepEqual(Object.keys(clients).sort(), Object.keys(ids).sort());
    for (const [name, make] of Object.entries(clients)) {
      const { config } = await make();
      assert.equal(config.serviceId, ids[name]);
      assert.equal(await config.region(), "eu-west-1");
      assert.equal(await config.maxAttempts(), 3);
      assert.equal((await config.credentials()).accessKeyId, "AKIAROOT111122223333");
      assert.equal(await make(), await make());
    }
  });

  it("send each service's requests to its own endpoint", async () => {
    const services = ["ecr", "secretsmanager", "iam", "sts", "events", "sns", "scheduler", "cloudcontrol"];
    const endpoints = JSON.stringify([Object.fromEntries(services.map((name) => [name, `http://${name}.local`]))]);
    const { region, settings: _, ...clients } = awsContexts(settings("http://all.local", { endpoints }))();
    for (const [name, make] of Object.entries(clients)) {
      const { hostname } = (await (await make()).config.endpoint?.()) ?? {};
      const wanted = { secretsManager: "secretsmanager", cloudControl: "cloudcontrol" }[name] ?? name;
      assert.equal(hostname, `${wanted}.local`);
    }
  });

  describe("with roles to assume", () => {
    let server: Server;
    let url = "";
    const forms: URLSearchParams[] = [];
    const keys: (string | undefined)[] = [];
    const answers: string[] = [];
    beforeEach(async () => {
      forms.length = keys.length = answers.length = 0;
      server = createServer(async (request, response) => {
        let body = "";
        for await (const part of request) body += part;
        forms.push(new URLSearchParams(body));
        keys.push(/Credential=(\w+)\//.exec(request.headers.authorization ?? "")?.[1]);
        const result = answers.shift() ?? "";
        response.setHeader("content-type", "text/xml");
        response.end(
          `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>${result}</AssumeRoleResult></AssumeRoleResponse>`,
        );
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });
    const credentials = (id: string, secret = "<SecretAccessKey>s</SecretAccessKey>") =>
      `<Credentials><AccessKeyId>${id}</AccessKeyId>${secret}<SessionToken>token-${id}</SessionToken></Credentials>`;

    it("assume one after the other, once for all clients", async () => {
      answers.push(credentials("FIRST"), credentials("SECOND"));
      const assumeRoles = JSON.stringify([
        { roleArn: ROLES[0], sessionName: "deploy", externalId: "e" },
        { roleArn: "" },
        { roleArn: ROLES[1] },
      ]);
      const { ecr, iam } = awsContexts(settings(url, { assumeRoles }))();
      const found = await (await ecr()).config.credentials();
      assert.deepEqual([found.accessKeyId, found.secretAccessKey, found.sessionToken], ["SECOND", "s", "token-SECOND"]);
      assert.equal((await (await iam()).config.credentials()).accessKeyId, "SECOND");
      assert.deepEqual(
        forms.map((form) => Object.fromEntries(form)),
        [
          { RoleArn: ROLES[0], RoleSessionName: "deploy", ExternalId: "e" },
          { RoleArn: ROLES[1], RoleSessionName: "pulumi" },
        ].map((form) => ({ Action: "AssumeRole", Version: "2011-06-15", ...form })),
      );
      assert.deepEqual(keys, ["AKIAROOT111122223333", "FIRST"]);
    });

    it("fail if STS gives no whole credentials", async () => {
      for (const answer of ["", credentials("FIRST", ""), credentials("")]) {
        answers.push(answer);
        const { ecr } = awsContexts(settings(url, { assumeRoles: JSON.stringify({ roleArn: ROLES[0] }) }))();
        await assert.rejects(ecr(), /STS gave no credentials for arn:aws:iam::111122223333:role\/one/);
      }
    });
  });
});
