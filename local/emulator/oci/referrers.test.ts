import assert from "node:assert/strict";
import { ListImageReferrersCommand } from "@aws-sdk/client-ecr";
import { cachesForSuite, NGINX } from "../testing/caches";
import { ACCOUNT, allow, REGION } from "../testing/support";

const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const TYPE = "application/vnd.dev.cosign.artifact.sig.v1+json";

describe("emulator: referrers", () => {
  const { cloud, role } = cachesForSuite();
  let subject = "";
  let signature = "";

  beforeEach(async () => {
    subject = String((await cloud.pull(NGINX, "1.27")).headers["docker-content-digest"]);
    const upstream = { host: "registry-1.docker.io", repository: "library/nginx", subject, artifactType: TYPE };
    signature = (await cloud.control<{ digest: string }>("POST", "upstreams/referrers", upstream)).digest;
  });

  const list = async (token: string, digest = subject) => {
    const { status, body } = await cloud.ask("GET", HOST, `/v2/${NGINX}/referrers/${digest}`, token);
    return { status, manifests: JSON.parse(body).manifests as { digest: string; artifactType: string }[] };
  };

  it("are cached when they are listed, by clients and by the API", async () => {
    assert.equal((await cloud.pull(NGINX, signature)).status, 404);
    const { status, manifests } = await list(await cloud.token());
    assert.deepEqual([status, manifests.map((one) => [one.digest, one.artifactType])], [200, [[signature, TYPE]]]);
    assert.equal((await cloud.pull(NGINX, signature)).status, 200);
    const input = { repositoryName: NGINX, subjectId: { imageDigest: subject } };
    const { referrers = [] } = await cloud.ecr().send(new ListImageReferrersCommand(input));
    assert.deepEqual(
      referrers.map(({ digest, artifactType, artifactStatus }) => [digest, artifactType, artifactStatus]),
      [[signature, TYPE, "ACTIVE"]],
    );
    assert.deepEqual((await list(await cloud.token(), signature)).manifests, []);
  });

  it("need the permission to pull, and only who may import brings new ones", async () => {
    const tokenOf = async (name: string, action: string) =>
      cloud.token({
        keys: await cloud.assume(await role(name, allow(["ecr:GetAuthorizationToken", action], { Resource: "*" }))),
      });
    assert.equal((await list(await tokenOf("poor", "ecr:ListImages"))).status, 403);
    const reader = await tokenOf("reader", "ecr:BatchGetImage");
    assert.deepEqual((await list(reader)).manifests, []);
    await list(await cloud.token());
    assert.equal((await list(reader)).manifests.length, 1);
  });
});
