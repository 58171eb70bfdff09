import assert from "node:assert/strict";
import { request } from "node:http";
import { startUpstreams, type Upstreams } from "./server";

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** Stand-ins for public registries, called as a container runtime calls them. */
describe("emulator: the upstreams", () => {
  let upstreams: Upstreams;
  before(async () => {
    upstreams = await startUpstreams({ "ghcr.io": { username: "me", accessToken: "mine" } });
  });
  beforeEach(() => upstreams.reset());
  after(() => upstreams.stop());

  function ask(host: string, path: string, authorization?: string, method = "GET"): Promise<Answer> {
    const headers = { host, ...(authorization && { authorization }) };
    return new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port: upstreams.port, path, headers, method }, (response) => {
        let text = "";
        response.on("data", (part: Buffer) => {
          text += part;
        });
        response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      });
      sent.once("error", reject);
      sent.end();
    });
  }
  const basic = (username: string, token: string) => `Basic ${Buffer.from(`${username}:${token}`).toString("base64")}`;
  const codeOf = ({ text }: Answer) => JSON.parse(text).errors[0].code;

  async function bearer(host: string, path: string, authorization?: string): Promise<string> {
    const { status, text } = await ask(host, path, authorization);
    assert.equal(status, 200, text);
    const { token, access_token: same, expires_in: seconds } = JSON.parse(text);
    assert.deepEqual([same, seconds], [token, 300]);
    return `Bearer ${token}`;
  }

  it("each ask for their own token, with the repository as its scope", async () => {
    const pull = await ask("quay.io", "/v2/org/app/manifests/1");
    assert.deepEqual([pull.status, codeOf(pull)], [401, "UNAUTHORIZED"]);
    assert.equal(pull.headers["content-type"], "application/json");
    const errors = [{ code: "UNAUTHORIZED", message: "authentication required" }];
    assert.deepEqual(JSON.parse(pull.text), { errors });
    assert.equal(
      pull.headers["www-authenticate"],
      'Bearer realm="http://quay.io/v2/auth",service="quay.io",scope="repository:org/app:pull"',
    );
    const base = await ask("registry-1.docker.io", "/v2/");
    assert.equal(
      base.headers["www-authenticate"],
      'Bearer realm="http://auth.docker.io/token",service="registry.docker.io"',
    );
    assert.equal((await ask("registry.k8s.io", "/v2/")).status, 200, "needs no token");
  });

  it("give tokens to everybody, or only to the right login", async () => {
    await bearer("quay.io", "/v2/auth");
    await bearer("auth.docker.io", "/token", basic("demo-user", "demo-token"));
    await bearer("ghcr.io", "/token", basic("me", "mine"));
    upstreams.setCredential("cgr.dev", { username: "a", accessToken: "b" });
    await bearer("cgr.dev", "/token", basic("a", "b"));
    for (const [host, path, authorization] of [
      ["auth.docker.io", "/token", undefined],
      ["auth.docker.io", "/token", basic("demo-user", "wrong")],
      ["ghcr.io", "/token", basic("demo-user", "demo-token")],
      ["ghcr.io", "/token", basic("you", "mine")],
      ["cgr.dev", "/token", basic("demo-user", "demo-token")],
      ["quay.io", "/v2/auth", basic("demo-user", "wrong")],
    ] as const) {
      const refused = await ask(host, path, authorization);
      assert.deepEqual([refused.status, codeOf(refused)], [401, "UNAUTHORIZED"], host);
      assert.match(refused.text, /incorrect username or password/);
    }
  });

  it("serve published images and their blobs, by tag and by digest, to callers with their token", async () => {
    const digest = upstreams.publish("quay.io", "org/new", "1");
    const token = await bearer("quay.io", "/v2/auth");
    const get = (path: string, method?: string) => ask("quay.io", `/v2/${path}`, token, method);
    const byTag = await get("org/new/manifests/1");
    assert.deepEqual(
      [byTag.status, byTag.headers["docker-content-digest"], byTag.headers["content-type"]],
      [200, digest, "application/vnd.oci.image.index.v1+json"],
    );
    assert.equal((await get(`org/new/manifests/${digest}`)).text, byTag.text);
    assert.deepEqual((await get("org/new/manifests/1", "HEAD")).text, "");
    const [child] = JSON.parse(byTag.text).manifests;
    const { config } = JSON.parse((await get(`org/new/manifests/${child.digest}`)).text);
    const blob = await get(`org/new/blobs/${config.digest}`);
    assert.deepEqual(
      [blob.status, blob.headers["content-type"], blob.headers["docker-content-digest"], Buffer.byteLength(blob.text)],
      [200, "application/octet-stream", config.digest, config.size],
    );
    assert.deepEqual(JSON.parse((await get("org/new/tags/list")).text), { name: "org/new", tags: ["1"] });
    assert.deepEqual(JSON.parse((await get("")).text), {});
    for (const path of ["org/new/manifests/2", "org/none/manifests/1", `org/new/blobs/${digest}`])
      assert.deepEqual(codeOf(await get(path)), "MANIFEST_UNKNOWN", path);
    const wrong = await get("org/new/other/1");
    assert.deepEqual([wrong.status, codeOf(wrong)], [404, "NAME_INVALID"]);
    assert.equal((await ask("public.ecr.aws", "/v2/", token)).status, 401, "a token of another registry");
    const authorized = async (text: string) => (await ask("quay.io", "/v2/", text)).status;
    assert.equal(await authorized(token.replace("Bearer", "bearer")), 200);
    for (const other of [`x${token}`, `${token} x`, token.replace("Bearer ", "")])
      assert.equal(await authorized(other), 401);
  });

  it("do not show whether a repository exists on Docker Hub, and do not serve other host names", async () => {
    const token = await bearer("auth.docker.io", "/token", basic("demo-user", "demo-token"));
    const unknown = await ask("registry-1.docker.io", "/v2/org/none/manifests/1", token);
    assert.deepEqual([unknown.status, codeOf(unknown)], [401, "UNAUTHORIZED"]);
    assert.equal((await ask("example.com", "/v2/")).status, 403);
  });

  it("can be limited, turned off and counted", async () => {
    upstreams.publish("registry.k8s.io", "a", "1");
    const get = (path = "manifests/1") => ask("registry.k8s.io", `/v2/a/${path}`);
    upstreams.setLimit("registry.k8s.io", 2);
    assert.deepEqual([(await get()).status, (await get()).status], [200, 200]);
    const limited = await get();
    assert.deepEqual([limited.status, codeOf(limited)], [429, "TOOMANYREQUESTS"]);
    assert.equal((await get("tags/list")).status, 200, "only manifests are limited");
    upstreams.setLimit("registry.k8s.io", undefined);
    assert.equal((await get()).status, 200);
    upstreams.setOnline("registry.k8s.io", false);
    await assert.rejects(get());
    upstreams.setOnline("registry.k8s.io", true);
    assert.equal((await get()).status, 200);
    assert.deepEqual(upstreams.requestCounts(), { "registry.k8s.io": 7 });
    upstreams.reset();
    assert.deepEqual(upstreams.requestCounts(), {});
    assert.equal((await get()).status, 404);
  });
});
