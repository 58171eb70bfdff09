import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as runtimeState from "@pulumi/pulumi/runtime/state";
import type { PullThroughCacheArgs } from "../../../../component/args";
import { currentDeployment } from "../../../../component/deployment";
import { configuredCredentials } from "../../../../component/input/credentials/config";
import { type SecretStrings, secretStrings } from "../../../../component/resources/late/secret-strings";
import { promiseOf } from "../../../support/promise";
import { useStack } from "../../stack";

/** Part of the SDK's state, which its types do not declare. */
interface Store {
  readonly settings: { readonly options: { rootDirectory?: string } };
}

const NAME = "pull-through-cache:credentials";
const HUB = { kind: "docker-hub", host: "registry-1.docker.io", authentication: "credentials" } as const;

const secretString = (
  entry: Parameters<SecretStrings>[0],
  source: Parameters<SecretStrings>[1],
  given: PullThroughCacheArgs["credentials"],
) => secretStrings(given, configuredCredentials())(entry, source);

function setConfig(config: Record<string, string>): void {
  pulumi.runtime.setAllConfig(config, Object.keys(config));
}

describe("the stack's config", () => {
  before(useStack);
  afterEach(() => setConfig({}));

  it("reports which credentials are there and how they were set, but no value", () => {
    setConfig({
      [NAME]: JSON.stringify({
        ghcr: { password: "planted" },
        hub: { accessToken: "planted", username: "" },
        k8s: "planted",
      }),
      "pull-through-cache:credentials.quay.accessToken": "planted",
      "shop:credentials": JSON.stringify({ dockerhub: { accessToken: "planted" } }),
    });
    const sources = configuredCredentials().found;
    assert.deepEqual(sources, {
      config: {
        ghcr: { username: false, accessToken: false, isPlain: false, others: ["password"] },
        hub: { username: false, accessToken: true, isPlain: false, others: [] },
        k8s: { username: false, accessToken: false, isPlain: false, others: [], isText: true },
      },
      isOneValue: false,
      inProject: { namespace: "shop", keys: ["dockerhub"] },
      withoutPath: ["credentials.quay.accessToken"],
    });
    assert.ok(!JSON.stringify(sources).includes("planted"));
  });

  it("distinguishes one JSON value from parts that were set one by one", () => {
    const isOneValue = (text: string) => {
      setConfig({ [NAME]: text });
      return configuredCredentials().found.isOneValue;
    };
    assert.equal(isOneValue('{"ghcr":{"accessToken":"a\\u003cb\\u0026c","username":12}}'), false);
    assert.equal(isOneValue('{"ghcr": {"accessToken": "a", "username": "b"}}'), true);
    assert.equal(isOneValue('{"ghcr":{"username":"b","accessToken":"a"}}'), true);
    assert.equal(isOneValue('{"ghcr":{"accessToken":"a<b"}}'), true);
    setConfig({});
    assert.equal(configuredCredentials().found.isOneValue, false);
  });

  describe("in the stack's file", () => {
    const directory = mkdtempSync(join(tmpdir(), "config-test-"));
    const { options } = (runtimeState as unknown as { getStore(): Store }).getStore().settings;
    const before = options.rootDirectory;
    beforeEach(() => {
      options.rootDirectory = directory;
    });
    afterEach(() => {
      options.rootDirectory = before;
    });
    after(() => rmSync(directory, { recursive: true }));

    const found = (file: string, config = '{"ghcr":{"accessToken":"a"}}') => {
      writeFileSync(join(directory, "Pulumi.dev.yaml"), file);
      // A program reads its file once.
      currentDeployment().credentials.clear();
      setConfig({ [NAME]: config });
      return configuredCredentials().found;
    };

    it("may be one value for all, encrypted or not", () => {
      const isOneValue = (file: string) => found(file).isOneValue;
      assert.equal(isOneValue(`config:\n  ${NAME}: '{"ghcr":{"accessToken":"a"}}'\n`), true);
      assert.equal(isOneValue(`config:\n  ${NAME}:\n    secure: v1:abc\n`), true);
      assert.equal(isOneValue(`config:\n  ${NAME}:\n    ghcr:\n      accessToken:\n        secure: v1:abc\n`), false);
      for (const file of ["", "[]", "config: 7", "{", `config: { other: x }`])
        assert.equal(isOneValue(file), false, file);
    });

    it("are plain text or encrypted one by one", () => {
      const { config } = found(
        `config:
  ${NAME}:
    dockerhub: { username: someone, accessToken: { secure: "v1:abc" } }
    ghcr: { username: someone, accessToken: planted }
    gitlab: { username: someone }
`,
        JSON.stringify(
          Object.fromEntries(
            ["dockerhub", "ghcr", "gitlab"].map((key) => [key, { accessToken: "planted", username: "someone" }]),
          ),
        ),
      );
      // GitLab's comes from elsewhere, such as Pulumi ESC.
      const plain = Object.entries(config).map(([key, { isPlain }]) => [key, isPlain]);
      assert.deepEqual(Object.fromEntries(plain), { dockerhub: false, ghcr: true, gitlab: false });
    });
  });

  it("has digits as text, as they were typed, and nothing for what is missing", () => {
    setConfig({ [NAME]: '{"hub":{"accessToken":123,"username":456},"ghcr":{"accessToken":null}}' });
    assert.deepEqual(Object.fromEntries(configuredCredentials().values), {
      hub: { username: "456", accessToken: "123" },
      ghcr: { username: "", accessToken: "" },
    });
  });

  it("refuses a user name or a token that turns out to be empty", async () => {
    for (const part of ["username", "accessToken"]) {
      const given = { hub: { username: "someone", accessToken: "t", [part]: pulumi.output("") } };
      const text = promiseOf(secretString({ key: "hub", upstream: HUB }, { source: "argument" }, given));
      await assert.rejects(text, new RegExp(`credentials\\.hub\\.${part}: cannot be empty`));
    }
  });

  it("is not asked for credentials that the argument has without a value", async () => {
    setConfig({ [NAME]: '{"hub":{"accessToken":"a","username":"b"}}' });
    const given = { hub: undefined } as unknown as PullThroughCacheArgs["credentials"];
    await assert.rejects(promiseOf(secretString({ key: "hub", upstream: HUB }, { source: "argument" }, given)), {
      message:
        "PullThroughCache: 2 problems in the input.\n  - credentials.hub.username: is missing: it must be a string\n  - credentials.hub.accessToken: is missing: it must be a string",
    });
    const text = await promiseOf(secretString({ key: "hub", upstream: HUB }, { source: "config" }, given));
    assert.equal(text, '{"username":"b","accessToken":"a"}');
  });

  it("refuses what is too long for a secret, in bytes", async () => {
    const of = (accessToken: string) =>
      promiseOf(
        secretString({ key: "hub", upstream: HUB }, { source: "argument" }, { hub: { username: "é", accessToken } }),
      );
    // API model of AWS Secrets Manager: at most 65,536 bytes.
    const room = 65_536 - Buffer.byteLength(JSON.stringify({ username: "é", accessToken: "" }));
    assert.equal(Buffer.byteLength(await of("t".repeat(room))), 65_536);
    await assert.rejects(
      of("t".repeat(room + 1)),
      /- credentials\.hub: AWS Secrets Manager accepts at most 65536 bytes for the user name and the token together$/,
    );
  });

  describe("beside credentials that are an Output", () => {
    const given = pulumi.output({ ghcr: { username: "someone", accessToken: "t" } });
    const text = (key: string) =>
      promiseOf(secretString({ key, upstream: HUB }, { source: "argument or config" }, given));

    it("serves the entries that the Output lacks", async () => {
      setConfig({ [NAME]: '{"hub":{"accessToken":"a","username":"b"}}' });
      assert.deepEqual(JSON.parse(await text("ghcr")), { username: "someone", accessToken: "t" });
      assert.deepEqual(JSON.parse(await text("hub")), { username: "b", accessToken: "a" });
    });

    it("must have what neither has", async () => {
      for (const all of [given, pulumi.output({ hub: null as never })]) {
        await assert.rejects(
          promiseOf(secretString({ key: "hub", upstream: HUB }, { source: "argument or config" }, all)),
          /- registries\.hub: registry-1\.docker\.io needs credentials .* Set[^\n]*:\n.*credentials\.hub\.username/,
        );
      }
    });
  });
});
