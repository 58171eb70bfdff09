import assert from "node:assert/strict";
import type { ECR } from "@aws-sdk/client-ecr";
import { calls, type Step } from "../../testing/steps";
import { ACCOUNT, allow, OTHER_ACCOUNT, REGION, TestCloud, trust } from "../../testing/support";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/puller`;
const OWN = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const FOREIGN = `${OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const HUB = "registry-1.docker.io";
const own = { upstreamRegistryUrl: OWN };
const foreign = { upstreamRegistryUrl: FOREIGN };
const hub = { ecrRepositoryPrefix: "hub" };

/** Source: Amazon ECR User Guide, "Creating a pull through cache rule"; API reference of each operation. */
describe("emulator: pull through cache rules", () => {
  const cloud = TestCloud.forSuite();
  let ecr: ECR;
  let credentialArn: string;
  let newer: string;
  beforeEach(async () => {
    ecr = cloud.ecr();
    const AssumeRolePolicyDocument = trust({ Service: "ecr.amazonaws.com" });
    await cloud.iam().createRole({ RoleName: "puller", AssumeRolePolicyDocument });
    credentialArn = await secret("ecr-pullthroughcache/hub");
    newer = await secret("ecr-pullthroughcache/new");
  });
  async function secret(Name: string, more = {}, place = {}): Promise<string> {
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    return (await cloud.secrets(place).createSecret({ Name, SecretString, ...more })).ARN ?? "";
  }
  const rule = (more: object = {}) => ({ ecrRepositoryPrefix: "cache", upstreamRegistryUrl: "quay.io", ...more });
  const create = (more: object, expected?: object | string, message?: RegExp): Step => [
    "createPullThroughCacheRule",
    rule(more),
    expected,
    message,
  ];

  const upstreams = [
    ["public.ecr.aws", "ecr-public", false],
    ["registry.k8s.io", "k8s", false],
    ["quay.io", "quay", false],
    [HUB, "docker-hub", true],
    ["ghcr.io", "github-container-registry", true],
    ["registry.gitlab.com", "gitlab-container-registry", true],
    ["myregistry.azurecr.io", "azure-container-registry", true],
    ["cgr.dev", "chainguard", true],
  ] as const;
  it("takes the upstreams that AWS names, with a secret if they need one", () =>
    calls(
      ecr,
      upstreams.flatMap(([upstreamRegistryUrl, upstreamRegistry, needsSecret]): Step[] => {
        const input = { upstreamRegistryUrl, ecrRepositoryPrefix: upstreamRegistry };
        const made = { registryId: ACCOUNT, createdAt: "day 0", ...input, upstreamRegistry };
        const [right, wrong] = needsSecret ? [{ credentialArn }, {}] : [{}, { credentialArn }];
        const exception = needsSecret ? "UnsupportedUpstreamRegistryException" : "InvalidParameterException";
        return [create({ ...input, ...wrong }, exception), create({ ...input, ...right }, { ...made, ...right })];
      }),
    ));

  const urls = ["docker.io", "https://quay.io", "gcr.io", "azurecr.io", "team.azurecr.cn", "QUAY.IO", "quay.io/"];
  const accepted: [more: object, upstreamRepositoryPrefix?: string][] = [
    [{ upstreamRegistry: "quay", registryId: ACCOUNT }],
    [{ upstreamRepositoryPrefix: "keycloak" }, "keycloak"],
    [{ ecrRepositoryPrefix: "ROOT" }, "ROOT"],
    [{ ...own, ecrRepositoryPrefix: "ROOT", upstreamRepositoryPrefix: "ROOT" }, "ROOT"],
    [{ ...own, upstreamRegistry: "ecr" }, "ROOT"],
    [{ ...own, customRoleArn: ROLE }, "ROOT"],
    [{ ...foreign, customRoleArn: ROLE, upstreamRepositoryPrefix: "team" }, "team"],
    ...["team/a/", "a.b-c_d/e", "a--b", "a__b"].map((ecrRepositoryPrefix): [object] => [{ ecrRepositoryPrefix }]),
  ];
  it("takes what AWS takes", async () => {
    for (const [more, wanted] of accepted) {
      const made = await ecr.createPullThroughCacheRule(rule(more));
      assert.equal(made.upstreamRepositoryPrefix, wanted, JSON.stringify(more));
      await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: made.ecrRepositoryPrefix });
    }
  });

  const [invalid, validation] = ["InvalidParameterException", "ValidationException"];
  it("refuses what AWS refuses", async () => {
    const KmsKeyId = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
    const elsewhere = await secret("ecr-pullthroughcache/a", {}, { region: "us-east-1" });
    const others = await secret("ecr-pullthroughcache/a", {}, { account: OTHER_ACCOUNT });
    const encrypted = await secret("ecr-pullthroughcache/b", { KmsKeyId });
    const [gone, closed] = [await secret("ecr-pullthroughcache/c"), await secret("ecr-pullthroughcache/d")];
    await cloud.secrets().deleteSecret({ SecretId: gone });
    const deny = { Effect: "Deny", Principal: "*", Action: "secretsmanager:GetSecretValue", Resource: "*" };
    await cloud.secrets().putResourcePolicy({ SecretId: closed, ResourcePolicy: JSON.stringify({ Statement: deny }) });
    const ofHub = (arn: string) => ({ upstreamRegistryUrl: HUB, credentialArn: arn });
    await calls(ecr, [
      ...urls.map((upstreamRegistryUrl) => create({ upstreamRegistryUrl }, "UnsupportedUpstreamRegistryException")),
      ...["a", "Upper", "-a", "a-", "a//b", "a___b", "/ab", "a".repeat(31)].map((ecrRepositoryPrefix) =>
        create({ ecrRepositoryPrefix }, invalid, /ecrRepositoryPrefix/),
      ),
      create({ upstreamRegistry: "k8s" }, invalid, /another URL/),
      create({ registryId: OTHER_ACCOUNT }, invalid, /registryId/),
      create({ customRoleArn: ROLE }, invalid, /custom role/),
      create({ ...ofHub(credentialArn), customRoleArn: ROLE }, invalid, /custom role/),
      create({ ...foreign, customRoleArn: ROLE, credentialArn }, invalid, /credential/),
      create({ ...foreign }, validation, /role ARN is required/),
      ...[ROLE.replace("role", "user"), ROLE.replace("iam", "sts"), "puller", ROLE.replace(ACCOUNT, OTHER_ACCOUNT)].map(
        (customRoleArn) => create({ ...foreign, customRoleArn }, validation, /must name an IAM role/),
      ),
      create({ ...own, customRoleArn: `${ROLE}-x` }, validation, /does not exist/),
      create({ ...own, ecrRepositoryPrefix: "ROOT", upstreamRepositoryPrefix: "team" }, validation, /not ROOT/),
      create(ofHub(credentialArn.slice(0, -1)), "SecretNotFoundException"),
      create(ofHub(credentialArn.replace("ecr-pullthroughcache/", "other/")), invalid),
      create(ofHub(elsewhere), "UnableToAccessSecretException"),
      create(ofHub(others), "UnableToAccessSecretException"),
      create(ofHub(encrypted), "UnableToDecryptSecretValueException"),
      create(ofHub(gone), "SecretNotFoundException"),
      create(ofHub(closed), "UnableToAccessSecretException"),
      ["describePullThroughCacheRules", { registryId: OTHER_ACCOUNT }, invalid, /not the registry of the caller/],
      ["describePullThroughCacheRules", { registryId: ACCOUNT }, { pullThroughCacheRules: [] }],
    ]);
    for (const region of ["cn-north-1", "us-gov-west-1"])
      await calls(cloud.ecr({ region }), [create({}, validation, new RegExp(`not available in Region ${region}$`))]);
  });

  it("refuses updates with credentials that do not fit the upstream", async () => {
    const update = (ecrRepositoryPrefix: string, more: object, exception: string): Step => [
      "updatePullThroughCacheRule",
      { ecrRepositoryPrefix, ...more },
      exception,
    ];
    await calls(ecr, [
      create({ ...hub, upstreamRegistryUrl: "ghcr.io", credentialArn }),
      create({ ...own, ecrRepositoryPrefix: "own" }),
      update("hub", { customRoleArn: ROLE }, invalid),
      update("hub", { credentialArn: `${newer.slice(0, -1)}_` }, "SecretNotFoundException"),
      update("own", { credentialArn }, invalid),
      update("own", { customRoleArn: `${ROLE}-x` }, validation),
      ["updatePullThroughCacheRule", { ecrRepositoryPrefix: "own/", customRoleArn: ROLE }],
    ]);
    const { pullThroughCacheRules: rules = [] } = await ecr.describePullThroughCacheRules({});
    assert.deepEqual(
      rules.map((each) => [each.credentialArn, each.customRoleArn]),
      [
        [credentialArn, undefined],
        [undefined, ROLE],
      ],
    );
  });

  it("treats x and x/ as one prefix, in each Region and account for itself, and lists in pages", async () => {
    const prefixes = async (input: object = {}) => {
      const { pullThroughCacheRules = [], nextToken } = await ecr.describePullThroughCacheRules(input);
      return { names: pullThroughCacheRules.map(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix), nextToken };
    };
    await calls(ecr, [
      ...["one", "two/", "three"].map((ecrRepositoryPrefix) => create({ ecrRepositoryPrefix })),
      create({ ecrRepositoryPrefix: "one/" }, "PullThroughCacheRuleAlreadyExistsException"),
    ]);
    for (const place of [{ region: "us-east-1" }, { account: OTHER_ACCOUNT }])
      await calls(cloud.ecr(place), [create({ ecrRepositoryPrefix: "one/" })]);
    assert.deepEqual((await prefixes({ ecrRepositoryPrefixes: ["three/", "two"] })).names, ["three", "two/"]);
    const { names, nextToken } = await prefixes({ maxResults: 1 });
    assert.deepEqual([...names, ...(await prefixes({ nextToken })).names], ["one", "two/", "three"]);
  });

  it("takes 50 rules in a registry and no more", async () => {
    const many = Array.from({ length: 50 }, (_, index) => create({ ecrRepositoryPrefix: `cache-${index}` }));
    await calls(ecr, [...many, create({ ecrRepositoryPrefix: "cache-50" }, "LimitExceededException")]);
  });

  it("takes a role only from who may pass it, at the creation of a rule and at its update", async () => {
    const trusting = { RoleName: "admin", AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) };
    const { Role } = await cloud.iam().createRole(trusting);
    const admin = cloud.ecr({ keys: await cloud.assume(Role?.Arn ?? "") });
    const permit = (...actions: string[]) =>
      cloud.iam().putRolePolicy({
        RoleName: "admin",
        PolicyName: "own",
        PolicyDocument: allow(["ecr:*", "iam:CreateServiceLinkedRole", ...actions], { Resource: "*" }),
      });
    const input = { ...foreign, customRoleArn: ROLE };
    const denied = ["AccessDeniedException", /iam:PassRole on resource: .*role\/puller$/] as const;
    const update = { ecrRepositoryPrefix: "cache", customRoleArn: ROLE };
    await permit();
    await calls(admin, [create(input, ...denied)]);
    await permit("iam:PassRole");
    await calls(admin, [create(input), ["updatePullThroughCacheRule", update]]);
    await permit();
    await calls(admin, [["updatePullThroughCacheRule", update, ...denied]]);
  });
});
