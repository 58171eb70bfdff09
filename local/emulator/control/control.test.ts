import assert from "node:assert/strict";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud } from "../testing/support";

describe("emulator: its control API", () => {
  const cloud = TestCloud.forSuite();
  const inventory = () => cloud.control<{ empty: boolean; regions: object }>("GET", `accounts/${ACCOUNT}`);

  it("lists all names in an account, which is empty if it has only what AWS keeps by itself", async () => {
    const rule = { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" };
    await cloud.ecr().createPullThroughCacheRule(rule);
    await cloud.secrets().createSecret({ Name: "going", SecretString: "a" });
    await cloud.secrets().deleteSecret({ SecretId: "going", RecoveryWindowInDays: 7 });
    await cloud.ecr().putRegistryScanningConfiguration({ scanType: "BASIC", rules: [] });
    assert.equal((await inventory()).empty, false);
    await cloud.ecr().deletePullThroughCacheRule(rule);
    assert.equal((await inventory()).empty, true);
    const policyText = allow("ecr:CreateRepository", { Principal: { AWS: OTHER_ACCOUNT }, Resource: "*" });
    await cloud.ecr().putRegistryPolicy({ policyText });
    await cloud.ecr({ region: "us-east-1" }).createRepository({ repositoryName: "far" });
    await cloud.ecr({ account: OTHER_ACCOUNT }).createRepository({ repositoryName: "foreign" });
    const none = {
      rules: [],
      templates: [],
      pullTimeExclusions: [],
      secrets: [],
      eventRules: [],
      topics: [],
      schedules: [],
    };
    assert.deepEqual(await inventory(), {
      empty: false,
      roles: [],
      serviceLinkedRoles: ["AWSServiceRoleForECRPullThroughCache"],
      policies: [],
      regions: {
        [REGION]: {
          ...none,
          repositories: [],
          secretsScheduledForDeletion: ["going"],
          registryPolicy: true,
          scanning: false,
        },
        "us-east-1": {
          ...none,
          repositories: ["far"],
          secretsScheduledForDeletion: [],
          registryPolicy: false,
          scanning: false,
        },
      },
    });
  });
});
