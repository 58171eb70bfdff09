import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  UpstreamClient,
  UpstreamDenied,
  UpstreamLimited,
  UpstreamUnavailable,
} from "../../../../local/emulator/upstream/client";

const HUB = "registry-1.docker.io";
const ECR = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const LOGIN = { username: "me", password: "to:ken" };
const BASIC = `Basic ${Buffer.from("me:to:ken").toString("base64")}`;
const CHALLENGE = 'Bearer realm="http://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"';

describe("emulator: its client of upstream registries", () => {
  let server: Server;
  let port = 0;
  /** What was asked: host, path and authorization. */
  let asked: (string | undefined)[][] = [];
  let headers: IncomingMessage["headers"] = {};
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  before(async () => {
    server = createServer((request, response) => {
      asked.push([request.headers.host, request.url, request.headers.authorization]);
      headers = request.headers;
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  beforeEach(() => {
    asked = [];
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const hosts: string[] = [];
  const client = new UpstreamClient((host) => {
    hosts.push(host);
    return port;
  });
  const status = (code: number) => (_: IncomingMessage, response: ServerResponse) => response.writeHead(code).end("x");

  /** Answers like a registry whose token is "t". */
  const withTokens =
    (challenge: string, issue: (response: ServerResponse) => void) =>
    (request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.startsWith("/token")) return issue(response);
      if (request.headers.authorization === "Bearer t") return void response.end("image");
      response.writeHead(401, { "www-authenticate": challenge }).end();
    };
  const issue = (response: ServerResponse) => response.end('{"token":"t"}');

  it("gets a token with its login and the scope of the challenge, and keeps it for the session", async () => {
    answer = withTokens(CHALLENGE, issue);
    const pull = client.session(HUB, LOGIN);
    const { status, body } = await pull("/v2/a/b/manifests/1");
    assert.deepEqual([status, body.toString()], [200, "image"]);
    await pull("/v2/a/b/manifests/2");
    assert.deepEqual(asked, [
      [HUB, "/v2/a/b/manifests/1", undefined],
      ["auth.docker.io", "/token?service=registry.docker.io&scope=repository%3Aa%2Fb%3Apull", BASIC],
      [HUB, "/v2/a/b/manifests/1", "Bearer t"],
      [HUB, "/v2/a/b/manifests/2", "Bearer t"],
    ]);
    assert.deepEqual([...new Set(hosts)], [HUB, "auth.docker.io"]);
    assert.deepEqual(headers.accept?.split(", "), [
      "application/vnd.oci.image.index.v1+json",
      "application/vnd.docker.distribution.manifest.list.v2+json",
      "application/vnd.oci.image.manifest.v1+json",
      "application/vnd.docker.distribution.manifest.v2+json",
    ]);
    asked = [];
    await client.session(HUB, undefined)("/v2/a/b/manifests/1");
    assert.equal(asked[1]?.[2], undefined, "anonymous");
  });

  it("gets a token without a scope if the challenge names none", async () => {
    answer = withTokens('Bearer realm="http://auth.docker.io/token",service="s"', issue);
    await client.session(HUB, LOGIN)("/v2/");
    assert.deepEqual(asked[1], ["auth.docker.io", "/token?service=s", BASIC]);
  });

  it("sends its login at once only to ECR", async () => {
    answer = status(200);
    await client.session(ECR, LOGIN)("/v2/");
    await client.session(ECR, undefined)("/v2/");
    await client.session("quay.io", LOGIN)("/v2/");
    assert.deepEqual(asked, [
      [ECR, "/v2/", BASIC],
      [ECR, "/v2/", undefined],
      ["quay.io", "/v2/", undefined],
    ]);
  });

  it("is denied if the login or the token is refused, or if there is no challenge that it knows", async () => {
    const refusals = [
      status(401),
      (_: IncomingMessage, response: ServerResponse) =>
        response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end(),
      withTokens(CHALLENGE, (response) => response.writeHead(401).end()),
      withTokens(CHALLENGE, (response) => response.writeHead(403).end()),
      withTokens(CHALLENGE, (response) => response.end('{"token":"other"}')),
    ];
    for (const refusal of refusals) {
      answer = refusal;
      await assert.rejects(client.session(HUB, LOGIN)("/v2/"), (error: Error) => {
        assert.ok(error instanceof UpstreamDenied);
        assert.equal(error.message, `${HUB} refuses the credentials`);
        return true;
      });
    }
  });

  it("says when the upstream limits the rate, fails or cannot be reached", async () => {
    const get = (code: number) => {
      answer = status(code);
      return client.session(HUB, undefined)("/v2/");
    };
    const limited = withTokens(CHALLENGE, (response) => response.writeHead(429).end());
    for (const code of [200, 403, 404, 428, 430, 499]) assert.equal((await get(code)).status, code);
    await assert.rejects(get(429), (error) => error instanceof UpstreamLimited && /answers 429/.test(error.message));
    for (const code of [500, 503])
      await assert.rejects(
        get(code),
        (error) => error instanceof UpstreamUnavailable && error.message === `${HUB} answers ${code}`,
      );
    answer = limited;
    await assert.rejects(client.session(HUB, undefined)("/v2/"), UpstreamLimited, "also for tokens");
    answer = (request) => request.socket.destroy();
    await assert.rejects(
      client.session(HUB, undefined)("/v2/"),
      (error) => error instanceof UpstreamUnavailable && error.message.startsWith(`${HUB} cannot be reached: `),
    );
    answer = (request, response) => {
      response.writeHead(200, { "content-length": "9" });
      response.write("half", () => request.socket.destroy());
    };
    await assert.rejects(client.session(HUB, undefined)("/v2/"), UpstreamUnavailable, "also in the middle of a body");
  });
});
