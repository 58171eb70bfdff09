import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { buffer } from "node:stream/consumers";
import { DeletePullThroughCacheRuleCommand } from "@aws-sdk/client-ecr";
import { runCli } from "../support/cli";
import { ACCOUNT, cloudForSuite, createHub, forward, REGION } from "./support";

const WHERE = `Account ${ACCOUNT}, Region ${REGION}`;

/** Each command that asks AWS. */
const COMMANDS: { readonly [name: string]: readonly string[] } = {
  verify: ["verify"],
  warm: ["warm", "nginx:1.27"],
  apply: ["apply"],
  clean: ["clean", "--prefix", "gone"],
  config: ["config", "rules"],
};

describe("the connection to AWS", () => {
  const cloud = cloudForSuite();
  beforeEach(() => createHub(cloud));

  for (const [name, args] of Object.entries(COMMANDS)) {
    describe(`of ${name}`, () => {
      it("ends if a server never answers, and says so", async () => {
        const silent = createTcpServer();
        await withEnvironment(await listening(silent), {}, async () => {
          const { code, stderr } = await runCli([...args, "--timeout", "0.2"]);
          assert.equal(code, 2);
          assert.match(stderr, /STS GetCallerIdentity in eu-central-1: no answer in time, 2 times\. Check the network/);
        });
      });

      it("tries again if each operation fails once or is throttled, and says why", async () => {
        const failed = new Set<string>();
        const flaky = createServer(async (incoming, response) => {
          const body = await buffer(incoming);
          const operation = String(incoming.headers["x-amz-target"] ?? body.toString());
          if (failed.has(operation)) return forward(cloud.url, incoming, body, response);
          failed.add(operation);
          response.statusCode = failed.size % 2 === 0 ? 400 : 500;
          response.setHeader("Content-Type", "application/x-amz-json-1.1");
          response.end(JSON.stringify({ __type: failed.size % 2 === 0 ? "ThrottlingException" : "ServerException" }));
        });
        await withEnvironment(await listening(flaky), {}, async () => {
          const { code, stderr, stdout } = await runCli(args);
          assert.equal(code, 0, stdout + stderr);
          assert.match(stderr, /in eu-central-1: .*Exception.*\. Trying again\./);
          assert.ok(failed.size > 1);
        });
      });

      it("goes through a proxy, unless NO_PROXY names the host", async () => {
        let tunnels = 0;
        const proxy = createServer();
        proxy.on("connect", ({ url = "" }, socket, head) => {
          tunnels++;
          const [host, port] = url.split(":");
          const upstream = connect(Number(port), host, () => {
            socket.write("HTTP/1.1 200 OK\r\n\r\n");
            upstream.write(head);
            socket.pipe(upstream).pipe(socket);
          });
          for (const one of [socket, upstream]) one.on("error", () => socket.destroy());
        });
        const HTTP_PROXY = await listening(proxy);
        await withEnvironment(cloud.url, { HTTP_PROXY, NO_PROXY: "" }, async () => {
          const { code, stderr } = await runCli(args);
          assert.deepEqual([code, stderr.includes(WHERE), tunnels > 0], [0, true, true], stderr);
        });
        tunnels = 0;
        await withEnvironment(cloud.url, { HTTP_PROXY, NO_PROXY: "127.0.0.1" }, async () => {
          assert.deepEqual([(await runCli(args)).code, tunnels], [0, 0]);
        });
      });
    });
  }

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
      /no AWS credentials of the profile "nobody"/,
    ],
    ["keys that AWS does not know", { AWS_ACCESS_KEY_ID: "AKIANOBODY" }, [], /AWS rejects the credentials \(/],
    [
      "no Region",
      { AWS_REGION: undefined, AWS_PROFILE: "nobody" },
      [],
      /No Region is set.* The profile "nobody" has none/,
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

  it("uses AWS_DEFAULT_REGION if AWS_REGION is not set", async () => {
    await withEnvironment(cloud.url, { AWS_REGION: undefined, AWS_DEFAULT_REGION: REGION }, async () => {
      assert.equal((await runCli(["verify"])).code, 0);
    });
  });

  it("stops before the first call if the stack's resources are in another account", async () => {
    const rules = {
      hub: { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io", region: REGION, registryId: "444455556666" },
    };
    await cloud.ecr().send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "hub" }));
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
  for (const [what, option, input] of inputs) {
    it(`${what}: a message, and no error of JavaScript`, async () => {
      const { code, stderr } = await runCli(["verify", option, "-"], { input });
      assert.ok(code === 1 || code === 2);
      assert.ok(!/TypeError|RangeError|ReferenceError|\n +at /.test(stderr), stderr.slice(0, 300));
    });
  }
});

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

/** Runs work with variables in the environment, and puts the former ones back. */
async function withEnvironment(
  AWS_ENDPOINT_URL: string,
  env: NodeJS.ProcessEnv,
  work: () => Promise<void>,
): Promise<void> {
  const all = { AWS_ENDPOINT_URL, ...env };
  const former = Object.keys(all).map((name) => [name, process.env[name]] as const);
  const set = (entries: readonly (readonly [string, string | undefined])[]) => {
    for (const [name, value] of entries) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
  set(Object.entries(all));
  try {
    await work();
  } finally {
    set(former);
  }
}
