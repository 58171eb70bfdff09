import assert from "node:assert/strict";
import { CreatePullThroughCacheRuleCommand, PutRegistryPolicyCommand } from "@aws-sdk/client-ecr";
import { ecr, pull, root } from "../support/aws";
import { cacheProgram } from "../support/cache";
import { type Engine, startEngine } from "../support/engine";

const ACCOUNT = "111122223333";
const PLATFORM = "444455556666";
const REGION = "eu-west-1";
const UPSTREAM = `${PLATFORM}.dkr.ecr.${REGION}.amazonaws.com`;
const CACHE = `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com`;

describe("an ECR of another account as upstream", () => {
  let engine: Engine;
  let statements: Record<string, string>;

  before(async () => {
    engine = await startEngine();
    // The platform team's images. Their own cache of registry.k8s.io is the quickest way to get some.
    const platform = ecr(engine.aws, root(PLATFORM), REGION);
    await platform.send(
      new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "k8s", upstreamRegistryUrl: "registry.k8s.io" }),
    );
    for (const name of ["pause:3.9", "pause:3.10"]) {
      assert.equal((await pull(engine.aws, `${UPSTREAM}/k8s/${name}`, root(PLATFORM))).status, 200);
    }

    const project = await engine.project({ name: "upstream" });
    const registries = `{
      platform: { registry: "${UPSTREAM}" },
      base: { registry: "${UPSTREAM}", upstreamPrefix: "k8s" },
    }`;
    const more = "exports.statements = cache.upstreamPolicyStatements;";
    await project.setProgram(cacheProgram(`{ registries: ${registries} }`, { more }));
    await project.up();
    ({ statements } = (await project.outputs()) as { statements: Record<string, string> });
  });
  after(() => engine?.stop());

  async function apply(...documents: readonly (string | undefined)[]): Promise<void> {
    const Statement = documents.map((document, index) => ({ ...JSON.parse(document ?? "{}"), Sid: `Cache${index}` }));
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement });
    await ecr(engine.aws, root(PLATFORM), REGION).send(new PutRegistryPolicyCommand({ policyText }));
  }

  it("refuses pulls until its owner has added the statement", async () => {
    const { status, answer } = await pull(engine.aws, `${CACHE}/platform/k8s/pause:3.9`, root(ACCOUNT));
    assert.equal(status, 403);
    assert.match(answer, /does not allow ecr:BatchGetImage/);
  });

  it("can pull only the repositories that the statement names", async () => {
    await apply(statements.base);
    assert.equal((await pull(engine.aws, `${CACHE}/base/pause:3.9`, root(ACCOUNT))).status, 200);
    await apply(
      JSON.stringify({
        ...JSON.parse(statements.base ?? ""),
        Resource: `arn:aws:ecr:${REGION}:${PLATFORM}:repository/other/*`,
      }),
    );
    assert.equal((await pull(engine.aws, `${CACHE}/platform/k8s/pause:3.10`, root(ACCOUNT))).status, 403);
  });

  it("serves pulls once all statements are there", async () => {
    await apply(statements.platform, statements.base);
    assert.equal((await pull(engine.aws, `${CACHE}/platform/k8s/pause:3.9`, root(ACCOUNT))).status, 200);
    assert.equal((await pull(engine.aws, `${CACHE}/base/pause:3.10`, root(ACCOUNT))).status, 200);
  });
});
