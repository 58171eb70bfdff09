import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { Aws } from "../../cli/aws/aws";
import { connection } from "../../cli/aws/connection";
import { runCli } from "../support/cli";
import { RULES, rulesFile } from "./rules";
import { ACCOUNT, cloudForSuite, createHub, forward, REGION, withVariables } from "./support";

const WHERE = `Account ${ACCOUNT}, Region ${REGION}`;

/** Each command that asks AWS, with its standard input. */
const COMMANDS: { readonly [name: string]: readonly [args: readonly string[], input?: string] } = {
  verify: [["verify"]],
  warm: [["warm", "nginx:1.27", "--referrers"]],
  report: [["report"]],
  apply: [["apply"]],
  clean: [["clean", "--prefix", "gone"]],
  config: [["config", "rules"]],
  why: [["why", "nginx:1.27"]],
  rewrite: [["rewrite"], "kind: Pod\napiVersion: v1\nspec: { containers: [{ name: a, image: nginx:1.27 }] }\n"],
  audit: [["audit", "--ecs", "--lambda"]],
};

/** What the local AWS does not have: an account without clusters, and with a function. */
const NOTHING: { readonly [operation: string]: string } = {
  "AmazonEC2ContainerServiceV20141113.ListClusters": '{"clusterArns":[]}',
  "AmazonEC2ContainerServiceV20141113.ListTaskDefinitionFamilies": '{"families":[]}',
  "/2015-03-31/functions/own": '{"Code":{"ImageUri":"111122223333.dkr.ecr.eu-central-1.amazonaws.com/own/app:1"}}',
  "/2015-03-31/functions": '{"Functions":[{"FunctionName":"own","PackageType":"Image"}]}',
};

