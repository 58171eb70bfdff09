import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statementMark } from "../../component/plan/registry-wide";
import { runCli } from "../support/cli";
import { keepNewest } from "../support/lifecycle";
import { ACCOUNT, asRole, cloudForSuite, createHub, frontForSuite } from "./support";
import { arn, grants, policy, stackWithAll, TAGS, verify, World } from "./verify/world";

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
  readonly Statement: { readonly Action: string | readonly string[] }[];
}

/** AWS checks these when it imports an image, which is no call of the tool. Without them, warm fails. */
const OF_IMPORTS = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];

/** What is there before a command runs, its arguments, and its exit code. */
interface Scenario {
  readonly prepare?: (world: World) => Promise<unknown>;
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

  const OWN = `${statementMark("hub")}1Principals`;
  const shared = (world: World, ...sids: string[]) =>
    world.registryPolicy(...sids.map((Sid) => grants(ACCOUNT, ["ecr:BatchImportUpstreamImage"], { Sid })));
  const fill = ({ ecr }: World) =>
    ecr.batchGetImage({ repositoryName: "hub/library/nginx", imageIds: [{ imageTag: "1.27" }] });

  const scenarios: { readonly [command: string]: readonly Scenario[] } = {
    verify: [
      {
        prepare: async (world) => [
          await shared(world, "Mine"),
          await world.template({ customRoleArn: arn("tool"), resourceTags: TAGS }),
        ],
        args: ["verify", "--as", arn("tool")],
        code: 1,
      },
      { args: [], stack: stackWithAll },
    ],
    warm: [{ args: ["warm", "nginx:1.27"] }],
    report: [{ prepare: fill, args: ["report"] }],
    apply: [
      {
        prepare: async (world) => {
          await world.ecr.createRepository({ repositoryName: "hub/library/old" });
          const repositoryPolicy = policy({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" });
          await world.template({
            ...{ repositoryPolicy, lifecyclePolicy: keepNewest(7), imageTagMutability: "IMMUTABLE" },
            ...{ customRoleArn: arn("tool"), resourceTags: TAGS },
          });
        },
        args: ["apply", "--yes", "--undo", join(mkdtempSync(join(tmpdir(), "apply-")), "undo.sh")],
      },
    ],
    clean: [
      {
        prepare: async (world) => [
          await shared(world, OWN, "Mine"),
          await fill(world),
          await world.ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" }),
        ],
        args: ["clean", "--prefix", "hub", "--yes"],
      },
      { prepare: (world) => shared(world, OWN), args: ["clean", "--prefix", "hub", "--yes"] },
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
      const role = await world.role("tool", policyOf(command).Statement);
      for (const { prepare, args, stack, code = 0 } of runs) {
        await prepare?.(world);
        const declared = await stack?.(world);
        const run = () => (declared === undefined ? runCli(args) : verify({ stack: declared }));
        const result = await asRole(cloud, role, run);
        assert.equal(result.code, code, result.stdout + result.stderr);
        assert.doesNotMatch(result.stdout + result.stderr, /AccessDenied|not checked/i);
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
