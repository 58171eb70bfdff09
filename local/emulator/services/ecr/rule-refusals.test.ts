import assert from "node:assert/strict";
import type { CreatePullThroughCacheRuleCommandInput, ECR } from "@aws-sdk/client-ecr";
import { ACCOUNT, OTHER_ACCOUNT, refused, TestCloud, trust } from "../../testing/support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/puller`;
const OWN = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const FOREIGN = `${OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;

type Input = Partial<CreatePullThroughCacheRuleCommandInput>;

/** Source: Amazon ECR User Guide, "Creating a pull through cache rule"; API reference, CreatePullThroughCacheRule. */
describe("emulator: rules that ECR refuses", () => {
  const cloud = TestCloud.forSuite();
  let ecr: ECR;
  let credentialArn: string;
  beforeEach(async () => {
    ecr = cloud.ecr();
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    await cloud.iam().createRole({ RoleName: "puller", AssumeRolePolicyDocument });
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const { ARN } = await cloud.secrets().createSecret({ Name: "ecr-pullthroughcache/hub", SecretString });
    credentialArn = ARN ?? "";
  });
  const create = (more: Input) =>
    ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "cache", upstreamRegistryUrl: "quay.io", ...more });

  const refusals: [string, () => Input, string, RegExp][] = [
    ["the name of another upstream", () => ({ upstreamRegistry: "k8s" }), "InvalidParameterException", /another URL/],
    [
      "the registry of another account",
      () => ({ registryId: OTHER_ACCOUNT }),
      "InvalidParameterException",
      /registryId/,
    ],
    ["a role for an upstream outside of ECR", () => ({ customRoleArn: ROLE }), "InvalidParameterException", /role/],
    [
      "a role for an upstream with a secret",
      () => ({ upstreamRegistryUrl: "ghcr.io", credentialArn, customRoleArn: ROLE }),
      "InvalidParameterException",
      /custom role/,
    ],
    [
      "a secret for ECR",
      () => ({ upstreamRegistryUrl: FOREIGN, customRoleArn: ROLE, credentialArn }),
      "InvalidParameterException",
      /credential/,
    ],
    [
      "a user in place of a role",
      () => ({ upstreamRegistryUrl: FOREIGN, customRoleArn: ROLE.replace("role", "user") }),
      "ValidationException",
      /must name an IAM role/,
    ],
    [
      "another service's ARN in place of a role",
      () => ({ upstreamRegistryUrl: FOREIGN, customRoleArn: ROLE.replace("iam", "sts") }),
      "ValidationException",
      /must name an IAM role/,
    ],
    [
      "no ARN in place of a role",
      () => ({ upstreamRegistryUrl: FOREIGN, customRoleArn: "puller" }),
      "ValidationException",
      /must name an IAM role/,
    ],
    [
      "a role of ECR's own account that does not exist",
      () => ({ upstreamRegistryUrl: OWN, customRoleArn: `${ROLE}-x` }),
      "ValidationException",
      /does not exist/,
    ],
    [
      "an upstream prefix for ROOT",
      () => ({ ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl: OWN, upstreamRepositoryPrefix: "team" }),
      "ValidationException",
      /not ROOT/,
    ],
  ];
  for (const [what, more, name, message] of refusals) {
    it(`with ${what}`, async () => {
      await refused(create(more()), name, message);
      assert.deepEqual((await ecr.describePullThroughCacheRules({})).pullThroughCacheRules, []);
    });
  }

  const accepted: [string, Input, upstreamRepositoryPrefix: string | undefined][] = [
    ["an upstream outside of ECR", { upstreamRegistry: "quay", registryId: ACCOUNT }, undefined],
    ["ROOT as the upstream prefix outside of ECR", { upstreamRepositoryPrefix: "ROOT" }, "ROOT"],
    ["an upstream prefix outside of ECR", { upstreamRepositoryPrefix: "keycloak" }, "keycloak"],
    ["ROOT outside of ECR", { ecrRepositoryPrefix: "ROOT" }, "ROOT"],
    [
      "ROOT for ROOT",
      { ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl: OWN, upstreamRepositoryPrefix: "ROOT" },
      "ROOT",
    ],
    ["ECR in its own account without a role", { upstreamRegistryUrl: OWN, upstreamRegistry: "ecr" }, "ROOT"],
    ["ECR in its own account with a role", { upstreamRegistryUrl: OWN, customRoleArn: ROLE }, "ROOT"],
    [
      "an upstream prefix in ECR",
      { upstreamRegistryUrl: FOREIGN, customRoleArn: ROLE, upstreamRepositoryPrefix: "team" },
      "team",
    ],
  ];
  for (const [what, more, wanted] of accepted) {
    it(`do not include ${what}`, async () => {
      assert.equal((await create(more)).upstreamRepositoryPrefix, wanted);
    });
  }

  for (const region of ["cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1"]) {
    it(`include all in ${region}`, () =>
      refused(
        cloud
          .ecr({ region })
          .createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }),
        "ValidationException",
        new RegExp(`not available in Region ${region}$`),
      ));
  }

  it("include updates with credentials that do not fit the upstream", async () => {
    await create({ upstreamRegistryUrl: "ghcr.io", credentialArn });
    await create({ ecrRepositoryPrefix: "own", upstreamRegistryUrl: OWN });
    const update = (ecrRepositoryPrefix: string, more: object) =>
      ecr.updatePullThroughCacheRule({ ecrRepositoryPrefix, ...more });
    await refused(update("cache", { customRoleArn: ROLE }), "InvalidParameterException", /custom role/);
    await refused(update("own", { credentialArn }), "InvalidParameterException", /credential/);
    await refused(update("own", { customRoleArn: `${ROLE}-x` }), "ValidationException", /does not exist/);
    await refused(update("cache", { credentialArn: `${credentialArn.slice(0, -1)}_` }), "SecretNotFoundException");
    const { pullThroughCacheRules } = await ecr.describePullThroughCacheRules({});
    assert.deepEqual(
      pullThroughCacheRules?.map(({ credentialArn, customRoleArn }) => [credentialArn, customRoleArn]),
      [
        [credentialArn, undefined],
        [undefined, undefined],
      ],
    );
    assert.equal((await update("own/", { customRoleArn: ROLE })).customRoleArn, ROLE);
  });

  it("are not another account's, in any operation", async () => {
    await create({});
    const input = { ecrRepositoryPrefix: "cache", registryId: OTHER_ACCOUNT };
    for (const call of [
      () => ecr.describePullThroughCacheRules({ registryId: OTHER_ACCOUNT }),
      () => ecr.updatePullThroughCacheRule({ ...input, credentialArn }),
      () => ecr.deletePullThroughCacheRule(input),
      () => ecr.validatePullThroughCacheRule(input),
    ]) {
      await refused(call(), "InvalidParameterException", /is not the registry of the caller/);
    }
    const { pullThroughCacheRules } = await ecr.describePullThroughCacheRules({ registryId: ACCOUNT });
    assert.equal(pullThroughCacheRules?.length, 1);
  });

  it("do not hide others, which are described in the order of the call", async () => {
    for (const ecrRepositoryPrefix of ["one", "two/", "three"]) await create({ ecrRepositoryPrefix });
    const prefixes = async (more = {}) => {
      const { pullThroughCacheRules = [], nextToken } = await ecr.describePullThroughCacheRules(more);
      assert.equal(nextToken, undefined);
      return pullThroughCacheRules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix);
    };
    assert.deepEqual(await prefixes({ ecrRepositoryPrefixes: ["three/", "two"] }), ["three", "two/"]);
    assert.deepEqual(await prefixes(), ["one", "two/", "three"]);
    const { nextToken } = await ecr.describePullThroughCacheRules({ maxResults: 1 });
    assert.deepEqual(await prefixes({ nextToken }), ["two/", "three"]);
    const some = prefixes({ ecrRepositoryPrefixes: ["one", "none"] });
    await refused(some, "PullThroughCacheRuleNotFoundException", /prefix 'none'/);
  });
});
