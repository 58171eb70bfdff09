import assert from "node:assert/strict";
import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetLifecyclePolicyCommand,
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
    }`;
    await project.setProgram(cacheProgram(args));
    const result = await project.up();
    assert.ok(changed(result).includes("create Role cache-template"));
    for (const image of ["dockerhub/library/nginx:1.27", "quay/argoproj/argocd:latest", "k8s/pause:3.9"]) {
      const { status, answer } = await pull(engine.aws, `${CACHE}/${image}`, root(ACCOUNT));
      assert.equal(status, 200, `${image}: ${answer}`);
    }
  });
  after(() => engine?.stop());

  /** What a repository has of its template. */
  async function settingsOf(repositoryName: string) {
    const { repositories = [] } = await client.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    );
    const [{ repositoryArn, encryptionConfiguration, imageTagMutability, imageTagMutabilityExclusionFilters } = {}] =
      repositories;
    const { tags = [] } = await client.send(new ListTagsForResourceCommand({ resourceArn: repositoryArn }));
    const lifecycle = await client.send(new GetLifecyclePolicyCommand({ repositoryName }));
    const [rule] = JSON.parse(lifecycle.lifecyclePolicyText ?? "").rules;
    const access = await client.send(new GetRepositoryPolicyCommand({ repositoryName })).catch(({ name }) => {
      assert.equal(name, "RepositoryPolicyNotFoundException");
    });
    return {
      tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
      encryption: encryptionConfiguration,
      mutability: [imageTagMutability, ...(imageTagMutabilityExclusionFilters ?? []).map(({ filter }) => filter)],
      keepImages: rule.selection.countNumber,
      access: access && JSON.parse(access.policyText ?? "").Statement[0].Principal,
    };
  }

  const DEFAULTS = {
    tags: { team: "platform" },
    encryption: { encryptionType: "AES256" },
    mutability: ["MUTABLE"],
    keepImages: 50,
    access: undefined,
  };
  for (const [name, declared] of [
    ["dockerhub/library/nginx", { mutability: ["IMMUTABLE_WITH_EXCLUSION", "latest*"] }],
    [
      "quay/argoproj/argocd",
      {
        tags: { team: "platform", registry: "quay" },
        encryption: { encryptionType: "KMS", kmsKey: KEY },
        keepImages: 1,
      },
    ],
    ["k8s/pause", { access: { AWS: ["arn:aws:iam::444455556666:root"] } }],
  ] as const) {
    it(`a repository with the declared settings, and the defaults for others: ${name}`, async () => {
      assert.deepEqual(await settingsOf(name), { ...DEFAULTS, ...declared });
    });
  }

  it("a repository whose images expire", async () => {
    const { status } = await pull(engine.aws, `${CACHE}/quay/argoproj/argocd:v2.14.0`, root(ACCOUNT));
    assert.equal(status, 200);
    const body = { account: ACCOUNT, region: "us-east-1" };
    const { images } = await control<{ images: unknown[] }>(engine.aws, "POST", "lifecycle", body);
    assert.ok(images.length > 0, "nothing expired");
  });

  it("scans what it caches, and keeps the rules of others", async () => {
    const { scanningConfiguration } = await client.send(new GetRegistryScanningConfigurationCommand({}));
    const filters = scanningConfiguration?.rules?.flatMap(({ repositoryFilters = [] }) => repositoryFilters);
    assert.deepEqual(filters?.map(({ filter }) => filter).sort(), ["dockerhub/*", "k8s/*", "own/*", "quay/*"]);
    const images = new DescribeImagesCommand({ repositoryName: "dockerhub/library/nginx" });
    const { imageDetails = [] } = await client.send(images);
    assert.ok(imageDetails.some(({ imageScanStatus }) => imageScanStatus?.status === "COMPLETE"));
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

  it("stays when the cache is destroyed, like scanning, which others may use", async () => {
    await project.destroy();
    const left = (await inventory(engine.aws, ACCOUNT)).regions["us-east-1"];
    assert.deepEqual([...(left?.repositories ?? [])].sort(), [
      "dockerhub/library/nginx",
      "dockerhub/library/redis",
      "k8s/pause",
      "quay/argoproj/argocd",
    ]);
    const { rules, templates, secrets, scanning } = left ?? {};
    assert.deepEqual({ rules, templates, secrets }, { rules: [], templates: [], secrets: [] });
    assert.ok(scanning);
  });
});
