import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreatePullThroughCacheRuleCommand,
  CreateRepositoryCommand,
  CreateRepositoryCreationTemplateCommand,
  DescribeRepositoriesCommand,
  GetLifecyclePolicyCommand,
  GetRepositoryPolicyCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateRepositoryCreationTemplateCommand,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { isSameJson } from "../../cli/json";
import { CLI, runCli } from "../support/cli";
import { keepNewest } from "../support/lifecycle";
import { ACCOUNT, cloudForSuite, createHub, HUB, KEEP_50 } from "./support";

describe("apply", () => {
  const cloud = cloudForSuite();
  beforeEach(async () => {
    await createHub(cloud);
  });

  const apply = (...args: string[]) => runCli(["apply", ...args]);
  const create = (repositoryName: string) => cloud.ecr().send(new CreateRepositoryCommand({ repositoryName }));
  const lifecycleOf = async (repositoryName: string) =>
    (await cloud.ecr().send(new GetLifecyclePolicyCommand({ repositoryName }))).lifecyclePolicyText ?? "";
  const writes = async () => (await cloud.calls()).filter((operation) => /^(Put|Set|Tag)/.test(operation)).length;

  it("shows how many images would expire, and changes nothing without --yes", async () => {
    for (const tag of ["1", "2", "3"]) {
      await cloud.control("POST", "upstreams/images", { host: HUB, repository: "library/app", tag });
      await runCli(["warm", `app:${tag}`]);
    }
    await cloud
      .ecr()
      .send(new UpdateRepositoryCreationTemplateCommand({ prefix: "hub", lifecyclePolicy: keepNewest(1) }));
    const before = await lifecycleOf("hub/library/app");
    const { code, stdout } = await apply();
    assert.equal(code, 1, stdout);
    const [, expiring] = /hub\/library\/app +(\d+) +lifecycle policy/.exec(stdout) ?? [];
    assert.ok(Number(expiring) >= 2, stdout);
    assert.match(stdout, new RegExp(`1 of 1 repositories differ; ${expiring} images would expire within 24 hours`));
    assert.match(stdout, /Nothing was changed/);
    assert.equal(await lifecycleOf("hub/library/app"), before);
  });

  it("applies lifecycle policy, repository policy, tag mutability and tags, and keeps other tags", async () => {
    const { repository } = await create("hub/team/app");
    await create("elsewhere/app");
    await cloud
      .ecr()
      .send(new TagResourceCommand({ resourceArn: repository?.repositoryArn, tags: [{ Key: "owner", Value: "me" }] }));
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::444455556666:root" },
          Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        },
      ],
    });
    const trust = { Effect: "Allow", Principal: { Service: "ecr.amazonaws.com" }, Action: "sts:AssumeRole" };
    await cloud.iam().send(
      new CreateRoleCommand({
        RoleName: "template",
        AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
      }),
    );
    await cloud.ecr().send(
      new UpdateRepositoryCreationTemplateCommand({
        prefix: "hub",
        repositoryPolicy: policy,
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filter: "latest", filterType: "WILDCARD" }],
        resourceTags: [{ Key: "team", Value: "platform" }],
        customRoleArn: `arn:aws:iam::${ACCOUNT}:role/template`,
      }),
    );
    const { code, stdout, stderr } = await apply("--yes");
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /hub\/team\/app +0 +tag mutability, tags, repository policy, lifecycle policy/);
    assert.ok(!stdout.includes("elsewhere/app"));
    const repositoryName = "hub/team/app";
    const ecr = cloud.ecr();
    const { repositories = [] } = await ecr.send(
      new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }),
    );
    assert.equal(repositories[0]?.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
    assert.deepEqual(repositories[0]?.imageTagMutabilityExclusionFilters, [
      { filter: "latest", filterType: "WILDCARD" },
    ]);
    assert.ok(isSameJson((await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText, policy));
    assert.ok(isSameJson(await lifecycleOf(repositoryName), KEEP_50));
    const { tags = [] } = await ecr.send(new ListTagsForResourceCommand({ resourceArn: repository?.repositoryArn }));
    assert.deepEqual(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])), { owner: "me", team: "platform" });
    assert.equal((await apply()).code, 0);
  });

  it("uses the template with the longest prefix, and processes only the chosen caches", async () => {
    await createOther("hub/team", keepNewest(7));
    await create("hub/team/app");
    await create("hub/library/app");
    assert.equal((await apply("--yes", "--prefix", "hub")).code, 0);
    assert.ok(isSameJson(await lifecycleOf("hub/team/app"), keepNewest(7)));
    assert.ok(isSameJson(await lifecycleOf("hub/library/app"), KEEP_50));
  });

  it("ends with the same 300 repositories after a kill and a second run, and then changes nothing", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `hub/team/app-${index}`);
    for (const name of names) await create(name);
    await cloud.control("DELETE", "requests");
    await cloud.control("POST", "faults", { service: "ecr", operation: "PutLifecyclePolicy", kind: "stop", nth: 100 });
    const running = spawn(process.execPath, [CLI, "apply", "--yes", "--concurrency", "40"], { stdio: "ignore" });
    const ended = new Promise((resolve) => running.once("close", resolve));
    while ((await cloud.control<{ calls: unknown[] }>("GET", "held")).calls.length === 0) await sleep(20);
    running.kill("SIGKILL");
    await ended;
    const done = await writes();
    assert.ok(done >= 99 && done < 300, `${done} changes`);
    await cloud.control("DELETE", "faults");

    assert.equal((await apply("--yes", "--concurrency", "40")).code, 0);
    for (const name of names) assert.ok(isSameJson(await lifecycleOf(name), KEEP_50), name);
    await cloud.control("DELETE", "requests");
    const { code, stdout } = await apply("--yes");
    assert.equal(code, 0);
    assert.match(stdout, /All 300 repositories match their templates/);
    assert.equal(await writes(), 0);
  }).timeout(120_000);

  it("leaves your own repositories alone under ROOT, unless you say so", async () => {
    await cloud
      .ecr()
      .send(new CreatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl: "quay.io" }));
    await createOther("ROOT", keepNewest(5));
    await create("own/app");
    const { code, stderr } = await apply("--yes");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /ROOT is left out/);
    await assert.rejects(lifecycleOf("own/app"), { name: "LifecyclePolicyNotFoundException" });
    await apply("--yes", "--root");
    assert.ok(isSameJson(await lifecycleOf("own/app"), keepNewest(5)));
  });

  it("refuses --yes together with --dry-run", async () => {
    const { code, stderr } = await apply("--yes", "--dry-run");
    assert.equal(code, 2);
    assert.match(stderr, /Give either --yes or --dry-run/);
  });

  async function createOther(prefix: string, lifecyclePolicy: string): Promise<void> {
    await cloud
      .ecr()
      .send(
        new CreateRepositoryCreationTemplateCommand({ prefix, appliedFor: ["PULL_THROUGH_CACHE"], lifecyclePolicy }),
      );
  }
});
