import assert from "node:assert/strict";
import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetLifecyclePolicyCommand,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-ecr";
import { control, ecr, inventory, pull, root } from "../support/aws";
import { cacheProgram, changed, setCredentials } from "../support/cache";
import { type Engine, type Project, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const CACHE = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;

describe("what a pull creates", () => {
  let engine: Engine;
  let project: Project;
  let client: ECRClient;

  before(async () => {
    engine = await startEngine();
    client = ecr(engine.aws, root(ACCOUNT));
    project = await engine.project({ name: "pulls" });
    await setCredentials(project, "dockerhub", "demo-user", "demo-token");
    const args = `{
      registries: {
        dockerhub: { tagMutability: "IMMUTABLE_WITH_EXCLUSION", tagMutabilityExclusionFilters: ["latest*"] },
        quay: { resourceTags: { registry: "quay" }, encryption: { kmsKey: "${KEY}" }, lifecycle: { keepImages: 1 } },
        k8s: { access: { accounts: ["444455556666"] } },
      },
      defaults: { resourceTags: { team: "platform" } },
      tags: { owner: "platform" },
      scanning: { rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["own/*"] }] },
      registryPolicy: { statements: [JSON.stringify({
        Sid: "Mine", Effect: "Allow", Principal: { AWS: "arn:aws:iam::999988887777:root" },
        Action: "ecr:ReplicateImage", Resource: "*",
      })] },
    }`;
    await project.setProgram(cacheProgram(args, { more: "exports.filters = cache.scanningFilters;" }));
    const result = await project.up();
    assert.ok(changed(result).includes("create Role cache-template"));
    for (const image of ["dockerhub/library/nginx:1.27", "quay/argoproj/argocd:latest", "k8s/pause:3.9"]) {
      const { status, answer } = await pull(engine.aws, `${CACHE}/${image}`, root(ACCOUNT));
      assert.equal(status, 200, `${image}: ${answer}`);
    }
  });
  after(() => engine?.stop());

  async function repository(name: string) {
    const { repositories = [] } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
    assert.ok(repositories[0]);
    return repositories[0];
  }

  it("a repository with the declared tags", async () => {
    const { repositoryArn: resourceArn } = await repository("quay/argoproj/argocd");
    const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    assert.deepEqual(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])), {
      team: "platform",
      registry: "quay",
    });
  });

  it("a repository with the declared encryption, and the default without one", async () => {
    assert.deepEqual((await repository("quay/argoproj/argocd")).encryptionConfiguration, {
      encryptionType: "KMS",
      kmsKey: KEY,
    });
    assert.equal((await repository("k8s/pause")).encryptionConfiguration?.encryptionType, "AES256");
  });

  it("a repository with the declared tag mutability, and the default without one", async () => {
    const nginx = await repository("dockerhub/library/nginx");
    assert.equal(nginx.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
    assert.deepEqual(nginx.imageTagMutabilityExclusionFilters, [{ filter: "latest*", filterType: "WILDCARD" }]);
    assert.equal((await repository("k8s/pause")).imageTagMutability, "MUTABLE");
  });

  it("a repository with the declared access", async () => {
    const { policyText = "" } = await client.send(new GetRepositoryPolicyCommand({ repositoryName: "k8s/pause" }));
    assert.match(policyText, /arn:aws:iam::444455556666:root/);
    await assert.rejects(client.send(new GetRepositoryPolicyCommand({ repositoryName: "quay/argoproj/argocd" })), {
      name: "RepositoryPolicyNotFoundException",
    });
  });

  it("a repository that expires images, by default too", async () => {
    const rulesOf = async (repositoryName: string) => {
      const { lifecyclePolicyText = "" } = await client.send(new GetLifecyclePolicyCommand({ repositoryName }));
      return JSON.parse(lifecyclePolicyText).rules;
    };
    assert.deepEqual(
      (await rulesOf("dockerhub/library/nginx")).map(
        ({ selection }: { selection: { countNumber: number } }) => selection.countNumber,
      ),
      [50],
    );
    assert.equal((await rulesOf("quay/argoproj/argocd"))[0].selection.countNumber, 1);
    const { status } = await pull(engine.aws, `${CACHE}/quay/argoproj/argocd:v2.14.0`, root(ACCOUNT));
    assert.equal(status, 200);
    const body = { account: ACCOUNT, region: "us-east-1" };
    const { images } = await control<{ images: unknown[] }>(engine.aws, "POST", "lifecycle", body);
    assert.ok(images.length > 0, "nothing expired");
  });

  it("scans what it caches, and keeps the rules of others", async () => {
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    const [rule, ...others] = scanningConfiguration?.rules ?? [];
    assert.deepEqual(others, []);
    assert.deepEqual(rule?.repositoryFilters?.map(({ filter }) => filter).sort(), [
      "dockerhub/*",
      "k8s/*",
      "own/*",
      "quay/*",
    ]);
    const images = new DescribeImagesCommand({ repositoryName: "dockerhub/library/nginx" });
    const { imageDetails = [] } = await client.send(images);
    assert.ok(imageDetails.some(({ imageScanStatus }) => imageScanStatus?.status === "COMPLETE"));
  });

  it("writes a registry policy that keeps the statements it was given", async () => {
    const { policyText = "" } = await client.send(new GetRegistryPolicyCommand({}));
    const sids = JSON.parse(policyText).Statement.map(({ Sid }: { Sid: string }) => Sid);
    assert.deepEqual(
      sids.map((sid: string) => sid.replace(/^PullThroughCache[0-9a-f]{8}/, "")),
      ["1Principals", "Mine"],
    );
  });

  it("changes nothing in a second up and a refresh", async () => {
    assert.deepEqual(changed(await project.up()), []);
    assert.deepEqual(changed(await project.refresh()), []);
  });

  it("pulls with the new token after a rotation", async () => {
    const credentials = { host: "registry-1.docker.io", username: "demo-user", accessToken: "rotated-token" };
    await control(engine.aws, "POST", "upstreams/credentials", credentials);
    const image = `${CACHE}/dockerhub/library/redis:7`;
    assert.equal((await pull(engine.aws, image, root(ACCOUNT))).status, 403);
    await setCredentials(project, "dockerhub", "demo-user", "rotated-token");
    await project.up();
    assert.equal((await pull(engine.aws, image, root(ACCOUNT))).status, 200);
  });

  it("is not found if tags have no role that may set them", async () => {
    const args = `{
      registries: { quay: { resourceTags: { team: "platform" } } },
      templateRoleArn: bare.arn,
    }`;
    await project.setProgram(
      cacheProgram(args, {
        before: `const bare = new aws.iam.Role("bare", { name: "without-permissions", assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }) });`,
      }),
    );
    await project.up();
    const { status } = await pull(engine.aws, `${CACHE}/quay/prometheus/prometheus:latest`, root(ACCOUNT));
    assert.equal(status, 404);
  });

  it("stays when the cache is destroyed, like scanning and registry policy, which others may use", async () => {
    await project.destroy();
    const left = (await inventory(engine.aws, ACCOUNT)).regions["us-east-1"];
    assert.deepEqual([...(left?.repositories ?? [])].sort(), [
      "dockerhub/library/nginx",
      "dockerhub/library/redis",
      "k8s/pause",
      "quay/argoproj/argocd",
    ]);
    assert.deepEqual(
      { ...left, repositories: [] },
      {
        rules: [],
        templates: [],
        secrets: [],
        secretsScheduledForDeletion: [],
        repositories: [],
        pullTimeExclusions: [],
        registryPolicy: true,
        scanning: true,
        eventRules: [],
        topics: [],
        schedules: [],
      },
    );
  });
});
