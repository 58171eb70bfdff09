import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../test/support/leftovers";
import { runCommand } from "../../../test/support/run-command";
import { prepareCrane } from "../../clients/crane";
import { cachesForSuite } from "../testing/caches";
import { ACCOUNT, REGION } from "../testing/support";

const REGISTRY = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
const IMAGE = `${REGISTRY}/dockerhub/timberio/vector:0.45.0-alpine`;

describe("crane pulls through the cache by the registry's real name", () => {
  const { cloud } = cachesForSuite();
  let program = "";
  before(async () => {
    program = await prepareCrane();
  });

  it("with a login only, and gets an image that is whole, for every platform", async () => {
    const cwd = await temporaryFolder("crane-test");
    const env = { PATH: process.env.PATH, HOME: cwd, DOCKER_CONFIG: cwd, HTTP_PROXY: cloud.url };
    const crane = (...args: string[]) => runCommand(program, args, { cwd, env });
    const refused = await crane("digest", "--insecure", IMAGE);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /401|UNAUTHORIZED/i);
    const [, password = ""] = Buffer.from(await cloud.token(), "base64")
      .toString()
      .split(":");
    for (const args of [
      ["auth", "login", REGISTRY, "--username", "AWS", "--password", password],
      ["pull", "--insecure", "--platform", "linux/arm64", IMAGE, "image.tar"],
      ["validate", "--insecure", "--remote", IMAGE],
    ]) {
      const { code, stderr } = await crane(...args);
      assert.equal(code, 0, stderr);
    }
    assert.ok(readFileSync(join(cwd, "image.tar")).length > 1024);
    const { imageDetails = [] } = await cloud.ecr().describeImages({ repositoryName: "dockerhub/timberio/vector" });
    assert.equal(imageDetails.length, 3);
  });
});