describe("the connection to AWS", () => {
  it("waits ten seconds to connect at most, and tries again with pauses that follow AWS's limits", async () => {
    const times = [60, 5].map((timeout) => {
      const { httpAgent, httpsAgent, ...times } = connection(timeout);
      return times;
    });
    const timesOf = (connectionTimeout: number, all: number) => ({
      ...{ connectionTimeout, requestTimeout: all, socketTimeout: all, throwOnRequestTimeout: true },
    });
    assert.deepEqual(times, [timesOf(10_000, 60_000), timesOf(5_000, 5_000)]);
    const aws = new Aws({} as never);
    const clients = [aws.ecr, aws.ecs, aws.iam, aws.lambda, aws.secrets, aws.sts].map((of) => of(REGION).config);
    for (const { region, maxAttempts, retryMode, requestHandler } of clients) {
      const mode = typeof retryMode === "string" ? retryMode : await retryMode();
      const { requestTimeout } = await (
        requestHandler as unknown as { configProvider: Promise<{ requestTimeout: number }> }
      ).configProvider;
      assert.deepEqual([await region(), await maxAttempts(), mode, requestTimeout], [REGION, 8, "adaptive", 60_000]);
    }
    assert.equal(aws.ecr(REGION), aws.ecr(REGION));
  });

  const cloud = cloudForSuite();
  beforeEach(() => createHub(cloud));

  const whole =
    (fail: (operation: string) => [status: number, type: string] | undefined = () => undefined) =>
    async (incoming: IncomingMessage, response: ServerResponse) => {
      const body = await buffer(incoming);
      const operation = String(incoming.headers["x-amz-target"] ?? (body.toString() || incoming.url));
      const failure = fail(operation);
      const nothing = Object.entries(NOTHING).find(([name]) => operation.startsWith(name))?.[1];
      if (failure === undefined && nothing === undefined) {
        incoming.headers.host = new URL(cloud.url).host;
        return forward(cloud.url, incoming, body, response);
      }
      response.statusCode = failure?.[0] ?? 200;
      response.setHeader("Content-Type", "application/x-amz-json-1.1");
      response.end(failure ? JSON.stringify({ __type: failure[1] }) : nothing);
    };

  for (const [name, [args, input]] of Object.entries(COMMANDS)) {
    describe(`of ${name}`, () => {
      it("ends if a server never answers, and says so", async () => {
        const silent = createTcpServer();
        await withEnvironment(await listening(silent), {}, async () => {
          const { code, stderr } = await runCli([...args, "--timeout", "0.2"], { input });
          assert.equal(code, 2);
          assert.match(stderr, /STS GetCallerIdentity in eu-central-1: no answer in time, 2 times\. Check the network/);
        });
      });

      it("tries again if each operation fails once or is throttled, and says why", async () => {
        const failed = new Set<string>();
        const flaky = createServer(
          whole((operation) => {
            if (failed.has(operation)) return undefined;
            failed.add(operation);
            return failed.size % 2 === 0 ? [400, "ThrottlingException"] : [500, "ServerException"];
          }),
        );
        await withEnvironment(await listening(flaky), {}, async () => {
          const { code, stderr, stdout } = await runCli(args, { input });
          assert.equal(code, 0, stdout + stderr);
          const again = [...stderr.matchAll(/^(.+) \w+ in eu-central-1: (.*Exception.*)\. Trying again\.$/gm)];
          const reasons = again.map(([, service, reason]) => `${service} ${reason}`);
          assert.ok(reasons.length > 0 && new Set(reasons).size === reasons.length, stderr);
          assert.ok(failed.size > 1);
        });
      });

      it("goes through a proxy, unless NO_PROXY names the host", async () => {
        const proxy = await tunnelling();
        const aws = await listening(createServer(whole()));
        await withEnvironment(aws, { HTTP_PROXY: proxy.url, NO_PROXY: "" }, async () => {
          const { code, stderr } = await runCli(args, { input });
          assert.deepEqual([code, stderr.includes(WHERE), proxy.tunnels.length > 0], [0, true, true], stderr);
        });
        proxy.tunnels.length = 0;
        await withEnvironment(aws, { HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" }, async () => {
          assert.deepEqual([(await runCli(args, { input })).code, proxy.tunnels], [0, []]);
        });
      });
    });
  }

  describe("with HTTPS, through a proxy", () => {
    const directory = mkdtempSync(join(tmpdir(), "https-"));
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(directory, name)) as [string, string];
    let proxy: Awaited<ReturnType<typeof tunnelling>>;
    let port = "";
    before(async function () {
      const self = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=aws.test", "-days", "1"];
      const names = ["-addext", "subjectAltName=DNS:aws.test", "-keyout", key, "-out", cert];
      if (spawnSync("openssl", [...self, ...names]).status !== 0) this.skip();
      const server = createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, whole());
      port = new URL(await listening(server)).port;
    });
    beforeEach(async () => {
      proxy = await tunnelling(Number(port), "Basic dXNlcjpwYXNz");
    });
    const through = (env: NodeJS.ProcessEnv, work: () => Promise<void>) =>
      withEnvironment("https://aws.test", { AWS_CA_BUNDLE: cert, NO_PROXY: "", ...env }, work);
    const login = () => proxy.url.replace("//", "//user:pass@");

    for (const [name, [args, input]] of Object.entries(COMMANDS)) {
      it(`${name} connects by the name of AWS's host, with the proxy's login and AWS_CA_BUNDLE`, async () => {
        await through({ HTTPS_PROXY: login() }, async () => {
          const { code, stderr } = await runCli(args, { input });
          assert.equal(code, 0, stderr);
          assert.deepEqual([...new Set(proxy.tunnels)], ["aws.test:443"]);
        });
      });
    }

    const refusals: [what: string, env: () => NodeJS.ProcessEnv, message: RegExp][] = [
      [
        "a certificate that nobody vouches for",
        () => ({ HTTPS_PROXY: login(), AWS_CA_BUNDLE: undefined }),
        /self-signed certificate/,
      ],
      [
        "a proxy that wants a login",
        () => ({ HTTPS_PROXY: proxy.url }),
        /The proxy refuses to connect to aws\.test: 407 Proxy Authentication Required/,
      ],
      ["a proxy that is not there", () => ({ HTTPS_PROXY: "http://127.0.0.1:1" }), /ECONNREFUSED/],
    ];
    for (const [what, env, message] of refusals) {
      it(`explains ${what}`, async () => {
        await through(env(), async () => {
          const { code, stderr } = await runCli(["verify"]);
          assert.equal(code, 2);
          assert.match(stderr, message);
          assert.ok(!stderr.includes("user:pass"), stderr);
        });
      });
    }
  });

  const environments: [what: string, env: NodeJS.ProcessEnv, args: string[], message: RegExp][] = [
    [
      "a bundle of certificates that is not there",
      { AWS_CA_BUNDLE: "/nothing.pem" },
      [],
      /AWS_CA_BUNDLE names \/nothing\.pem, which cannot be read \(ENOENT\)/,
    ],
    [
      "a profile that is not there",
      { AWS_ACCESS_KEY_ID: undefined, AWS_PROFILE: "nobody" },
      [],
      /no AWS credentials of the profile "nobody" \(.*\)\. Log in with `aws sso login`, name a profile in AWS_PROFILE, or/,
    ],
    ["keys that AWS does not know", { AWS_ACCESS_KEY_ID: "AKIANOBODY" }, [], /AWS rejects the credentials \(/],
    [
      "no Region",
      { AWS_REGION: undefined, AWS_PROFILE: "nobody" },
      [],
      /No Region is set.* The profile "nobody" has none/,
    ],
    [
      "a Region of the environment that AWS does not have",
      { AWS_REGION: "eu-cental-1" },
      [],
      /^The Region of your environment is eu-cental-1\. AWS has no such Region: write eu-central-1\.$/,
    ],
    [
      "a host that is not there",
      { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      [],
      /STS GetCallerIdentity in eu-central-1: the connection failed \(.*ECONNREFUSED/,
    ],
  ];
  for (const [what, env, args, message] of environments) {
    it(`explains ${what}`, async () => {
      await withEnvironment(cloud.url, { AWS_EC2_METADATA_DISABLED: "true", ...env }, async () => {
        const { code, stderr } = await runCli(["verify", ...args]);
        assert.equal(code, 2);
        assert.match(stderr, message);
      });
    });
  }

  it("explains an answer that is not AWS's", async () => {
    for (const page of ["<html>Please log in</html>", "Please log in"]) {
      const portal = createServer((_incoming, response) => response.end(page));
      await withEnvironment(await listening(portal), {}, async () => {
        const { code, stderr } = await runCli(["verify"]);
        assert.equal(code, 2);
        assert.match(stderr, /Check AWS_ENDPOINT_URL, HTTPS_PROXY and NO_PROXY, and log in to your network/);
      });
    }
  });

  it("uses keys and Region of the profile that AWS_PROFILE names, and says so", async () => {
    const AWS_CONFIG_FILE = join(mkdtempSync(join(tmpdir(), "profile-")), "config");
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
    const keys = `aws_access_key_id = ${AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY}`;
    writeFileSync(AWS_CONFIG_FILE, `[profile work]\nregion = ${REGION}\n${keys}\n`);
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_REGION: undefined };
    await withEnvironment(cloud.url, { ...none, AWS_PROFILE: "work", AWS_CONFIG_FILE }, async () => {
      const { code, stderr } = await runCli(["report"]);
      assert.deepEqual([code, stderr], [0, `Account ${ACCOUNT} (profile work), Region ${REGION}`]);
    });
  });

  it("uses AWS_DEFAULT_REGION if AWS_REGION is not set", async () => {
    await withEnvironment(cloud.url, { AWS_REGION: undefined, AWS_DEFAULT_REGION: REGION }, async () => {
      assert.equal((await runCli(["verify"])).code, 0);
    });
  });

  it("stops before the first call if the stack's resources are in another account", async () => {
    const rules = {
      hub: { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io", region: REGION, registryId: "444455556666" },
    };
    await cloud.ecr().deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
    for (const command of ["verify", "apply"]) {
      const { code, stderr, stdout } = await runCli([command, "--outputs", "-"], { input: JSON.stringify({ rules }) });
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(
        stderr,
        new RegExp(`^${WHERE}\nhub in ${REGION} belongs to account 444455556666, but the credentials`),
      );
    }
  });
});

describe("input that nobody expects", () => {
  cloudForSuite();
  const deep = `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`;
  const inputs: [what: string, option: string, input: string][] = [
    ["very deep outputs", "--outputs", deep],
    ["outputs that are null", "--outputs", "null"],
    ["200,000 lines", "--registries", "quay: {}\n".repeat(200_000)],
    [
      "YAML aliases that multiply",
      "--registries",
      `a: &a [1,1,1,1,1,1,1,1,1]\n${"bcdefgh"
        .split("")
        .map((key, index) => `${key}: &${key} [${`*${"abcdefgh"[index]},`.repeat(9)}]`)
        .join("\n")}`,
    ],
  ];
  const TOKEN = "QxWvUtSrQpOnMlKjIhGfEdCb4321";
  const keys = [`accessToken:${TOKEN}`, TOKEN, `${TOKEN}: {}\naccessToken:${TOKEN}`];
  const readers: [command: string, args: string[], text: (key: string) => string][] = [
    ["verify", ["--registries", "-"], (key) => `quay:\n  "${key}": 1\n`],
    ["warm", ["--registries", "-", "nginx"], (key) => `${key}: {}\n`],
    ["migrate", ["--from", "-"], (key) => `registries:\n  quay:\n    ${key}: 1\n`],
    ["migrate", ["--from", "-"], (key) => `registries:\n  ${key}: {}\n`],
    [
      "rewrite",
      ["--rules", rulesFile(RULES), "--check"],
      (key) => `kind: Pod\nspec: { containers: [{ image: "${key}" }] }\n`,
    ],
  ];
  for (const [command, args, text] of readers) {
    it(`a token where a name belongs is not printed by ${command} ${args[0]}`, async () => {
      for (const key of keys) {
        const { stdout, stderr } = await runCli([command, ...args], { input: text(key) });
        assert.ok(!`${stdout}${stderr}`.includes(TOKEN), `${stdout}${stderr}`);
      }
    });
  }

  for (const [what, option, input] of inputs) {
    it(`${what}: a message, and no error of JavaScript`, async () => {
      const { code, stderr } = await runCli(["verify", option, "-"], { input });
      assert.ok(code === 1 || code === 2);
      assert.ok(!/TypeError|RangeError|ReferenceError|\n +at /.test(stderr), stderr.slice(0, 300));
    });
  }
});

/** A proxy with tunnels, all of them to one port if it is given. */
async function tunnelling(to?: number, login?: string): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on("connect", ({ url = "", headers }, socket, head) => {
    if (login !== undefined && headers["proxy-authorization"] !== login) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
      return;
    }
    tunnels.push(url);
    const [host, port] = to === undefined ? url.split(":") : ["127.0.0.1", to];
    const upstream = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const one of [socket, upstream]) one.on("error", () => socket.destroy());
  });
  return { url: await listening(proxy), tunnels };
}

const opened: { close: () => void; closeAllConnections?: () => void }[] = [];

async function listening(
  server: ReturnType<typeof createTcpServer> & { closeAllConnections?: () => void },
): Promise<string> {
  const sockets = new Set<{ destroy: () => void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

after(() => {
  for (const server of opened) server.close();
});

function withEnvironment(AWS_ENDPOINT_URL: string, env: NodeJS.ProcessEnv, work: () => Promise<void>): Promise<void> {
  return withVariables({ AWS_ENDPOINT_URL, ...env }, work);
}
