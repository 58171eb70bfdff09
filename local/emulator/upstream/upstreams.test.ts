import assert from "node:assert/strict";
import { TestCloud } from "../testing/support";

const HUB = "registry-1.docker.io";

/** Stand-ins for public registries, called as a container runtime calls them. */
describe("emulator: the upstreams", () => {
  const cloud = TestCloud.forSuite();
  const ask = (host: string, path: string, authorization?: string) => cloud.ask("GET", host, path, authorization);
  const basic = (login: string) => `Basic ${Buffer.from(login).toString("base64")}`;
  const codeOf = ({ body }: { body: string }) => JSON.parse(body).errors[0].code;
  async function bearer(host: string, path: string, authorization?: string): Promise<string> {
    const { status, body } = await ask(host, path, authorization);
    assert.equal(status, 200, body);
    return `Bearer ${JSON.parse(body).token}`;
  }

  it("each ask for their own token, with the repository as its scope", async () => {
    const pull = await ask("quay.io", "/v2/org/app/manifests/1");
    assert.deepEqual([pull.status, codeOf(pull)], [401, "UNAUTHORIZED"]);
    assert.equal(
      pull.headers["www-authenticate"],
      'Bearer realm="http://quay.io/v2/auth",service="quay.io",scope="repository:org/app:pull"',
    );
    const quay = await bearer("quay.io", "/v2/auth");
    assert.equal((await ask("quay.io", "/v2/", quay)).status, 200);
    assert.equal((await ask("public.ecr.aws", "/v2/", quay)).status, 401, "a token of another registry");
    assert.equal((await ask("registry.k8s.io", "/v2/")).status, 200, "needs no token");
  });

  it("give tokens to everybody, or only to the right login", async () => {
    await cloud.control("POST", "upstreams/credentials", { host: "ghcr.io", username: "me", accessToken: "mine" });
    const right = [
      ["quay.io", "/v2/auth"],
      ["auth.docker.io", "/token", "demo-user:demo-token"],
      ["ghcr.io", "/token", "me:mine"],
    ] as const;
    for (const [host, path, login] of right) await bearer(host, path, login && basic(login));
    const wrong = [
      ["auth.docker.io", "/token"],
      ["auth.docker.io", "/token", "demo-user:wrong"],
      ["ghcr.io", "/token", "demo-user:demo-token"],
      ["quay.io", "/v2/auth", "demo-user:wrong"],
    ] as const;
    for (const [host, path, login] of wrong)
      assert.equal((await ask(host, path, login && basic(login))).status, 401, `${host} ${login}`);
  });

  it("serve images and their blobs by tag and by digest, older ones too", async () => {
    const token = await bearer("quay.io", "/v2/auth");
    const get = (path: string) => ask("quay.io", `/v2/org/new/${path}`, token);
    const publish = () =>
      cloud.control<{ digest: string }>("POST", "upstreams/images", {
        host: "quay.io",
        repository: "org/new",
        tag: "1",
      });
    const [{ digest: old }, { digest }] = [await publish(), await publish()];
    const byTag = await get("manifests/1");
    assert.deepEqual([byTag.status, byTag.headers["docker-content-digest"]], [200, digest]);
    assert.equal((await get(`manifests/${old}`)).status, 200);
    const [child] = JSON.parse(byTag.body).manifests;
    const { config } = JSON.parse((await get(`manifests/${child.digest}`)).body);
    assert.equal((await get(`blobs/${config.digest}`)).headers["content-length"], String(config.size));
    assert.deepEqual(JSON.parse((await get("tags/list")).body), { name: "org/new", tags: ["1"] });
    assert.equal(codeOf(await get("manifests/2")), "MANIFEST_UNKNOWN");
    assert.equal(codeOf(await get("other/1")), "NAME_INVALID");
    const hub = await bearer("auth.docker.io", "/token", basic("demo-user:demo-token"));
    const unknown = await ask(HUB, "/v2/org/none/manifests/1", hub);
    assert.equal(unknown.status, 401, "Docker Hub does not show whether a repository exists");
  });

  it("can be limited, turned off and counted, until a reset", async () => {
    const host = "registry.k8s.io";
    const get = async (path = "manifests/3.10") => (await ask(host, `/v2/pause/${path}`)).status;
    await cloud.control("POST", "upstreams/limit", { host, manifests: 1 });
    assert.deepEqual([await get(), await get(), await get("tags/list")], [200, 429, 200]);
    await cloud.control("POST", "upstreams/limit", { host });
    await cloud.control("POST", "upstreams/online", { host, online: false });
    await assert.rejects(get());
    await cloud.control("POST", "upstreams/online", { host, online: true });
    assert.equal(await get(), 200);
    assert.deepEqual(await cloud.control("GET", "upstreams"), { requests: { [host]: 5 } });
    await cloud.control("POST", "upstreams/online", { host, online: false });
    await cloud.control("POST", "reset");
    assert.equal(await get(), 200);
  });
});
