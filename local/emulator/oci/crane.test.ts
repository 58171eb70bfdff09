import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreatePullThroughCacheRuleCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { runCommand } from "../../../test/support/run-command";
import { prepareCrane } from "../../clients/crane";
import { ACCOUNT, REGION, TestCloud } from "../testing/support";

const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const IMAGE = `${REGISTRY}/dockerhub/timberio/vector`;

describe("crane pulls through the cache by the registry's real name", function () {
  // Long enough for crane to be built once on a fresh machine.
  this.timeout(10 * 60_000);
  const directory = mkdtempSync(join(tmpdir(), "crane-test-"));
  let cloud: TestCloud;
  let crane: (...args: string[]) => ReturnType<typeof runCommand>;

  before(async () => {
    const program = await prepareCrane();
    cloud = await TestCloud.start();
    const env = { PATH: process.env.PATH, HOME: directory, DOCKER_CONFIG: directory, HTTP_PROXY: cloud.url };
    crane = (...args) => runCommand(program, args, { cwd: directory, env });
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const secret = { Name: "ecr-pullthroughcache/dockerhub", SecretString };
    const { ARN } = await cloud.secrets().send(new CreateSecretCommand(secret));
    const rule = { ecrRepositoryPrefix: "dockerhub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: ARN };
    await cloud.ecr().send(new CreatePullThroughCacheRuleCommand(rule));
  });
  after(async () => {
    await cloud?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it("is refused without a login", async () => {
    const refused = await crane("digest", "--insecure", `${IMAGE}:latest`);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /401|UNAUTHORIZED/i);
  });

  it("gets an image, and then every platform of it is in the repository", async () => {
    const password = Buffer.from(await cloud.token(), "base64")
      .toString()
      .slice("AWS:".length);
    const login = await crane("auth", "login", REGISTRY, "--username", "AWS", "--password", password);
    assert.equal(login.code, 0, login.stderr);
    const pulled = await crane(
      "pull",
      "--insecure",
      "--platform",
      "linux/arm64",
      `${IMAGE}:0.45.0-alpine`,
      "image.tar",
    );
    assert.equal(pulled.code, 0, pulled.stderr);
    assert.ok(readFileSync(join(directory, "image.tar")).length > 1024);
    const { imageDetails = [] } = await cloud
      .ecr()
      .send(new DescribeImagesCommand({ repositoryName: "dockerhub/timberio/vector" }));
    assert.equal(imageDetails.length, 3);
  });

  it("reads what the upstream put into the image", async () => {
    const valid = await crane("validate", "--insecure", "--remote", `${IMAGE}:0.45.0-alpine`);
    assert.equal(valid.code, 0, valid.stderr);
    const exported = await crane("export", "--insecure", "--platform", "linux/arm64", `${IMAGE}:0.45.0-alpine`, "-");
    assert.match(exported.stdout, /registry-1\.docker\.io\/timberio\/vector:0\.45\.0-alpine\nlinux\/arm64/);
  });
});
