import assert from "node:assert/strict";
import { statementMark } from "../../component/plan/registry-wide";
import { runCli } from "../support/cli";
import { ACCOUNT, cloudForSuite, createHub, REGION, withAws } from "./support";

describe("clean", () => {
  const cloud = cloudForSuite();
  const clean = (...args: string[]) => runCli(["clean", "--prefix", "hub", ...args]);
  const arnOf = (name: string) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`;
  const statement = (Sid: string, ...names: string[]) => ({
    Sid,
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::444455556666:root` },
    Action: ["ecr:BatchImportUpstreamImage"],
    Resource: names.map(arnOf),
  });
  const MARK = statementMark("hub");
  const repositories = async () =>
    (await cloud.ecr().describeRepositories({})).repositories?.map((one) => one.repositoryName).sort();

  beforeEach(async () => {
    await createHub(cloud);
    const ecr = cloud.ecr();
    await ecr.batchGetImage({ repositoryName: "hub/library/nginx", imageIds: [{ imageTag: "1.27" }] });
    for (const repositoryName of ["hub/mine", "hubble/own"]) await ecr.createRepository({ repositoryName });
    const Statement = [
      statement(`${MARK}1Principals`, "hub/*"),
      statement(`${MARK}2Principals`, "hub/*", "quay/*"),
      statement(`Mine${MARK}`, "hub/*"),
    ];
    await ecr.putRegistryPolicy({ policyText: JSON.stringify({ Version: "2012-10-17", Statement }) });
  });

  it("refuses a cache that still has a rule, and ROOT", async () => {
    const live = await clean("--yes");
    const refused = "clean: 1 problem. Nothing was changed.\n  - ";
    const reason = `hub in ${REGION}: still has a pull through cache rule; destroy the cache first`;
    const where = `Account ${ACCOUNT}, Region ${REGION}`;
    assert.deepEqual([live.code, live.stderr], [1, `${where}\n${refused}${reason}`]);
    assert.equal((await runCli(["clean", "--prefix", "hub/library", "--yes"])).code, 1);
    const root = await runCli(["clean", "--prefix", "ROOT", "--yes"]);
    assert.equal(root.code, 1);
    assert.ok(root.stderr.startsWith(`${refused}ROOT: a cache with this prefix has no part of the names`), root.stderr);
    assert.equal((await repositories())?.length, 3);
  });

  describe("after the cache is gone", () => {
    beforeEach(async () => {
      await cloud.ecr().deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
    });

    it("shows repositories with images and size, templates, filters and statements, and deletes nothing", async () => {
      const { code, stdout, stderr } = await clean("--keep", "hub/mine", "--prefix", "gone");
      assert.equal(code, 1);
      assert.match(stderr, /^No cache left anything under gone in account \d+, Region \S+: is the name right\?$/m);
      assert.equal(
        stdout,
        `\
REGION        WHAT              IMAGES  GB     NAME
eu-central-1  repository        2       0.000  hub/library/nginx
eu-central-1  template                         hub
eu-central-1  scanning filter                  hub/*
eu-central-1  policy statement                 ${MARK}1Principals

0.000 GB. Nothing was deleted. Run it again with --yes to delete all of this.`,
      );
      assert.equal((await repositories())?.length, 3);
    });

    it("deletes what it shows with --yes, and nothing of others", async () => {
      const { code, stdout } = await clean("--keep", "hub/mine", "--yes");
      assert.equal(code, 0, stdout);
      assert.match(stdout, /hub\/library\/nginx.*Deleted 4 of 4\./s);
      assert.deepEqual(await repositories(), ["hub/mine", "hubble/own"]);
      const { policyText = "" } = await cloud.ecr().getRegistryPolicy({});
      const { Statement, ...others } = JSON.parse(policyText);
      const sids = Statement.map(({ Sid }: { Sid: string }) => Sid);
      assert.deepEqual([sids, others], [[`${MARK}2Principals`, `Mine${MARK}`], { Version: "2012-10-17" }]);
      const { scanningConfiguration } = await cloud.ecr().getRegistryScanningConfiguration({});
      assert.deepEqual(scanningConfiguration?.rules, []);
      assert.deepEqual((await cloud.ecr().describeRepositoryCreationTemplates({})).repositoryCreationTemplates, []);
      const again = await clean("--keep", "hub/mine");
      assert.deepEqual([again.code, again.stdout], [0, "Nothing of hub is left to delete."]);
      const where = `Account ${ACCOUNT}, Region ${REGION}`;
      assert.equal(
        again.stderr,
        `${where}\nThe policy statement ${MARK}2Principals in ${REGION} stays: it is also about quay/*`,
      );
      const last = { ...statement(`${MARK}1Principals`), Resource: arnOf("hub/*") };
      await cloud.ecr().putRegistryPolicy({ policyText: JSON.stringify({ Version: "2012-10-17", Statement: last }) });
      assert.equal((await clean("--yes")).code, 0);
      await assert.rejects(cloud.ecr().getRegistryPolicy({}), { name: "RegistryPolicyNotFoundException" });
    });

    it("names what it may not read, deletes the rest, and ends with 1", async () => {
      const deny = (operation: string) =>
        cloud.control("POST", "faults", { service: "ecr", operation, kind: "accessDenied", nth: 1 });
      await deny("DescribeImages");
      await deny("GetRegistryPolicy");
      const { code, stdout, stderr } = await clean("--yes");
      assert.equal(code, 1);
      assert.match(stderr, /Not checked: policy statements in .*: ECR GetRegistryPolicy in .*AccessDenied/);
      assert.match(stderr, /Not checked: hub\/.* in .*: ECR DescribeImages in .*AccessDenied/);
      assert.match(stdout, /Deleted 3 of 3\./);
      assert.equal((await repositories())?.length, 2);
      await deny("DescribeRepositories");
      const { stdout: again } = await clean("--json");
      const { unchecked } = JSON.parse(again);
      assert.match(unchecked[0], /^repositories in .*AccessDenied/);
    });

    it("names what it could not delete", async () => {
      await cloud.control("POST", "faults", { service: "ecr", operation: "DeleteRepository", kind: "accessDenied" });
      const { code, stdout, stderr } = await clean("--yes");
      assert.deepEqual([code, /Deleted 3 of 5\./.test(stdout)], [1, true], stdout);
      assert.match(stderr, /hub\/mine in .*: failed: ECR DeleteRepository in .*AccessDenied/);
    });

    it("names what stays because it is not about the cache alone", async () => {
      const applied = (prefix: string, ...uses: ("CREATE_ON_PUSH" | "REPLICATION")[]) => ({
        ...{ prefix, appliedFor: ["PULL_THROUGH_CACHE" as const, ...uses] },
      });
      await cloud.ecr().updateRepositoryCreationTemplate(applied("hub", "CREATE_ON_PUSH", "REPLICATION"));
      await cloud.ecr().createRepositoryCreationTemplate(applied("hub/own"));
      await cloud.ecr().createRepositoryCreationTemplate({ prefix: "hub/push", appliedFor: ["CREATE_ON_PUSH"] });
      const { stdout, stderr } = await clean();
      assert.deepEqual(stdout.match(/(?<=template +)\S+$/gm), ["hub/own"]);
      const staying = stderr.split("\n").filter((line) => /stays/.test(line));
      assert.deepEqual(staying, [
        `The template hub in ${REGION} stays: it is also for CREATE_ON_PUSH and REPLICATION`,
        `The policy statement ${MARK}2Principals in ${REGION} stays: it is also about quay/*`,
      ]);
      await clean("--yes");
      assert.deepEqual(JSON.parse((await clean("--json")).stdout), {
        ...{ left: [], unchecked: [] },
        stays: [
          {
            ...{ region: REGION, kind: "template", name: "hub" },
            why: "it is also for CREATE_ON_PUSH and REPLICATION",
          },
          {
            ...{ region: REGION, kind: "policy statement", name: `${MARK}2Principals` },
            why: "it is also about quay/*",
          },
        ],
      });
    });

    it("names what it may not look at", async () => {
      const answer = (call: string) => (call.includes("PullThroughCacheRules") ? {} : undefined);
      const { code, stderr } = await withAws(answer, () => clean());
      const unchecked = [...stderr.matchAll(/^Not checked: (.*) in \S+: ECR/gm)].map(([, what]) => what);
      const all = ["repositories", "templates", "scanning filters", "policy statements"];
      assert.deepEqual([code, unchecked], [1, all]);
    });

    it("deletes nothing if --keep names nothing", async () => {
      const { code, stderr } = await clean("--keep", "hub/mien", "--yes");
      assert.deepEqual([code, stderr.split("\n").at(-1)], [2, "There is no repository hub/mien to keep."]);
      assert.equal((await repositories())?.length, 3);
    });
  });
});
