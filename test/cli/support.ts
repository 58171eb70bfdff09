import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { ACCOUNT, REGION, TestCloud } from "../../local/emulator/testing/support";
import { keepNewest } from "../support/lifecycle";

export { ACCOUNT, REGION, TestCloud };

export const HUB = "registry-1.docker.io";
export const KEEP_50 = keepNewest(50);

const VARIABLES = ["AWS_ENDPOINT_URL", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** An emulator that the AWS SDK finds in the environment during a suite of mocha, reset before each of its tests. */
export function cloudForSuite(): TestCloud {
  const cloud = TestCloud.forSuite();
  const previous = VARIABLES.map((name) => [name, process.env[name]] as const);
  before(() => {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: cloud.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: `AKIAROOT${ACCOUNT}`,
      AWS_SECRET_ACCESS_KEY: "any",
    });
  });
  after(() => {
    for (const [name, value] of previous) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  return cloud;
}

/** Creates a working cache of Docker Hub: secret, template, rule, and a scanning rule that covers it. */
export async function createHub(cloud: TestCloud, prefix = "hub"): Promise<{ secretArn: string }> {
  const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
  const { ARN = "" } = await cloud.secrets().createSecret({ Name: `ecr-pullthroughcache/${prefix}`, SecretString });
  await cloud.ecr().createRepositoryCreationTemplate({
    prefix,
    appliedFor: ["PULL_THROUGH_CACHE"],
    lifecyclePolicy: KEEP_50,
  });
  await cloud.ecr().createPullThroughCacheRule({
    ecrRepositoryPrefix: prefix,
    upstreamRegistryUrl: HUB,
    credentialArn: ARN,
  });
  await cloud.ecr().putRegistryScanningConfiguration({
    scanType: "BASIC",
    rules: [
      {
        scanFrequency: "SCAN_ON_PUSH",
        repositoryFilters: [{ filter: `${prefix}/*`, filterType: "WILDCARD" }],
      },
    ],
  });
  return { secretArn: ARN };
}

/** An AWS that says whose credentials it gets, and answers calls by their name or path. It denies calls without an answer. */
export async function answeringAws(answer: (call: string, input: never) => object | undefined | Promise<object>) {
  const server = createServer(async (request, response) => {
    const { "x-amz-target": target, "content-type": type = "" } = request.headers;
    if (type.startsWith("application/x-www-form-urlencoded")) {
      response.end(`<R><GetCallerIdentityResult><Account>${ACCOUNT}</Account></GetCallerIdentityResult></R>`);
      return;
    }
    const input = request.method === "POST" ? await json(request) : {};
    const body = await answer(
      String(target ?? request.url)
        .split(".")
        .at(-1) ?? "",
      input as never,
    );
    response.setHeader("Content-Type", "application/x-amz-json-1.1");
    response.statusCode = body === undefined ? 400 : 200;
    response.end(JSON.stringify(body ?? { __type: "AccessDeniedException" }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Passes a call on to another server, and its answer back. */
export function forward(url: string, incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { method, headers } = incoming;
  request(new URL(incoming.url ?? "/", url), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  }).end(body);
}
