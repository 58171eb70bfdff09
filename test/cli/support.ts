import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, json } from "node:stream/consumers";
import { ACCOUNT, REGION, TestCloud } from "../../local/emulator/testing/support";
import { keepNewest } from "../support/lifecycle";

export { ACCOUNT, REGION, TestCloud };

export const HUB = "registry-1.docker.io";
export const KEEP_50 = keepNewest(50);

/** An emulator that the AWS SDK finds in the environment during a suite of mocha, reset before each of its tests. */
export function cloudForSuite(): TestCloud {
  const cloud = TestCloud.forSuite();
  let reset = () => undefined as unknown;
  before(() => {
    reset = setVariables({
      ...{ AWS_ENDPOINT_URL: cloud.url, AWS_REGION: REGION, AWS_SESSION_TOKEN: undefined },
      ...{ AWS_ACCESS_KEY_ID: `AKIAROOT${ACCOUNT}`, AWS_SECRET_ACCESS_KEY: "any" },
    });
  });
  after(() => reset());
  return cloud;
}

/** Sets variables of the environment, and returns what puts the former ones back. */
function setVariables(env: NodeJS.ProcessEnv): () => void {
  const former = Object.fromEntries(Object.keys(env).map((name) => [name, process.env[name]]));
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return () => setVariables(former);
}

/** Sets the clock of this process, and returns what puts the real one back. */
export function setClock(now: () => number): () => void {
  const Real = globalThis.Date;
  globalThis.Date = class extends Real {
    constructor(...given: unknown[]) {
      super(...((given.length > 0 ? given : [now()]) as [number]));
    }
    static override now = now;
  } as DateConstructor;
  return () => {
    globalThis.Date = Real;
  };
}

/** Runs work with variables in the environment. */
export async function withVariables<T>(env: NodeJS.ProcessEnv, work: () => Promise<T>): Promise<T> {
  const reset = setVariables(env);
  try {
    return await work();
  } finally {
    reset();
  }
}

/** Runs work with the keys of a role in the environment. */
export async function asRole<T>(cloud: TestCloud, role: string, work: () => Promise<T>): Promise<T> {
  const { accessKeyId, secretAccessKey, sessionToken } = await cloud.assume(role);
  const env = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  return withVariables(env, work);
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

/** Runs work with an AWS that answers calls as in `answeringAws`. */
export async function withAws<T>(answer: Parameters<typeof answeringAws>[0], work: () => Promise<T>): Promise<T> {
  const aws = await answeringAws(answer);
  try {
    return await withVariables({ AWS_ENDPOINT_URL: aws.url }, work);
  } finally {
    aws.close();
  }
}

/** A server in front of an emulator during a suite of mocha, which answers some calls itself, by their name or path. */
export function frontForSuite(cloud: TestCloud, answer: (call: string) => Promise<object | undefined>): void {
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    const own = await answer(String(incoming.headers["x-amz-target"] ?? incoming.url).replace(/^.*\.|\?.*$/g, ""));
    if (own === undefined) forward(cloud.url, incoming, body, response);
    else response.end(JSON.stringify(own));
  });
  before(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });
}

/** Passes a call on to another server, and its answer back. */
export function forward(url: string, incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const { method, headers } = incoming;
  request(new URL(incoming.url ?? "/", url), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  }).end(body);
}
