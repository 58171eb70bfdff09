import assert from "node:assert/strict";
import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutRegistryScanningConfigurationCommand,
} from "@aws-sdk/client-ecr";
import { DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { keepNewest } from "../../../test/support/lifecycle";
import { cachesForSuite, NGINX } from "../testing/caches";
import { ACCOUNT, allow, trust } from "../testing/support";

const DAY_SECONDS = 24 * 60 * 60;

describe("emulator: pulls through the cache", () => {
  const { cloud, hubSecretArn, rule, template, role } = cachesForSuite();
  const repository = async (name: string) =>
    (await cloud.ecr().send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))).repositories?.[0];

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
      await rule({ ecrRepositoryPrefix: "argo", upstreamRegistryUrl: "quay.io", upstreamRepositoryPrefix: "argoproj" });
      for (const name of ["team/argocd", "team/all/quay/argoproj/argocd", "argo/argocd"]) {
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
        cloud.secrets().send(new PutSecretValueCommand({ SecretId: hubSecretArn(), SecretString }));
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
      await cloud
        .secrets()
        .send(new DeleteSecretCommand({ SecretId: hubSecretArn(), ForceDeleteWithoutRecovery: true }));
      assert.equal(await pullStatus(), 403);
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
    type Broken = [string, { tagged: boolean; role?: { actions: string[]; trusts?: string } }];
    const broken: Broken[] = [
      ["tags without a role", { tagged: true }],
      ["KMS without a role", { tagged: false }],
      ["a role without ecr:TagResource", { tagged: true, role: { actions: without("ecr:TagResource") } }],
      ["a role without ecr:CreateRepository", { tagged: true, role: { actions: without("ecr:CreateRepository") } }],
      ...kms.map(
        (missing): Broken => [
          `a role without ${missing}`,
          { tagged: false, role: { actions: [...creator, ...kms.filter((action) => action !== missing)] } },
        ],
      ),
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
});
