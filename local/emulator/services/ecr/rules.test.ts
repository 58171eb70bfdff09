import assert from "node:assert/strict";
import {
  CreatePullThroughCacheRuleCommand,
  type CreatePullThroughCacheRuleCommandInput,
  DeletePullThroughCacheRuleCommand,
  DescribePullThroughCacheRulesCommand,
  UpdatePullThroughCacheRuleCommand,
  ValidatePullThroughCacheRuleCommand,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, DeleteSecretCommand, PutResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, refused, TestCloud, trust } from "../../testing/support";

describe("emulator: pull through cache rules", () => {
  const cloud = TestCloud.forSuite();
  let secretArn: string;
  beforeEach(async () => {
    secretArn = await secret("ecr-pullthroughcache/hub");
  });

  const create = (input: CreatePullThroughCacheRuleCommandInput, place = {}) =>
    cloud.ecr(place).send(new CreatePullThroughCacheRuleCommand(input));
  const quay = (ecrRepositoryPrefix: string) => create({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" });

  async function secret(Name: string, more = {}, place = {}): Promise<string> {
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const made = await cloud.secrets(place).send(new CreateSecretCommand({ Name, SecretString, ...more }));
    return made.ARN ?? "";
  }

  const upstreams = [
    ["public.ecr.aws", "ecr-public", false],
    ["registry.k8s.io", "k8s", false],
    ["quay.io", "quay", false],
    ["registry-1.docker.io", "docker-hub", true],
    ["ghcr.io", "github-container-registry", true],
    ["registry.gitlab.com", "gitlab-container-registry", true],
    ["myregistry.azurecr.io", "azure-container-registry", true],
    ["cgr.dev", "chainguard", true],
    [`${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`, "ecr", false],
  ] as const;
  for (const [upstreamRegistryUrl, name, needsSecret] of upstreams) {
    it(`accepts ${upstreamRegistryUrl} as ${name}`, async () => {
      const rule = { ecrRepositoryPrefix: "cache", upstreamRegistryUrl };
      if (needsSecret) await refused(create(rule), "UnsupportedUpstreamRegistryException", /requires authentication/);
      else if (name !== "ecr")
        await refused(create({ ...rule, credentialArn: secretArn }), "InvalidParameterException");
      const made = await create({ ...rule, credentialArn: needsSecret ? secretArn : undefined });
      assert.equal(made.upstreamRegistry, name);
      assert.equal(made.registryId, ACCOUNT);
    });
  }

  for (const url of [
    "docker.io",
    "https://quay.io",
    "gcr.io",
    "mcr.microsoft.com",
    "azurecr.io",
    "QUAY.IO",
    "quay.io/",
  ]) {
    it(`refuses the upstream ${url}`, () =>
      refused(
        create({ ecrRepositoryPrefix: "cache", upstreamRegistryUrl: url }),
        "UnsupportedUpstreamRegistryException",
      ));
  }

  const prefixes: [string, boolean][] = [
    ["ab", true],
    ["a--b", true],
    ["a__b", true],
    ["team/a/", true],
    ["a.b-c_d/e", true],
    ["a".repeat(30), true],
    ["a".repeat(31), false],
    ["a", false],
    ["Upper", false],
    ["-a", false],
    ["a-", false],
    ["a//b", false],
    ["a___b", false],
    ["a..b", false],
    ["/ab", false],
  ];
  for (const [prefix, isValid] of prefixes) {
    it(`${isValid ? "accepts" : "refuses"} the prefix ${prefix}`, async () => {
      if (!isValid) return refused(quay(prefix), "InvalidParameterException", /ecrRepositoryPrefix/);
      assert.equal((await quay(prefix)).ecrRepositoryPrefix, prefix);
    });
  }

  it("treats x and x/ as one prefix, separately in each Region and account", async () => {
    await quay("x1");
    await refused(quay("x1/"), "PullThroughCacheRuleAlreadyExistsException");
    const input = { ecrRepositoryPrefix: "x1/", upstreamRegistryUrl: "quay.io" };
    await create(input, { region: "us-east-1" });
    await create(input, { account: OTHER_ACCOUNT });
    const described = await cloud
      .ecr()
      .send(new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: ["x1/"] }));
    assert.equal(described.pullThroughCacheRules?.length, 1);
  });

  it("accepts 50 rules in a registry and no more", async () => {
    for (let index = 0; index < 50; index++) await quay(`cache-${index}`);
    await refused(quay("cache-50"), "LimitExceededException");
    const first = await cloud.ecr().send(new DescribePullThroughCacheRulesCommand({ maxResults: 30 }));
    const rest = await cloud.ecr().send(new DescribePullThroughCacheRulesCommand({ nextToken: first.nextToken }));
    assert.equal(first.pullThroughCacheRules?.length, 30);
    assert.equal(rest.pullThroughCacheRules?.length, 20);
    assert.equal(rest.nextToken, undefined);
  });

  it("refuses secrets that ECR could not read", async () => {
    const rule = (credentialArn: string) =>
      create({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn });
    await refused(rule(secretArn.slice(0, -1)), "SecretNotFoundException");
    await refused(rule(secretArn.replace("ecr-pullthroughcache/", "other/")), "InvalidParameterException");
    await refused(
      rule(await secret("ecr-pullthroughcache/a", {}, { region: "us-east-1" })),
      "UnableToAccessSecretException",
    );
    const foreign = await secret("ecr-pullthroughcache/a", {}, { account: OTHER_ACCOUNT });
    await refused(rule(foreign), "UnableToAccessSecretException");
    const KmsKeyId = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
    await refused(rule(await secret("ecr-pullthroughcache/b", { KmsKeyId })), "UnableToDecryptSecretValueException");
    const deny = { Effect: "Deny", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" };
    const ResourcePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
    await cloud.secrets().send(new PutResourcePolicyCommand({ SecretId: secretArn, ResourcePolicy }));
    await refused(rule(secretArn), "UnableToAccessSecretException");
    const gone = await secret("ecr-pullthroughcache/c");
    await cloud.secrets().send(new DeleteSecretCommand({ SecretId: gone }));
    await refused(rule(gone), "SecretNotFoundException");
  });

  it("requires a role for another account's registry, and allows an upstream prefix only with a prefix", async () => {
    const foreign = {
      ecrRepositoryPrefix: "platform",
      upstreamRegistryUrl: `${OTHER_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`,
    };
    await refused(create(foreign), "ValidationException", /role/);
    const customRoleArn = (account: string) => `arn:aws:iam::${account}:role/puller`;
    await refused(create({ ...foreign, customRoleArn: customRoleArn(OTHER_ACCOUNT) }), "ValidationException", /role/);
    await refused(create({ ...foreign, customRoleArn: customRoleArn(ACCOUNT) }), "ValidationException", /not exist/);
    await cloud.iam().send(
      new CreateRoleCommand({
        RoleName: "puller",
        AssumeRolePolicyDocument: trust({ Service: "ecr.amazonaws.com" }),
      }),
    );
    const made = await create({ ...foreign, customRoleArn: customRoleArn(ACCOUNT) });
    assert.equal(made.upstreamRepositoryPrefix, "ROOT");
    const root = { ...foreign, ecrRepositoryPrefix: "ROOT", customRoleArn: customRoleArn(ACCOUNT) };
    await refused(create({ ...root, upstreamRepositoryPrefix: "team" }), "ValidationException", /ROOT/);
    await create(root);
    await refused(quay("ROOT"), "PullThroughCacheRuleAlreadyExistsException");
  });

  it("refuses Regions without pull through cache", () =>
    refused(
      create({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }, { region: "us-gov-west-1" }),
      "ValidationException",
    ));

  it("updates only credentials, and never removes them", async () => {
    const prefix = { ecrRepositoryPrefix: "hub" };
    await create({ ...prefix, upstreamRegistryUrl: "registry-1.docker.io", credentialArn: secretArn });
    await refused(
      cloud.ecr().send(new UpdatePullThroughCacheRuleCommand(prefix)),
      "InvalidParameterException",
      /Please set either credential arn or role arn/,
    );
    const credentialArn = await secret("ecr-pullthroughcache/new");
    await cloud.ecr().send(new UpdatePullThroughCacheRuleCommand({ ...prefix, credentialArn }));
    const described = await cloud
      .ecr()
      .send(new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: ["hub"] }));
    assert.equal(described.pullThroughCacheRules?.[0]?.credentialArn, credentialArn);
  });

  it("takes a role only from who may pass it, at the creation of a rule and at its update", async () => {
    const role = async (RoleName: string, AssumeRolePolicyDocument: string) =>
      (await cloud.iam().send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))).Role?.Arn ?? "";
    const customRoleArn = await role("puller", trust({ Service: "ecr.amazonaws.com" }));
    const keys = await cloud.assume(await role("admin", trust({ AWS: ACCOUNT })));
    const permit = (...actions: string[]) => {
      const PolicyDocument = allow(["ecr:*", "iam:CreateServiceLinkedRole", ...actions], { Resource: "*" });
      const policy = { RoleName: "admin", PolicyName: "own", PolicyDocument };
      return cloud.iam().send(new PutRolePolicyCommand(policy));
    };
    const prefix = { ecrRepositoryPrefix: "platform" };
    const upstreamRegistryUrl = `${OTHER_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
    const make = () => create({ ...prefix, upstreamRegistryUrl, customRoleArn }, { keys });
    const update = () => cloud.ecr({ keys }).send(new UpdatePullThroughCacheRuleCommand({ ...prefix, customRoleArn }));
    await permit();
    await refused(make(), "AccessDeniedException", /iam:PassRole on resource: .*role\/puller$/);
    await permit("iam:PassRole");
    await make();
    await update();
    await permit();
    await refused(update(), "AccessDeniedException", /iam:PassRole on resource: .*role\/puller$/);
  });

  it("deletes a rule once", async () => {
    await quay("quay");
    await cloud.ecr().send(new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "quay" }));
    const again = new DeletePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "quay" });
    await refused(cloud.ecr().send(again), "PullThroughCacheRuleNotFoundException");
    const described = cloud.ecr().send(new DescribePullThroughCacheRulesCommand({ ecrRepositoryPrefixes: ["quay"] }));
    await refused(described, "PullThroughCacheRuleNotFoundException");
  });

  it("validates a rule by logging in to the upstream", async () => {
    await create({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: secretArn });
    const validate = () => cloud.ecr().send(new ValidatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "hub" }));
    assert.equal((await validate()).isValid, true);
    const credential = { host: "registry-1.docker.io", username: "demo-user", accessToken: "another" };
    await cloud.control("POST", "upstreams/credentials", credential);
    const invalid = await validate();
    assert.equal(invalid.isValid, false);
    assert.match(invalid.failure ?? "", /credentials/);
  });
});
