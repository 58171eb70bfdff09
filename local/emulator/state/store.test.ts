import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../test/support/leftovers";
import { ACCOUNT, REGION, TestCloud, trust } from "../testing/support";

describe("emulator: its folder", () => {
  it("keeps everything for the next run, in a file that only the user may read", async () => {
    const stateDirectory = await temporaryFolder("state-test");
    const cloud = await TestCloud.start({ stateDirectory });
    try {
      await cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
      await cloud.secrets().createSecret({ Name: "kept", SecretString: "value" });
      await cloud.iam().createRole({ RoleName: "puller", AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) });
      const keys = await cloud.assume(`arn:aws:iam::${ACCOUNT}:role/puller`);
      const { body } = await cloud.pull("quay/argoproj/argocd", "latest");
      await cloud.control("POST", "clock", { advanceSeconds: 3000 });
      const token = await cloud.token();
      await cloud.restart({ stateDirectory });
      const { pullThroughCacheRules } = await cloud.ecr().describePullThroughCacheRules({});
      assert.equal(pullThroughCacheRules?.[0]?.ecrRepositoryPrefix, "quay");
      assert.equal((await cloud.secrets().getSecretValue({ SecretId: "kept" })).SecretString, "value");
      await cloud.token({ keys }).catch(({ name }: Error) => assert.equal(name, "AccessDeniedException"));
      const { now } = await cloud.control<{ now: string }>("POST", "clock", { advanceSeconds: 0 });
      assert.ok(Date.parse(now) > Date.now() + 2_900_000);
      await cloud.control("POST", "upstreams/online", { host: "quay.io", online: false });
      const get = (path: string) =>
        cloud.get(`${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`, `/v2/quay/argoproj/argocd/${path}`, token);
      const child = await get(`manifests/${JSON.parse(body).manifests[0].digest}`);
      const { digest, size } = JSON.parse(child.body).layers[0];
      const layer = await get(`blobs/${digest}`);
      assert.deepEqual([layer.status, layer.headers["content-length"]], [200, String(size)]);
      assert.deepEqual(readdirSync(stateDirectory), ["state.json"]);
      assert.equal(statSync(join(stateDirectory, "state.json")).mode & 0o777, 0o600);
    } finally {
      await cloud.stop();
      rmSync(stateDirectory, { recursive: true });
    }
  });
});
