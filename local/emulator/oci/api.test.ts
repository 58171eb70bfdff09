import assert from "node:assert/strict";
import { basicAuthorization } from "../http/authorization";
import { parseRegistryPath } from "../http/registry-path";
import { cachesForSuite, NGINX } from "../testing/caches";
import { ACCOUNT, allow, type Pulled, REGION } from "../testing/support";

const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const JSON_TYPE = "application/json";

describe("emulator: the API of registries", () => {
  const { cloud, role } = cachesForSuite();

  const ask = (method: string, path: string, token?: string, host = HOST) => cloud.ask(method, host, path, token);
  const logged = async () => {
    const { requests } = await cloud.control<{ requests: Record<string, unknown>[] }>("GET", "requests");
    const { id, time, ...entry } = requests.at(-1) ?? {};
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
    return entry;
  };
  const place = { service: "registry", account: ACCOUNT, region: REGION };
  const root = { ...place, principal: `arn:aws:iam::${ACCOUNT}:root` };
  const shown = ({ status, headers, body }: Pulled) => [
    status,
    headers["content-type"],
    headers["docker-distribution-api-version"],
    body,
  ];
  const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });

  it("has a base for logins, with and without a slash at its end", async () => {
    const token = await cloud.token();
    for (const path of ["/v2/", "/v2"]) {
      assert.deepEqual(shown(await ask("GET", path, token)), [200, JSON_TYPE, "registry/2.0", "{}"]);
      assert.deepEqual(await logged(), { ...root, operation: "base", target: `GET ${HOST}${path}`, status: 200 });
    }
  });

  it("asks for a login, and logs nobody then", async () => {
    const token = await cloud.token();
    const [, password = ""] = Buffer.from(token, "base64").toString().split(":");
    const other = Buffer.from(`aws:${password}`).toString("base64");
    const [payload, signature] = password.split(".");
    const long = Buffer.from(`AWS:${payload}.${signature}AAAA`).toString("base64");
    for (const given of [undefined, "", other, long, Buffer.from("AWS:").toString("base64")]) {
      const answer = await ask("GET", "/v2/", given);
      assert.deepEqual(shown(answer), [401, JSON_TYPE, "registry/2.0", error("UNAUTHORIZED", "Not Authorized")]);
      assert.equal(
        answer.headers["www-authenticate"],
        'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"',
      );
      const entry = { ...place, operation: "base", target: `GET ${HOST}/v2/`, status: 401, error: "UNAUTHORIZED" };
      assert.deepEqual(await logged(), entry);
    }
    assert.equal((await ask("GET", "/v2/other", token)).headers["www-authenticate"], undefined);
  });

  it("accepts a token until the second in which it expires", async () => {
    const token = await cloud.token();
    await cloud.control("POST", "clock", { advanceSeconds: 12 * 60 * 60 - 30 });
    assert.equal((await ask("GET", "/v2/", token)).status, 200);
    await cloud.control("POST", "clock", { advanceSeconds: 30 });
    assert.equal((await ask("GET", "/v2/", token)).status, 401);
  });

  it("serves only pulls, of repositories with a valid name", async () => {
    const token = await cloud.token();
    const refusals: readonly (readonly [
      method: string,
      path: string,
      status: number,
      code: string,
      message: string,
    ])[] = [
      ["POST", `/v2/${NGINX}/blobs/uploads`, 405, "UNSUPPORTED", "The emulator serves pulls only"],
      ["DELETE", "/v2/", 405, "UNSUPPORTED", "The emulator serves pulls only"],
      ["GET", "/v2/a", 404, "NAME_INVALID", "Invalid repository name"],
      ["GET", "/v1/", 404, "NAME_INVALID", "Invalid repository name"],
      ...["A/b", "a--/b", "a//b", "-a", "a/", "a..b", "a___b", "a/B", "b".repeat(257)].map(
        (name) => ["GET", `/v2/${name}/tags/list`, 400, "NAME_INVALID", "Invalid repository name"] as const,
      ),
      ...["a", "a_b", "a__b", "a.b", "a--b/c", "b".repeat(256)].map(
        (name) =>
          [
            "GET",
            `/v2/${name}/tags/list`,
            404,
            "NAME_UNKNOWN",
            `The repository with name '${name}' does not exist in the registry with id '${ACCOUNT}'`,
          ] as const,
      ),
    ];
    for (const [method, path, status, code, message] of refusals) {
      assert.deepEqual(shown(await ask(method, path, token)), [
        status,
        JSON_TYPE,
        "registry/2.0",
        error(code, message),
      ]);
      assert.equal((await logged()).error, code);
    }
    await ask("GET", "/v1/", token);
    assert.equal((await logged()).operation, "unknown");
  });

  it("serves manifests, blobs and tags, and only their headers to HEAD", async () => {
    const token = await cloud.token();
    const index = "application/vnd.oci.image.index.v1+json";
    const manifest = await ask("GET", `/v2/${NGINX}/manifests/1.27`, token);
    assert.deepEqual([manifest.status, manifest.headers["content-type"]], [200, index]);
    assert.deepEqual(await logged(), {
      ...root,
      operation: "manifest",
      target: `GET ${HOST}/v2/${NGINX}/manifests/1.27`,
      status: 200,
    });
    const digest = String(manifest.headers["docker-content-digest"]);
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    const head = await ask("HEAD", `/v2/${NGINX}/manifests/${digest}`, token);
    assert.deepEqual(shown(head), [200, index, "registry/2.0", ""]);
    assert.equal(head.headers["content-length"], String(manifest.body.length));
    const [child] = JSON.parse(manifest.body).manifests;
    const { config } = JSON.parse((await ask("GET", `/v2/${NGINX}/manifests/${child.digest}`, token)).body);
    const blob = await ask("GET", `/v2/${NGINX}/blobs/${config.digest}`, token);
    assert.deepEqual(shown(blob).slice(0, 3), [200, "application/octet-stream", "registry/2.0"]);
    assert.deepEqual([blob.headers["docker-content-digest"], blob.body.length], [config.digest, config.size]);
    assert.equal((await logged()).operation, "blob");
    const unknown = await ask("GET", `/v2/${NGINX}/blobs/${digest}`, token);
    assert.deepEqual(shown(unknown).slice(3), [error("BLOB_UNKNOWN", "blob unknown to registry")]);
    assert.equal(unknown.status, 404);
    await ask("GET", `/v2/${NGINX}/manifests/latest`, token);
    const tags = await ask("GET", `/v2/${NGINX}/tags/list`, token);
    const body = JSON.stringify({ name: NGINX, tags: ["1.27", "latest"] });
    assert.deepEqual(shown(tags), [200, JSON_TYPE, "registry/2.0", body]);
    assert.equal((await logged()).operation, "tags");
    const missing = await ask("GET", `/v2/${NGINX}/manifests/none`, token);
    assert.deepEqual(shown(missing).slice(3), [error("MANIFEST_UNKNOWN", "Requested image not found")]);
  });

  it("denies each kind of pull without its permission, and names both", async () => {
    await cloud.pull(NGINX, "1.27");
    const arn = await role("poor", allow("ecr:GetAuthorizationToken", { Resource: "*" }));
    const token = await cloud.token({ keys: await cloud.assume(arn) });
    for (const [path, action] of [
      ["manifests/1.27", "BatchGetImage"],
      ["blobs/sha256:0", "GetDownloadUrlForLayer"],
      ["tags/list", "ListImages"],
    ]) {
      const session = `arn:aws:sts::${ACCOUNT}:assumed-role/poor/test`;
      const resource = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${NGINX}`;
      const message = `User: ${session} is not authorized to perform: ecr:${action} on resource: ${resource}`;
      const answer = await ask("GET", `/v2/${NGINX}/${path}`, token);
      assert.deepEqual(shown(answer), [403, JSON_TYPE, "registry/2.0", error("DENIED", message)]);
    }
  });

  it("words faults as registries do, and logs them", async () => {
    const token = await cloud.token();
    const injected = (kind: string) =>
      cloud.control("PUT", "faults", { rules: [{ service: "registry", operation: "base", kind, times: 1 }] });
    for (const [kind, status, code, message] of [
      ["throttle", 429, "TOOMANYREQUESTS", "Rate exceeded"],
      ["error500", 500, "UNKNOWN", "An internal error occurred (injected)"],
      ["accessDenied", 403, "DENIED", "Not authorized to perform: registry:base (injected)"],
    ] as const) {
      await injected(kind);
      assert.deepEqual(shown(await ask("GET", "/v2/", token)), [
        status,
        JSON_TYPE,
        "registry/2.0",
        error(code, message),
      ]);
      const target = `GET ${HOST}/v2/`;
      assert.deepEqual(await logged(), {
        ...root,
        operation: "base",
        target,
        status,
        error: code,
        fault: `${kind} before`,
      });
    }
    await injected("reset");
    await assert.rejects(ask("GET", "/v2/", token), { code: "ECONNRESET" });
    await cloud.control("PUT", "faults", {
      rules: [{ service: "registry", operation: "base", kind: "throttle", when: "after" }],
    });
    await ask("GET", "/v2/", token);
    assert.equal((await logged()).fault, "throttle after");
  });

  it("is a registry only by its whole name", async () => {
    for (const host of [`x${HOST}`, `${HOST}.example.com`]) {
      const answer = await ask("GET", "/v2/", await cloud.token(), host);
      assert.equal(answer.headers["docker-distribution-api-version"], undefined, host);
    }
  });
});

describe("emulator: logins of registries", () => {
  it("have a username and a password, which may have colons", () => {
    const login = (scheme: string, text: string) =>
      basicAuthorization(`${scheme} ${Buffer.from(text).toString("base64")}`);
    for (const scheme of ["Basic", "basic", "BASIC"])
      assert.deepEqual(login(scheme, "AWS:a:b"), { username: "AWS", password: "a:b" });
    assert.deepEqual(login("Basic", "AWS"), { username: "AWS", password: "" });
    for (const header of [undefined, "", "Basic", "Basic ", "xBasic YQ==", "Basic YQ== x", "Bearer YQ=="])
      assert.equal(basicAuthorization(header), undefined, header);
  });
});

describe("emulator: paths of registries", () => {
  it("have a repository, and what is pulled of it", () => {
    assert.deepEqual(parseRegistryPath("/v2/a/b/tags/list"), { kind: "tags", repository: "a/b" });
    assert.deepEqual(parseRegistryPath("/v2/a/manifests/1"), { kind: "manifest", repository: "a", reference: "1" });
    assert.deepEqual(parseRegistryPath("/v2/a/b/blobs/sha256:0"), {
      kind: "blob",
      repository: "a/b",
      reference: "sha256:0",
    });
    for (const path of [
      ...["/", "/v2/a", "/v2/tags/list", "/v2/a/tags/list/", "/v2/a/tags/all"],
      ...["/v2/manifests/1", "/v2/a/manifests/", "/v2/a/manifests/1/2", "x/v2/a/manifests/1", "/v2/a/other/1"],
      "x/v2/a/tags/list",
    ])
      assert.equal(parseRegistryPath(path), undefined, path);
  });
});
