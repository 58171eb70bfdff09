import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statementMark } from "../../component/plan/registry-wide";
import { runCli } from "../support/cli";
import { keepNewest } from "../support/lifecycle";
import { ACCOUNT, asRole, cloudForSuite, createHub, frontForSuite, REGION } from "./support";
import { stackWithAll, verify, World } from "./verify/world";

/** What the local AWS does not have: workloads that name an image each. */
const WORKLOADS: { readonly [call: string]: readonly [action: string, answer: object] } = {
  ListClusters: ["ecs:ListClusters", { clusterArns: ["arn:aws:ecs:us-east-1:111122223333:cluster/prod"] }],
  ListTasks: ["ecs:ListTasks", { taskArns: ["arn:aws:ecs:us-east-1:111122223333:task/prod/1"] }],
  DescribeTasks: ["ecs:DescribeTasks", { tasks: [{ containers: [{ image: "nginx:1" }] }] }],
  ListTaskDefinitionFamilies: ["ecs:ListTaskDefinitionFamilies", { families: ["jobs"] }],
  DescribeTaskDefinition: ["ecs:DescribeTaskDefinition", { taskDefinition: {} }],
  "/2015-03-31/functions": ["lambda:ListFunctions", { Functions: [{ FunctionName: "web", PackageType: "Image" }] }],
  "/2015-03-31/functions/web": ["lambda:GetFunction", { Code: {} }],
};

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

/** AWS checks these when it imports an image, which is no call of the tool. Without them, warm fails. */
const OF_IMPORTS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/** What is there before a command runs, its arguments, and its exit code. */
interface Scenario {
  readonly prepare?: () => Promise<unknown>;
  readonly args: readonly string[];
  /** For `verify`: a stack to compare. */
  readonly stack?: (world: World) => Promise<string>;
  readonly code?: number;
}

describe("the policies of docs/permissions.md for the command line tool", () => {
  const cloud = cloudForSuite();
  const markdown = readFileSync(join(__dirname, "../../docs/permissions.md"), "utf8");
  const [, tool = ""] = markdown.split(/^## The command line tool$/m);
  const policyOf = (command: string): Policy => {
    const [, section = ""] = tool.split(new RegExp(`^### (?:.*, )?${command}(?:, .*)?$`, "m"));
    return JSON.parse(/```json\n(.*?)```/s.exec(section)?.[1] ?? "");
  };

  const resource = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/hub/*`;
  const policy = (...sids: string[]) =>
    cloud.ecr().putRegistryPolicy({
      policyText: JSON.stringify({
        Version: "2012-10-17",
        Statement: sids.map((Sid) => ({
          ...{ Sid, Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } },
          ...{ Action: "ecr:BatchImportUpstreamImage", Resource: resource },
        })),
      }),
    });
  const own = `${statementMark("hub")}1Principals`;
  const fill = () =>
    cloud.ecr().batchGetImage({ repositoryName: "hub/library/nginx", imageIds: [{ imageTag: "1.27" }] });
  const remove = () => cloud.ecr().deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });

  const scenarios: { readonly [command: string]: readonly Scenario[] } = {
    verify: [
      {
        prepare: async () => [
          await policy("Mine"),
          await cloud.ecr().updateRepositoryCreationTemplate({
            prefix: "hub",
            customRoleArn: `arn:aws:iam::${ACCOUNT}:role/tool`,
            resourceTags: [{ Key: "a", Value: "b" }],
          }),
        ],
        args: ["verify", "--as", `arn:aws:iam::${ACCOUNT}:role/tool`],
        code: 1,
      },
      { args: [], stack: stackWithAll },
    ],
    warm: [{ args: ["warm", "nginx:1.27"] }],
    report: [{ prepare: fill, args: ["report"] }],
    apply: [
      {
        prepare: async () => {
          await cloud.ecr().createRepository({ repositoryName: "hub/library/old" });
          const repositoryPolicy = JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }],
          });
          await cloud.ecr().updateRepositoryCreationTemplate({
            prefix: "hub",
            ...{ repositoryPolicy, lifecyclePolicy: keepNewest(7), imageTagMutability: "IMMUTABLE" },
            customRoleArn: `arn:aws:iam::${ACCOUNT}:role/tool`,
            resourceTags: [{ Key: "a", Value: "b" }],
          });
        },
        args: ["apply", "--yes", "--undo", join(mkdtempSync(join(tmpdir(), "apply-")), "undo.sh")],
      },
    ],
    clean: [
      {
        prepare: async () => [await policy(own, "Mine"), await fill(), await remove()],
        args: ["clean", "--prefix", "hub", "--yes"],
      },
      { prepare: () => policy(own), args: ["clean", "--prefix", "hub", "--yes"] },
    ],
    audit: [{ args: ["audit", "--ecs", "--lambda"], code: 1 }],
    config: [{ args: ["config", "rules"] }],
    why: [{ args: ["why", "nginx:1.27"] }],
    rewrite: [{ args: ["rewrite"] }],
  };

  /** Actions for workloads. */
  const workloads = new Set<string>();
  frontForSuite(cloud, async (call) => {
    const known = WORKLOADS[call];
    if (known) workloads.add(known[0]);
    return known?.[1];
  });

  for (const [command, runs] of Object.entries(scenarios)) {
    it(`let a role run ${command}, with no action too many`, async () => {
      const world = new World(cloud, (await createHub(cloud)).secretArn);
      const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" };
      const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
      const { Role } = await cloud.iam().createRole({ RoleName: "tool", AssumeRolePolicyDocument });
      const PolicyDocument = JSON.stringify(policyOf(command));
      await cloud.iam().putRolePolicy({ RoleName: "tool", PolicyName: "tool", PolicyDocument });
      for (const { prepare, args, stack, code = 0 } of runs) {
        await prepare?.();
        const declared = await stack?.(world);
        const run = () => (declared === undefined ? runCli(args) : verify({ stack: declared }));
        const result = await asRole(cloud, Role?.Arn ?? "", run);
        assert.equal(result.code, code, result.stdout + result.stderr);
        assert.ok(
          !/AccessDenied|not checked|Not checked/.test(result.stdout + result.stderr),
          result.stdout + result.stderr,
        );
      }
      const { requests } = await cloud.control<{ requests: { principal?: string; actions?: string[] }[] }>(
        "GET",
        "requests",
      );
      const asked = new Set(
        requests
          .filter(({ principal }) => principal?.includes(":assumed-role/tool/"))
          .flatMap(({ actions = [] }) => actions)
          .concat(...workloads),
      );
      const documented = policyOf(command).Statement.flatMap(({ Action }) => Action);
      assert.deepEqual(
        documented.filter((action) => !asked.has(action) && !OF_IMPORTS.includes(action)),
        [],
      );
    });
  }
});
