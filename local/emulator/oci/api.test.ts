import assert from "node:assert/strict";
import { cachesForSuite, NGINX } from "../testing/caches";
import { ACCOUNT, allow, type Pulled, REGION } from "../testing/support";

const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;

describe("emulator: the API of registries", () => {
  const { cloud, role } = cachesForSuite();
  const ask = (method: string, path: string, login?: string) => cloud.ask(method, HOST, path, login);
  const shown = ({ status, headers, body }: Pulled) => [status, headers["docker-distribution-api-version"], body];
  const error = (status: number, code: string, message: string) => [
    status,
    "registry/2.0",
    JSON.stringify({ errors: [{ code, message }] }),
  ];

  it("accepts only the logins that ECR gave, in their Region and until they expire", async () => {
    const token = await cloud.token();
    assert.deepEqual(shown(await ask("GET", "/v2/", token)), [200, "registry/2.0", "{}"]);
    const password = Buffer.from(token, "base64").toString().slice("AWS:".length);
    const [payload, signature] = password.split(".");
    const logins = [`aws:${password}`, `AWS:${payload}.${signature}AAAA`, `AWS:${password.slice(0, -4)}AAAA`, "AWS:"];
    const wrong = logins.map((login) => Buffer.from(login).toString("base64"));
    for (const given of [undefined, ...wrong, await cloud.token({ region: "us-east-1" })]) {
      const answer = await ask("GET", "/v2/", given);
      assert.deepEqual(shown(answer), error(401, "UNAUTHORIZED", "Not Authorized"));
      const basic = 'Basic realm="https://ecr.amazonaws.com/",service="ecr.amazonaws.com"';
      assert.equal(answer.headers["www-authenticate"], basic);
    }
    await cloud.control("POST", "clock", { advanceSeconds: 12 * 60 * 60 - 30 });
    assert.equal((await ask("GET", "/v2/", token)).status, 200);
    await cloud.control("POST", "clock", { advanceSeconds: 30 });
    assert.equal((await ask("GET", "/v2/", token)).status, 401);
  });

  it("serves only pulls, of repositories with a valid name", async () => {
    const token = await cloud.token();
    const invalid = "Invalid repository name";
    assert.deepEqual(
      shown(await ask("POST", `/v2/${NGINX}/blobs/uploads`, token)),
      error(405, "UNSUPPORTED", "The emulator serves pulls only"),
    );
    assert.deepEqual(shown(await ask("GET", "/v2/a", token)), error(404, "NAME_INVALID", invalid));
    const statusOf = async (name: string) => (await ask("GET", `/v2/${name}/tags/list`, token)).status;
    for (const name of ["A/b", "a--/b", "a//b", "-a", "a..b", "a___b", "b".repeat(257)])
      assert.equal(await statusOf(name), 400, name);
    for (const name of ["a", "a__b", "a.b", "a--b/c", "b".repeat(256)]) assert.equal(await statusOf(name), 404, name);
  });

  it("denies each kind of pull without its permission, and names both", async () => {
    await cloud.pull(NGINX, "1.27");
    const arn = await role("poor", allow("ecr:GetAuthorizationToken", { Resource: "*" }));
    const token = await cloud.token({ keys: await cloud.assume(arn) });
    const who = `User: arn:aws:sts::${ACCOUNT}:assumed-role/poor/test is not authorized to perform`;
    for (const [path, action] of [
      ["manifests/1.27", "BatchGetImage"],
      ["blobs/sha256:0", "GetDownloadUrlForLayer"],
      ["tags/list", "ListImages"],
    ]) {
      const message = `${who}: ecr:${action} on resource: arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${NGINX}`;
      assert.deepEqual(shown(await ask("GET", `/v2/${NGINX}/${path}`, token)), error(403, "DENIED", message));
    }
  });
});
