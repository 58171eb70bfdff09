import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalize } from "diff";
import { expiringImages } from "../../cli/apply/preview";
import { isSameJson } from "../../cli/json";
import { CLI, runCli } from "../support/cli";
import { keepNewest } from "../support/lifecycle";
import { ACCOUNT, cloudForSuite, createHub, HUB, KEEP_50, REGION } from "./support";
import { callAws } from "./verify/follow";
import { declared, FILE, policy, pulumiWith, stackWith, World } from "./verify/world";

const PULL_FOR_OTHERS = policy({
  ...{ Sid: "Read", Effect: "Allow", Principal: { AWS: "arn:aws:iam::444455556666:root" } },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
});

/** A document as apply shows it: keys in one order, a line for each part. */
const added = (json: string) =>
  JSON.stringify(
    canonicalize(JSON.parse(json), null, null, (_key, inner) => inner),
    undefined,
    2,
  ).replace(/^/gm, "    +");

const WHERE = `Account ${ACCOUNT}, Region ${REGION}`;
const TAKEN = "Nothing here declares the templates: those in AWS are taken as they are.";

const OWN = { Sid: "Own", Effect: "Allow", Principal: { AWS: "arn:aws:iam::444455556666:root" }, Action: "ecr:*" };

describe("apply", () => {
  const cloud = cloudForSuite();
  let directory = "";
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "apply-"));
    await createHub(cloud);
  });

  const apply = (...args: string[]) => runCli(["apply", ...args], { directory });
  const create = (repositoryName: string) => cloud.ecr().createRepository({ repositoryName });
  const lifecycleOf = async (repositoryName: string) =>
    (await cloud.ecr().getLifecyclePolicy({ repositoryName })).lifecyclePolicyText ?? "";
  const writes = async () => (await cloud.calls()).filter((operation) => /^(Put|Set|Tag)/.test(operation)).length;

  it("shows how many images would expire, and changes nothing without --yes", async () => {
    for (const tag of ["1", "2", "3"]) {
      await cloud.control("POST", "upstreams/images", { host: HUB, repository: "library/app", tag });
      await runCli(["warm", `app:${tag}`]);
    }
    await new World(cloud, "").template({ lifecyclePolicy: keepNewest(1) });
    const before = await lifecycleOf("hub/library/app");
    const { code, stdout } = await apply();
    assert.equal(code, 1, stdout);
    const [, expiring] = /hub\/library\/app +(\d+)\n/.exec(stdout) ?? [];
    assert.ok(Number(expiring) >= 2, stdout);
    assert.match(stdout, /\n {2}lifecycle policy\n.*\n {4}- +"countNumber": 50,\n {4}\+ +"countNumber": 1,\n/s);
    assert.match(stdout, new RegExp(`1 of 1 repository differs; ${expiring} images would expire within 24 hours`));
    assert.match(stdout, /Nothing was changed/);
    assert.equal(await lifecycleOf("hub/library/app"), before);
  });

  it("applies lifecycle policy, repository policy, tag mutability and tags, and keeps other tags", async () => {
    const { repository } = await create("hub/team/app");
    await create("elsewhere/app");
    await cloud.ecr().tagResource({ resourceArn: repository?.repositoryArn, tags: [{ Key: "owner", Value: "me" }] });
    const filters = ["latest", "dev*"].map((filter) => ({ filter, filterType: "WILDCARD" as const }));
    await updateTemplate({
      repositoryPolicy: PULL_FOR_OTHERS,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: filters,
      resourceTags: [{ Key: "team", Value: "platform" }],
    });
    const { code, stdout, stderr } = await apply("--yes", "--undo", "back.sh");
    assert.equal(code, 0, stdout + stderr);
    assert.equal(stderr, `${WHERE}\n${TAKEN}`);
    assert.equal(
      stdout,
      `\
REGION        REPOSITORY    IMAGES TO EXPIRE
${REGION}  hub/team/app  0
  tag mutability
    -MUTABLE
    +IMMUTABLE_WITH_EXCLUSION
    +except dev*
    +except latest
  tags
    -{}
    +{
    +  "team": "platform"
    +}
  repository policy
${added(PULL_FOR_OTHERS)}
  lifecycle policy
${added(KEEP_50)}

1 of 1 repository differs; 0 images will expire within 24 hours.
Changed 1 of 1 repository that differs.
To go back: sh back.sh`,
    );
    const repositoryName = "hub/team/app";
    const ecr = cloud.ecr();
    const { repositories = [] } = await ecr.describeRepositories({ repositoryNames: [repositoryName] });
    assert.equal(repositories[0]?.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
    assert.deepEqual(repositories[0]?.imageTagMutabilityExclusionFilters?.map(({ filter }) => filter).sort(), [
      "dev*",
      "latest",
    ]);
    assert.ok(isSameJson((await ecr.getRepositoryPolicy({ repositoryName })).policyText, PULL_FOR_OTHERS));
    assert.ok(isSameJson(await lifecycleOf(repositoryName), KEEP_50));
    const { tags = [] } = await ecr.listTagsForResource({ resourceArn: repository?.repositoryArn });
    assert.deepEqual(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])), { owner: "me", team: "platform" });
    await ecr.putImageTagMutability({
      ...{ repositoryName, imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" },
      imageTagMutabilityExclusionFilters: filters.reverse(),
    });
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

  describe("of templates within a cache's prefix", () => {
    const names = ["hub/library/app", "hub/other/app", "hub/team/app"];
    beforeEach(async () => {
      await createRule("hub/other");
      await createOther("hub/team", keepNewest(7));
      for (const name of names) await create(name);
    });
    const kept = () => Promise.all(names.map((name) => lifecycleOf(name).catch(() => "none")));
    const nested = (lifecyclePolicy: string) => [
      declared("ecr/repositoryCreationTemplate:RepositoryCreationTemplate", {
        ...{ prefix: "hub/team", appliedFors: ["PULL_THROUGH_CACHE"], lifecyclePolicy },
      }),
    ];

    const rows: [what: string, others: object[], reason: RegExp | undefined][] = [
      [
        "leaves one alone that the stack does not have",
        [],
        /nothing here declares the template "hub\/team": declare it, or give/,
      ],
      [
        "leaves one alone that is not as declared",
        nested(keepNewest(1)),
        /"hub\/team": the template differs from its declaration/,
      ],
      ["rolls out one that the stack declares", nested(keepNewest(7)), undefined],
    ];
    for (const [what, others, reason] of rows) {
      it(`${what}, and no cache that is not chosen`, async () => {
        const env = pulumiWith(stackWith(new World(cloud, ""), {}, {}, ...others));
        const { code, stdout } = await runCli(["apply", "--yes", "--selected-stack"], { directory, env });
        assert.match(stdout, reason ?? /Changed 2 of 2/);
        assert.equal(code, reason ? 1 : 0, stdout);
        assert.deepEqual(
          (await kept()).map((text) => /\d+(?=\},"action)/.exec(text)?.[0] ?? text),
          ["50", "none", reason ? "none" : "7"],
        );
      });
    }

    it("leaves one alone that the file does not have", async () => {
      const { stdout } = await runCli(["apply", "--registries", "-"], { directory, input: FILE });
      assert.match(stdout, / hub +1 repository +nothing here declares the template "hub\/team"/);
    });
  });

  it("ends with the same 300 repositories after a kill and a second run, and then changes nothing", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `hub/team/app-${index}`);
    for (const name of names) await create(name);
    await cloud.control("DELETE", "requests");
    await cloud.control("POST", "faults", { service: "ecr", operation: "PutLifecyclePolicy", kind: "stop", nth: 100 });
    const running = spawn(process.execPath, [CLI, "apply", "--yes", "--concurrency", "40"], {
      cwd: directory,
      stdio: "ignore",
    });
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
  });

  it("leaves your own repositories alone under ROOT, unless you say so", async () => {
    await createRule("ROOT");
    await createOther("ROOT", keepNewest(5));
    await create("own/app");
    const { code, stdout, stderr } = await apply("--yes");
    assert.equal(code, 0, stderr);
    assert.match(stderr, /ROOT is left out/);
    assert.match(stdout, /These caches have no repository yet/);
    await assert.rejects(lifecycleOf("own/app"), { name: "LifecyclePolicyNotFoundException" });
    await apply("--yes", "--root");
    assert.ok(isSameJson(await lifecycleOf("own/app"), keepNewest(5)));
  });

  describe("of several repositories", () => {
    const names = ["hub/library/nginx", "hub/team/app", "hub/team/job"];
    beforeEach(async () => {
      for (const name of names) await create(name);
    });

    const deny = (operation: string, nth: number) =>
      cloud.control("POST", "faults", { service: "ecr", operation, kind: "accessDenied", nth });
    const withPolicy = async () => {
      const policies = await Promise.all(names.map((name) => lifecycleOf(name).catch(() => undefined)));
      return names.filter((_name, index) => policies[index] !== undefined);
    };

    it("changes what --only names and --exclude does not", async () => {
      const { code, stdout } = await apply("--yes", "--only", "hub/team/*", "--exclude", "*/job");
      assert.equal(code, 0, stdout);
      assert.deepEqual(await withPolicy(), ["hub/team/app"]);
    });

    it("leaves alone a cache whose template is not as declared, until it is told to take it as it is", async () => {
      await new World(cloud, "").template({ lifecyclePolicy: keepNewest(1), imageTagMutability: "IMMUTABLE" });
      await createRule("quay");
      await create("quay/team/app");
      const file = `hub: { registry: ${HUB}, lifecycle: { keepImages: 50 }, tagMutability: MUTABLE }\n`;
      const input = `${file}quay: { registry: quay.io }\n`;
      const declared = await runCli(["apply", "--yes", "--registries", "-"], { directory, input });
      assert.deepEqual([declared.code, await withPolicy()], [1, []]);
      assert.match(
        declared.stdout,
        /hub +3 repositories +the template differs from its declaration: lifecyclePolicy, imageTagMutability: run `pulumi up --refresh` first, or /,
      );
      assert.match(declared.stdout, /quay +1 repository +its template is gone: run `pulumi up --refresh`/);
      assert.equal(
        declared.stderr,
        `${WHERE}\nWhat the file does not declare is taken from the templates in AWS as it is.`,
      );
      const { code, stdout, stderr } = await apply("--yes");
      assert.match(stderr, /Nothing here declares the templates: those in AWS are taken as they are/);
      assert.match(stdout, /quay +1 repository +it has no template: `pull-through-cache verify` says/);
      assert.deepEqual([code, await withPolicy()], [1, names]);
      assert.match((await apply()).stdout, /No difference was found in 3 repositories; 1 repository not compared\.$/);
      const other = await apply("--json", "--prefix", "quay");
      const { compared, notCompared } = JSON.parse(other.stdout);
      const reason = "it has no template: `pull-through-cache verify` says how to make one";
      const refused = [{ region: REGION, prefix: "quay", repository: "quay/team/app", reason }];
      assert.deepEqual([other.code, compared, notCompared], [1, 0, refused]);
    });

    it("says that --exclude leaves nothing of what --only chooses", async () => {
      const { code, stderr } = await apply("--yes", "--only", "hub/team/*", "--exclude", "hub/*");
      assert.deepEqual(
        [code, stderr.split("\n").at(-1), await withPolicy()],
        [2, "--exclude leaves no repository.", []],
      );
    });

    for (const option of ["--only", "--exclude"]) {
      it(`changes nothing if ${option} matches nothing`, async () => {
        const { code, stderr } = await apply("--yes", option, "hub/taem/*");
        assert.deepEqual([code, await withPolicy()], [2, []]);
        assert.match(stderr, /No repository of these caches is called hub\/taem\/\*/);
      });
    }

    it("names what it may not read, changes the others, and ends with 1", async () => {
      await deny("GetLifecyclePolicy", 1);
      await deny("StartLifecyclePolicyPreview", 1);
      const { code, stdout, stderr } = await apply("--yes", "--concurrency", "1");
      assert.equal(code, 1);
      assert.match(stderr, /Not checked: hub\/library\/nginx: ECR GetLifecyclePolicy in .*AccessDenied/);
      assert.match(stderr, /Not checked: hub\/team\/app: images to expire: .*AccessDenied/);
      assert.match(
        stdout,
        /hub\/team\/app +\?\n.*; at least \d images? will expire.*Changed 2 of 2 repositories that differ/s,
      );
      assert.deepEqual(await withPolicy(), names.slice(1));
    });

    it("names a Region that it may not read, and ends with 1", async () => {
      await deny("DescribeRepositories", 1);
      const { code, stdout, stderr } = await apply();
      assert.deepEqual([code, stdout], [1, "No difference was found, but not everything was checked."]);
      assert.match(stderr, new RegExp(`Not checked: ${REGION}: ECR DescribeRepositories in .*AccessDenied`));
    });

    it("names what it may not change and what is gone, changes the others, and says how many", async () => {
      await updateTemplate({ imageTagMutability: "IMMUTABLE" });
      await deny("PutLifecyclePolicy", 1);
      const { code, stdout } = await apply("--yes", "--concurrency", "1");
      assert.equal(code, 1);
      assert.match(
        stdout,
        /hub\/library\/nginx +tag mutability +lifecycle policy: ECR PutLifecyclePolicy .*AccessDenied/,
      );
      assert.match(stdout, /Changed 2 of 3 repositories that differ/);
      assert.deepEqual(await withPolicy(), names.slice(1));
      await deny("PutLifecyclePolicy", 1);
      assert.match(
        (await apply("--yes", "--undo", "other.sh")).stdout,
        /^\S+ +hub\/library\/nginx +nothing +lifecycle policy: ECR Put/m,
      );
    });

    it("has all of that as JSON", async () => {
      await deny("PutLifecyclePolicy", 2);
      const { code, stdout } = await apply("--yes", "--json", "--concurrency", "1");
      const { compared, repositories, undo, unchecked } = JSON.parse(stdout);
      assert.deepEqual([code, compared, unchecked], [1, 3, []]);
      assert.match(undo, /^apply-undo-\d{8}T\d{6}Z\.sh$/);
      const { problem, ...failed } = repositories[1];
      assert.match(problem, /AccessDenied/);
      const differences = [{ setting: "lifecycle policy", after: JSON.parse(KEEP_50) }];
      const all = { region: REGION, expiring: 0, differences };
      assert.deepEqual(failed, { ...all, repository: names[1], outcome: "failed", changed: [] });
      assert.deepEqual(repositories[2], {
        ...{ ...all, repository: names[2], outcome: "changed", changed: ["lifecycle policy"] },
      });
    });
  });

  it("keeps what it replaces in a script of the AWS CLI that brings it back", async () => {
    const repositoryName = "hub/team/app";
    const { repository } = await create(repositoryName);
    const ecr = cloud.ecr();
    const former = keepNewest(3).replace('"rulePriority"', `"description":"it's $HOME","rulePriority"`);
    await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: former });
    const resourceArn = repository?.repositoryArn;
    await ecr.tagResource({ resourceArn, tags: [{ Key: "team", Value: "mine" }] });
    await updateTemplate({
      imageTagMutability: "IMMUTABLE",
      repositoryPolicy: PULL_FOR_OTHERS,
      resourceTags: ["team", "new", "constructor"].map((Key) => ({ Key, Value: "platform" })),
    });
    const imageTagMutabilityExclusionFilters = [{ filter: "dev*", filterType: "WILDCARD" as const }];
    await ecr.createRepository({
      ...{
        repositoryName: "hub/b",
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters,
      },
    });
    await ecr.setRepositoryPolicy({ repositoryName: "hub/b", policyText: policy(OWN) });
    const all = () => Promise.all([repositoryName, "hub/b"].map(stateOf));
    const before = await all();
    assert.equal((await apply("--yes", "--undo", "back.sh")).code, 0);
    const { tags = [] } = await stateOf(repositoryName);
    assert.deepEqual(Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])), {
      ...{ team: "platform", new: "platform", constructor: "platform" },
    });

    for (const call of callsOfScript("back.sh")) await callAws(cloud, call);
    assert.deepEqual(await all(), before);
    const [shell, first, second] = readFileSync(join(directory, "back.sh"), "utf8").split("\n");
    assert.deepEqual(
      [shell, first?.replace(/\d{4}-\S+Z/, "a day"), second],
      [
        "#!/bin/sh",
        `# What the repositories of account ${ACCOUNT} had on a day, before \`pull-through-cache apply\`.`,
        "# To go back, run this with the same credentials. Images that expired meanwhile do not come back.",
      ],
    );
  });

  const underWay = Object.assign(new Error("under way"), { name: "LifecyclePolicyPreviewInProgressException" });
  const previews: [what: string, answers: object[], expiring: number | undefined][] = [
    [
      "waits for a preview, and before that for another one",
      [underWay, {}, { status: "IN_PROGRESS" }, { status: "COMPLETE", summary: { expiringImageTotalCount: 3 } }],
      3,
    ],
    ["takes a preview without a number as one without images", [{}, { status: "COMPLETE" }], 0],
    ["does not know what a failed preview says", [{}, { status: "FAILED" }], undefined],
  ];
  for (const [what, answers, expiring] of previews) {
    it(what, async () => {
      const send = async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      };
      const stop = new AbortController();
      assert.equal(await expiringImages({ send } as never, "hub/app", KEEP_50, stop.signal), expiring);
      stop.abort();
      answers.push({});
      assert.equal(await expiringImages({ send } as never, "hub/app", KEEP_50, stop.signal), undefined);
      answers.push(underWay);
      await assert.rejects(expiringImages({ send } as never, "hub/app", KEEP_50, stop.signal), underWay);
    });
  }

  it("changes nothing if it cannot keep what it replaces", async () => {
    await create("hub/team/app");
    writeFileSync(join(directory, "back.sh"), "");
    await cloud.control("DELETE", "requests");
    for (const file of ["back.sh", "none/back.sh"]) {
      const { code, stderr } = await apply("--yes", "--undo", file);
      assert.equal(code, 2);
      assert.match(stderr, /back\.sh, the way back, .*Nothing was changed\. Give another file with --undo/);
    }
    assert.equal(await writes(), 0);
    await apply();
    assert.deepEqual(readdirSync(directory), ["back.sh"]);
  });

  it("refuses --yes together with --dry-run", async () => {
    const { code, stderr } = await apply("--yes", "--dry-run");
    assert.equal(code, 2);
    assert.match(stderr, /Give either --yes or --dry-run/);
  });

  /** Tags need a role. */
  const updateTemplate = (settings: object) => new World(cloud, "").tagged([], settings);

  /** Everything of a repository that apply can change. */
  async function stateOf(repositoryName: string) {
    const ecr = cloud.ecr();
    const { repositories: [repository] = [] } = await ecr.describeRepositories({ repositoryNames: [repositoryName] });
    const policy = ecr.getRepositoryPolicy({ repositoryName }).catch(() => undefined);
    const lifecycle = lifecycleOf(repositoryName).catch(() => undefined);
    const { tags } = await ecr.listTagsForResource({ resourceArn: repository?.repositoryArn });
    return { repository, policy: (await policy)?.policyText, tags, lifecycle: await lifecycle };
  }

  /** What a script gives to the AWS CLI, as a shell reads it. */
  function callsOfScript(file: string): string[][] {
    const command = `console.log(JSON.stringify(process.argv.slice(2)))`;
    writeFileSync(join(directory, "aws"), `#!${process.execPath}\n${command}\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}` };
    const { stdout, stderr } = spawnSync("sh", [file], { cwd: directory, env, encoding: "utf8" });
    assert.equal(stderr, "");
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);
  }

  const createRule = (ecrRepositoryPrefix: string) =>
    cloud.ecr().createPullThroughCacheRule({ ecrRepositoryPrefix, upstreamRegistryUrl: "quay.io" });

  async function createOther(prefix: string, lifecyclePolicy: string): Promise<void> {
    await cloud.ecr().createRepositoryCreationTemplate({ prefix, appliedFor: ["PULL_THROUGH_CACHE"], lifecyclePolicy });
  }
});
