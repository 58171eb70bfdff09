import assert from "node:assert/strict";
import { connect } from "node:net";
import { ACCOUNT, REGION, TestCloud } from "./testing/support";

const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const ECR = "AmazonEC2ContainerRegistry_V20150921";

describe("emulator: its server", () => {
  const cloud = TestCloud.forSuite();
  const asked = (headers: Readonly<Record<string, string>>, path: string) => cloud.askWith("GET", path, headers);

  /** What programs on this machine ask, one for each API. */
  for (const [api, host, path] of [
    ["AWS", "127.0.0.1", "/"],
    ["control", "localhost", "/_local/clock"],
    ["registry", HOST, "/v2/"],
    ["upstream", "registry-1.docker.io", "/v2/"],
  ] as const) {
    it(`refuses requests of web pages, and only these, in the ${api} API`, async () => {
      const isRefused = async (headers: Readonly<Record<string, string>>) => {
        const { status, body } = await asked({ host, ...headers }, path);
        return status === 403 && body.includes("Only programs on this machine");
      };
      assert.equal(await isRefused({}), false);
      assert.equal(await isRefused({ "sec-fetch-site": "none" }), false, "typed by the user");
      const foreign: readonly Readonly<Record<string, string>>[] = [
        { host: "example.com" },
        { host: `${host}.example.com` },
        { host: "127.0.0.2" },
        { origin: "https://example.com" },
        { origin: "null" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
      ];
      for (const headers of foreign) assert.equal(await isRefused(headers), true, JSON.stringify(headers));
    });
  }

  it("turns tunnels away so that clients fall back to plain HTTP, and needs a valid URL", async () => {
    const { hostname, port } = new URL(cloud.url);
    const socket = connect(Number(port), hostname);
    socket.write(`CONNECT ${HOST}:443 HTTP/1.1\r\n\r\n`);
    const [line] = String(await new Promise((resolve) => socket.once("data", resolve))).split("\r\n");
    socket.destroy();
    assert.equal(line, "HTTP/1.1 405 Method Not Allowed");
    assert.equal((await cloud.ask("GET", "127.0.0.1", "http://[/")).status, 400);
    const head = await cloud.ask("HEAD", "127.0.0.1", "/_local/unknown");
    assert.deepEqual([head.status, head.body], [404, ""]);
  });

  const call = async (scope: string, body: string, target?: string) => {
    const response = await fetch(cloud.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}/aws4_request, Signature=x`,
        ...(target !== undefined && { "x-amz-target": `${ECR}.${target}` }),
      },
      body,
    });
    const { status, headers } = response;
    const [type, error, id] = ["content-type", "x-amzn-errortype", "x-amzn-requestid"].map((name) => headers.get(name));
    return { answer: [status, type, error], id, text: await response.text() };
  };
  const scope = (service: string, region = REGION) => `AKIAROOT${ACCOUNT}/20260101/${region}/${service}`;

  it("answers in each protocol, with the id that is logged and no value of the call", async () => {
    const list = await call(scope("ecr"), "{}", "DescribeRepositories");
    assert.deepEqual([list.answer, list.text], [[200, "application/x-amz-json-1.1", null], '{"repositories":[]}']);
    const get = await call(scope("iam"), "Action=GetRole&Version=2010-05-08&RoleName=none");
    assert.deepEqual(get.answer, [404, "text/xml", null]);
    assert.equal(
      get.text,
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>' +
        "<Code>NoSuchEntity</Code><Message>The role with name none cannot be found.</Message></Error>" +
        `<RequestId>${get.id}</RequestId></ErrorResponse>`,
    );
    const caller = { account: ACCOUNT, region: REGION, principal: `arn:aws:iam::${ACCOUNT}:root` };
    const { requests } = await cloud.control<{ requests: { time?: string }[] }>("GET", "requests");
    const logged = (id: string | null | undefined, service: string, operation: string, more: object) => ({
      ...caller,
      id,
      service,
      operation,
      actions: [`${service}:${operation}`],
      ...more,
    });
    assert.deepEqual(
      requests.map(({ time: _, ...request }) => request),
      [
        logged(list.id, "ecr", "DescribeRepositories", { status: 200 }),
        logged(get.id, "iam", "GetRole", { status: 404, error: "NoSuchEntity" }),
      ],
    );
    await cloud.control("DELETE", "requests");
    assert.deepEqual(await cloud.control("GET", "requests"), { requests: [] });
  });

  it("needs a signature of a service, an operation and a Region that exist", async () => {
    const errorOf = async (...sent: Parameters<typeof call>) => (await call(...sent)).answer[2];
    assert.equal(await errorOf("", "{}"), "MissingAuthenticationTokenException");
    for (const service of ["s3", "constructor"])
      assert.equal(await errorOf(scope(service), "{}"), "UnknownOperationException");
    assert.equal(await errorOf(scope("ecr"), "{}", "constructor"), "UnknownOperationException");
    assert.equal(await errorOf(scope("ecr", "eu-west-9"), "{}", "DescribeRepositories"), "InvalidSignatureException");
  });
});
