import assert from "node:assert/strict";
import {
  BatchDeleteImageCommand,
  CreatePullThroughCacheRuleCommand,
  type CreatePullThroughCacheRuleCommandInput,
  CreateRepositoryCreationTemplateCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  type RepositoryCreationTemplate,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { keepNewest } from "../../support/lifecycle";
import { ACCOUNT, allow, type Keys, OTHER_ACCOUNT, REGION, TestCloud, trust } from "./support";

const ORGANIZATION = "o-abc1234567";
const STRANGER = "777788889999";
const HOST = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const NGINX = "dockerhub/library/nginx";
const DAY_SECONDS = 24 * 60 * 60;
const READ = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const FIRST = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];
const LOGIN = "ecr:GetAuthorizationToken";

describe("emulator: pulls through the cache", () => {
  const cloud = TestCloud.forSuite({ organizations: { [ORGANIZATION]: [ACCOUNT, OTHER_ACCOUNT] } });
  let secretArn: string;
  beforeEach(async () => {
    secretArn = await secret({ username: "demo-user", accessToken: "demo-token" });
    await rule({
      ecrRepositoryPrefix: "dockerhub",
      upstreamRegistryUrl: "registry-1.docker.io",
      credentialArn: secretArn,
    });
    await rule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
  });

  async function secret(value: unknown, Name = "ecr-pullthroughcache/hub"): Promise<string> {
    const made = await cloud.secrets().send(new CreateSecretCommand({ Name, SecretString: JSON.stringify(value) }));
    return made.ARN ?? "";
  }
  const rule = (input: CreatePullThroughCacheRuleCommandInput, place = {}) =>
    cloud.ecr(place).send(new CreatePullThroughCacheRuleCommand(input));
  const template = (more: Partial<RepositoryCreationTemplate> = {}) =>
    cloud.ecr().send(
      new CreateRepositoryCreationTemplateCommand({
        prefix: "dockerhub",
        appliedFor: ["PULL_THROUGH_CACHE"],
        ...more,
      }),
    );
  const repository = async (name: string) =>
    (await cloud.ecr().send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];

  async function role(
    name: string,
    policy: string,
    options: { account?: string; trusts?: string } = {},
  ): Promise<string> {
    const { account = ACCOUNT, trusts = trust({ AWS: account }) } = options;
    const iam = cloud.iam({ account });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trusts }));
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "own", PolicyDocument: policy }));
    return Role?.Arn ?? "";
  }

  /** Keys of a role with these permissions on everything. */
  async function puller(actions: string[], account = ACCOUNT, more: Record<string, unknown> = {}): Promise<Keys> {
    const arn = await role(`puller-${account}`, allow(actions, { Resource: "*", ...more }), { account });
    return cloud.assume(arn, account);
  }

  describe("the image", () => {
    it("serves a digest only if it is cached", async () => {
      const { digest } = await cloud.control<{ digest: string }>("POST", "upstreams/images", {
        host: "quay.io",
        repository: "argoproj/argocd",
        tag: "latest",
      });
      assert.equal((await cloud.pull("quay/argoproj/argocd", digest)).status, 404);
      const { body } = await cloud.pull("quay/argoproj/argocd", "latest");
      assert.equal((await cloud.pull("quay/argoproj/argocd", digest)).status, 200);
      for (const child of (JSON.parse(body) as { manifests: { digest: string }[] }).manifests) {
        assert.equal((await cloud.pull("quay/argoproj/argocd", child.digest)).status, 200);
      }
      const next = await cloud.control<{ digest: string }>("POST", "upstreams/images", {
        host: "quay.io",
        repository: "argoproj/argocd",
        tag: "latest",
      });
      assert.equal(
        (await cloud.pull("quay/argoproj/argocd", next.digest)).status,
        404,
        "also in a repository that exists",
      );
    });

    it("comes with its list, every platform and every layer, and is cached", async () => {
      const pulled = await cloud.pull(NGINX, "1.27");
      assert.equal(pulled.status, 200);
      assert.equal(pulled.headers["content-type"], "application/vnd.oci.image.index.v1+json");
      const { imageDetails = [] } = await cloud.ecr().send(new DescribeImagesCommand({ repositoryName: NGINX }));
      assert.equal(imageDetails.length, 3);
      const index = JSON.parse(pulled.body) as { manifests: { digest: string }[] };
      const child = await cloud.pull(NGINX, index.manifests[0]?.digest ?? "");
      const { layers } = JSON.parse(child.body) as { layers: { digest: string; size: number }[] };
      const blob = await cloud.get(HOST, `/v2/${NGINX}/blobs/${layers[0]?.digest}`, await cloud.token());
      assert.equal(blob.status, 200);
      const { requests } = await cloud.control<{ requests: Record<string, number> }>("GET", "upstreams");
      await cloud.pull(NGINX, "1.27");
      assert.deepEqual((await cloud.control<{ requests: unknown }>("GET", "upstreams")).requests, requests);
      const tags = await cloud.get(HOST, `/v2/${NGINX}/tags/list`, await cloud.token());
      assert.deepEqual(JSON.parse(tags.body), { name: NGINX, tags: ["1.27"] });
    });

    it("requires a login, and accepts no token that is invented, expired, or from another Region", async () => {
      const pull = (token?: string) => cloud.get(HOST, `/v2/${NGINX}/manifests/latest`, token);
      const anonymous = await pull();
      assert.equal(anonymous.status, 401);
      assert.match(String(anonymous.headers["www-authenticate"]), /^Basic /);
      const token = await cloud.token();
      const [user, password = ""] = Buffer.from(token, "base64").toString().split(":");
      const forged = Buffer.from(`${user}:${password.slice(0, -4)}AAAA`).toString("base64");
      assert.equal((await pull(forged)).status, 401);
      assert.equal((await pull(await cloud.token({ region: "us-east-1" }))).status, 401);
      await cloud.control("POST", "clock", { advanceSeconds: 12 * 60 * 60 + 1 });
      assert.equal((await pull(token)).status, 401);
    });

    it("is missing if the upstream does not have it, and denied for Docker Hub's official images without library/", async () => {
      assert.equal((await cloud.pull("quay/argoproj/argocd", "no-such-tag")).status, 404);
      assert.equal((await cloud.pull("quay/no/such", "latest")).status, 404);
      assert.equal((await cloud.pull("dockerhub/nginx", "latest")).status, 403);
      assert.equal((await cloud.pull("unruled/nginx", "latest")).status, 404);
      assert.deepEqual((await cloud.ecr().send(new DescribeRepositoriesCommand({}))).repositories, []);
    });

    it("is stored once when many pull at the same time", async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => cloud.pull(NGINX, "latest")));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
      const { requests } = await cloud.control<{ requests: Record<string, number> }>("GET", "upstreams");
      await cloud.pull(NGINX, "1.27");
      const after = await cloud.control<{ requests: Record<string, number> }>("GET", "upstreams");
      const first = requests["registry-1.docker.io"] ?? 0;
      assert.equal((after.requests["registry-1.docker.io"] ?? 0) - first, first);
    });

    it("maps names by prefix, longest first", async () => {
      const upstreamRegistryUrl = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
      await rule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }, { region: "us-east-1" });
      await rule({ ecrRepositoryPrefix: "team", upstreamRegistryUrl, upstreamRepositoryPrefix: "quay/argoproj" });
      await rule({ ecrRepositoryPrefix: "team/all", upstreamRegistryUrl });
      await rule({ ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl });
      await rule({ ecrRepositoryPrefix: "k8s", upstreamRegistryUrl: "registry.k8s.io" }, { region: "us-east-1" });
      for (const name of ["team/argocd", "team/all/quay/argoproj/argocd"]) {
        assert.equal((await cloud.pull(name, "latest")).status, 200, name);
      }
      assert.equal((await cloud.pull("k8s/pause", "3.10")).status, 200, "the rule for ROOT stands behind all others");
      assert.equal((await cloud.pull("own/app", "latest")).status, 404);
    });
  });

  describe("the upstream's login", () => {
    const pullStatus = async () => (await cloud.pull(NGINX, "latest")).status;

    it("needs username and accessToken, read anew for every import", async () => {
      const put = (SecretString: string) =>
        cloud.secrets().send(new PutSecretValueCommand({ SecretId: secretArn, SecretString }));
      for (const wrong of [
        "text",
        "{}",
        '{"username":"demo-user","token":"demo-token"}',
        '{"username":"demo-user","accessToken":"old"}',
      ]) {
        await put(wrong);
        assert.equal(await pullStatus(), 403, wrong);
      }
      await put('{"username":"demo-user","accessToken":"demo-token"}');
      assert.equal(await pullStatus(), 200);
    });

    it("fails when the secret is gone", async () => {
      await cloud.secrets().send(new DeleteSecretCommand({ SecretId: secretArn, ForceDeleteWithoutRecovery: true }));
      assert.equal(await pullStatus(), 403);
    });

    it("is asked for by the registry itself", async () => {
      const direct = await cloud.get("registry-1.docker.io", "/v2/library/nginx/manifests/latest");
      assert.equal(direct.status, 401);
      assert.match(String(direct.headers["www-authenticate"]), /realm="http:\/\/auth.docker.io\/token"/);
      assert.equal((await cloud.get("registry.k8s.io", "/v2/pause/manifests/3.10")).status, 200);
    });
  });

  describe("freshness", () => {
    const publish = (tag: string) =>
      cloud.control<{ digest: string }>("POST", "upstreams/images", {
        host: "registry-1.docker.io",
        repository: "library/nginx",
        tag,
      });
    const digest = async (tag: string) => String((await cloud.pull(NGINX, tag)).headers["docker-content-digest"]);

    it("lasts for 24 hours", async () => {
      const first = await digest("latest");
      const published = await publish("latest");
      await cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS - 60 });
      assert.equal(await digest("latest"), first);
      await cloud.control("POST", "clock", { advanceSeconds: 120 });
      assert.equal(await digest("latest"), published.digest);
      assert.equal((await cloud.pull(NGINX, first)).status, 200, "the old image stays, untagged");
    });

    it("never comes for immutable tags", async () => {
      await template({
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "latest" }],
      });
      const [latest, fixed] = [await digest("latest"), await digest("1.27")];
      await publish("latest");
      await publish("1.27");
      await cloud.control("POST", "clock", { advanceSeconds: DAY_SECONDS + 60 });
      assert.notEqual(await digest("latest"), latest);
      assert.equal(await digest("1.27"), fixed);
    });

    it("does not matter if the upstream is down: the cached image is served", async () => {
      const cached = await digest("latest");
      await cloud.control("POST", "upstreams/online", { host: "registry-1.docker.io", online: false });
      await cloud.control("POST", "clock", { advanceSeconds: 2 * DAY_SECONDS });
      assert.equal(await digest("latest"), cached);
      assert.equal((await cloud.pull(NGINX, "1.27")).status, 503);
    });
  });

  describe("the repository that a first pull creates", () => {
    it("has AWS's defaults without a template", async () => {
      await cloud.pull(NGINX, "latest");
      const made = await repository(NGINX);
      assert.equal(made?.imageTagMutability, "MUTABLE");
      assert.equal(made?.encryptionConfiguration?.encryptionType, "AES256");
    });

    const lifecyclePolicy = keepNewest(3);

    it("follows the longest template that is for pull through", async () => {
      await template({ imageTagMutability: "IMMUTABLE" });
      await template({ prefix: "dockerhub/library/", lifecyclePolicy });
      await template({
        prefix: "dockerhub/library/nginx",
        appliedFor: ["REPLICATION"],
        imageTagMutability: "IMMUTABLE",
      });
      await template({ prefix: "ROOT", imageTagMutability: "IMMUTABLE" });
      await cloud.pull(NGINX, "latest");
      await cloud.pull("dockerhub/timberio/vector", "latest");
      await cloud.pull("quay/argoproj/argocd", "latest");
      assert.equal((await repository(NGINX))?.imageTagMutability, "MUTABLE");
      const policy = await cloud.ecr().send(new GetLifecyclePolicyCommand({ repositoryName: NGINX }));
      assert.equal(policy.lifecyclePolicyText, lifecyclePolicy);
      assert.equal((await repository("dockerhub/timberio/vector"))?.imageTagMutability, "IMMUTABLE");
      assert.equal((await repository("quay/argoproj/argocd"))?.imageTagMutability, "IMMUTABLE");
    });

    const resourceTags = [{ Key: "team", Value: "platform" }];
    const creator = ["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"];
    const kms = ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"];
    const byEcr = trust({ Service: "ecr.amazonaws.com" });

    it("gets tags and KMS with a role", async () => {
      const customRoleArn = await role("creator", allow([...creator, ...kms], { Resource: "*" }), { trusts: byEcr });
      await template({ customRoleArn, resourceTags, encryptionConfiguration: { encryptionType: "KMS" } });
      assert.equal((await cloud.pull(NGINX, "latest")).status, 200);
      const made = await repository(NGINX);
      assert.equal(made?.encryptionConfiguration?.encryptionType, "KMS");
      const listed = await cloud.ecr().send(new ListTagsForResourceCommand({ resourceArn: made?.repositoryArn }));
      assert.deepEqual(listed.tags, resourceTags);
    });

    const without = (missing: string) => creator.filter((action) => action !== missing);
    const broken: [string, { tagged: boolean; role?: { actions: string[]; trusts?: string } }][] = [
      ["tags without a role", { tagged: true }],
      ["KMS without a role", { tagged: false }],
      ["a role without ecr:TagResource", { tagged: true, role: { actions: without("ecr:TagResource") } }],
      ["a role without ecr:CreateRepository", { tagged: true, role: { actions: without("ecr:CreateRepository") } }],
      ["a role without KMS permissions", { tagged: false, role: { actions: creator } }],
      [
        "a role that trusts somebody else",
        { tagged: true, role: { actions: creator, trusts: trust({ Service: "pullthroughcache.ecr.amazonaws.com" }) } },
      ],
    ];
    for (const [what, { tagged, role: given }] of broken) {
      it(`is "not found" with ${what}`, async () => {
        const { actions = [], trusts = byEcr } = given ?? {};
        const customRoleArn = given && (await role("creator", allow(actions, { Resource: "*" }), { trusts }));
        const settings = tagged ? { resourceTags } : { encryptionConfiguration: { encryptionType: "KMS" as const } };
        await template({ customRoleArn, ...settings });
        const pulled = await cloud.pull(NGINX, "latest");
        assert.equal(pulled.status, 404);
        assert.match(pulled.body, /does not exist/);
      });
    }

    it("scans by the registry's configuration", async () => {
      const filter = (name: string) => [{ filter: name, filterType: "WILDCARD" as const }];
      const rules = [{ scanFrequency: "SCAN_ON_PUSH" as const, repositoryFilters: filter("dockerhub/*") }];
      await cloud.ecr().send(new PutRegistryScanningConfigurationCommand({ scanType: "BASIC", rules }));
      await cloud.pull(NGINX, "latest");
      await cloud.pull("quay/argoproj/argocd", "latest");
      const scanned = async (repositoryName: string) => {
        const { imageDetails = [] } = await cloud.ecr().send(new DescribeImagesCommand({ repositoryName }));
        return imageDetails.filter(({ imageScanStatus }) => imageScanStatus?.status === "COMPLETE").length;
      };
      assert.deepEqual([await scanned(NGINX), await scanned("quay/argoproj/argocd")], [2, 0]);
    });
  });

  describe("permissions", () => {
    const status = async (keys: Keys, name = NGINX, account = ACCOUNT) =>
      (await cloud.pull(name, "latest", { keys, account })).status;

    it("of a first pull are import, create and read", async () => {
      assert.equal(await status(await puller([LOGIN, ...READ, ...FIRST])), 200);
    });

    for (const missing of FIRST) {
      it(`without ${missing} show as "not found"`, async () => {
        const keys = await puller([LOGIN, ...READ, ...FIRST.filter((action) => action !== missing)]);
        assert.equal(await status(keys), 404);
      });
    }

    it("to read are reported as denied", async () => assert.equal(await status(await puller([LOGIN, ...FIRST])), 403));

    it("of AWS's PullOnly policy are enough for later tags, not for a new repository", async () => {
      const arn = await role("node", allow("ecr:DescribeRegistry", { Resource: "*" }));
      const PolicyArn = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
      await cloud.iam().send(new AttachRolePolicyCommand({ RoleName: "node", PolicyArn }));
      const keys = await cloud.assume(arn);
      assert.equal(await status(keys), 404);
      await cloud.pull(NGINX, "1.27");
      assert.equal(await status(keys), 200);
    });

    it("end where a policy denies", async () => {
      await cloud.pull(NGINX, "latest");
      const deny = { Effect: "Deny", Principal: "*", Action: "ecr:BatchGetImage" };
      const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [deny] });
      await cloud.ecr().send(new SetRepositoryPolicyCommand({ repositoryName: NGINX, policyText }));
      assert.equal(await status(await puller([LOGIN, ...READ, ...FIRST])), 403);
    });

    it("limit to prefixes", async () => {
      const arn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/quay/*`;
      const document = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: LOGIN, Resource: "*" },
          { Effect: "Allow", Action: [...READ, ...FIRST], Resource: arn },
        ],
      });
      const keys = await cloud.assume(await role("scoped", document));
      assert.equal(await status(keys), 403);
      assert.equal(await status(keys, "quay/argoproj/argocd"), 200);
    });

    describe("across accounts", () => {
      const inOrganization = { Condition: { StringEquals: { "aws:PrincipalOrgID": ORGANIZATION } } };
      const everything = [LOGIN, ...READ, ...FIRST];

      beforeEach(async () => {
        const resource = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/dockerhub/*`;
        const policyText = allow([...FIRST, ...READ], { Principal: "*", Resource: resource, ...inOrganization });
        await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
        await template({ repositoryPolicy: allow(READ, { Principal: "*", ...inOrganization }) });
      });

      it("work if both sides allow it", async () => {
        const keys = await puller(everything, OTHER_ACCOUNT);
        assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
      });

      it("fail if the puller's own account does not allow it", async () => {
        const keys = await puller([LOGIN], OTHER_ACCOUNT);
        assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
      });

      it("fail outside of the organization", async () => {
        assert.equal(await status(await puller(everything, STRANGER), NGINX, STRANGER), 403);
      });

      it("fail for prefixes that are not shared", async () => {
        const keys = await puller(everything, OTHER_ACCOUNT);
        assert.equal(await status(keys, "quay/argoproj/argocd", OTHER_ACCOUNT), 403);
      });

      it("serve only cached images without the registry's permission to import", async () => {
        const policyText = allow("ecr:ReplicateImage", { Principal: { AWS: STRANGER }, Resource: "*" });
        await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
        const keys = await puller(everything, OTHER_ACCOUNT);
        assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
        await cloud.pull(NGINX, "latest");
        assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
      });

      it("need the registry policy to read, too, as long as the repository does not exist", async () => {
        const policyText = allow(FIRST, { Principal: "*", Resource: "*", ...inOrganization });
        await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
        const keys = await puller(everything, OTHER_ACCOUNT);
        assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 403);
        await cloud.pull(NGINX, "latest");
        assert.equal(await status(keys, NGINX, OTHER_ACCOUNT), 200);
      });
    });

    it("let Lambda read cached images but never import", async () => {
      await template({ repositoryPolicy: allow(READ, { Principal: { Service: "lambda.amazonaws.com" } }) });
      const body = { service: "lambda.amazonaws.com", region: REGION };
      const { token } = await cloud.control<{ token: string }>("POST", "service-token", body);
      const basic = Buffer.from(`AWS:${token}`).toString("base64");
      const pull = async (tag: string) => (await cloud.get(HOST, `/v2/${NGINX}/manifests/${tag}`, basic)).status;
      assert.equal(await pull("latest"), 403);
      await cloud.pull(NGINX, "latest");
      assert.equal(await pull("latest"), 200);
      assert.equal(await pull("1.27"), 404);
    });

    it("let Lambda import nothing, whatever the registry policy says", async () => {
      const policyText = allow([...FIRST, ...READ], { Principal: "*", Resource: "*" });
      await cloud.ecr().send(new PutRegistryPolicyCommand({ policyText }));
      const body = { service: "lambda.amazonaws.com", region: REGION };
      const { token } = await cloud.control<{ token: string }>("POST", "service-token", body);
      const basic = Buffer.from(`AWS:${token}`).toString("base64");
      assert.equal((await cloud.get(HOST, `/v2/${NGINX}/manifests/latest`, basic)).status, 404);
    });
  });

  describe("from another account's ECR", () => {
    const NAME = "platform/quay/argoproj/argocd";
    const ACTIONS = [
      ...READ,
      LOGIN,
      "ecr:BatchImportUpstreamImage",
      "ecr:GetImageCopyStatus",
      "ecr:InitiateLayerUpload",
      "ecr:UploadLayerPart",
      "ecr:CompleteLayerUpload",
      "ecr:PutImage",
    ];
    const trusts = trust({ Service: "pullthroughcache.ecr.amazonaws.com" });
    const offered = [...READ, "ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus"];

    async function prepare(actions: string[], trusted: string, granted: string[]): Promise<void> {
      await rule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" }, { account: OTHER_ACCOUNT });
      await cloud.pull("quay/argoproj/argocd", "latest", { account: OTHER_ACCOUNT, registry: OTHER_ACCOUNT });
      const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
      const policyText = allow(granted, { Principal, Resource: `arn:aws:ecr:${REGION}:${OTHER_ACCOUNT}:repository/*` });
      await cloud.ecr({ account: OTHER_ACCOUNT }).send(new PutRegistryPolicyCommand({ policyText }));
      const customRoleArn = await role("platform", allow(actions, { Resource: "*" }), { trusts: trusted });
      const upstreamRegistryUrl = `${OTHER_ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
      await rule({ ecrRepositoryPrefix: "platform", upstreamRegistryUrl, customRoleArn });
    }

    it("works with AWS's role and the upstream's policy", async () => {
      await prepare(ACTIONS, trusts, offered);
      assert.equal((await cloud.pull(NAME, "latest")).status, 200);
    });

    const broken: [string, string[], string, string[]][] = [
      ["the role trusts ecr.amazonaws.com only", ACTIONS, trust({ Service: "ecr.amazonaws.com" }), offered],
      ["the role may not put images", ACTIONS.filter((action) => action !== "ecr:PutImage"), trusts, offered],
      ["the upstream does not offer layers", ACTIONS, trusts, offered.filter((action) => !action.includes("Layer"))],
    ];
    for (const [what, actions, trusted, granted] of broken) {
      it(`fails when ${what}`, async () => {
        await prepare(actions, trusted, granted);
        assert.equal((await cloud.pull(NAME, "latest")).status, 403);
      });
    }
  });

  it("deletes images with their lists first", async () => {
    const pulled = await cloud.pull(NGINX, "latest");
    const { manifests } = JSON.parse(pulled.body) as { manifests: { digest: string }[] };
    const remove = (imageIds: { imageDigest?: string; imageTag?: string }[]) =>
      cloud.ecr().send(new BatchDeleteImageCommand({ repositoryName: NGINX, imageIds }));
    const child = { imageDigest: manifests[0]?.digest };
    const early = await remove([child]);
    assert.equal(early.failures?.[0]?.failureCode, "ImageReferencedByManifestList");
    assert.equal((await remove([{ imageTag: "latest" }])).imageIds?.length, 1);
    assert.deepEqual((await remove([child])).failures, []);
  });
});
