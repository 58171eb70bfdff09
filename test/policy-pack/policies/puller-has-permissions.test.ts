import assert from "node:assert/strict";
import type { StackResource } from "../../../policy-pack/kit/policy";
import { pullerHasPermissions } from "../../../policy-pack/policies/puller-has-permissions";
import {
  later,
  messages,
  passes,
  registryPolicy,
  repository,
  resource,
  rule,
  run,
  template,
  undecidedFor,
} from "../support";
import { allow, attached, inline, role } from "./roles";
import { document } from "./statements";
import { cached, hub } from "./workloads";

describe("puller-has-permissions", () => {
  const policy = pullerHasPermissions;
  const nginx = cached("library/nginx:1.27");
  const execution = role("execution", "ecs-tasks.amazonaws.com");
  const node = role("node", "ec2.amazonaws.com");
  const using = (of: StackResource, ...images: unknown[]) =>
    resource(
      "aws:ecs/taskDefinition:TaskDefinition",
      "task",
      { executionRoleArn: later, containerDefinitions: images.map((image) => ({ image })) },
      { feeds: { executionRoleArn: [of] } },
    );
  const group = (of: StackResource) =>
    resource("aws:eks/nodeGroup:NodeGroup", of.name, { nodeRoleArn: later }, { feeds: { nodeRoleArn: [of] } });
  const pod = (image: unknown) => resource("kubernetes:core/v1:Pod", "pod", { spec: { containers: [{ image }] } });
  const ecs = attached(execution, "AmazonECSTaskExecutionRolePolicy");
  const below = "arn:aws:ecr:eu-central-1:111122223333:repository/hub/*";
  const first = allow(["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], below);
  const lacks = (...actions: string[]) =>
    `execution: The first pull of ${nginx} fails, because this role lacks ${actions.join(" and ")}.`;

  it("passes roles that may make the first pull, by whatever policy", async () => {
    const full = attached(execution, "AmazonEC2ContainerRegistryFullAccess");
    const registry = registryPolicy("registry", {
      policy: document({
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::111122223333:role/execution" },
        Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        Resource: below,
      }),
    });
    const imports = allow("ecr:BatchImportUpstreamImage", "arn:aws:ecr:*:*:repository/hub/*");
    const pullOnly = attached(execution, "AmazonEC2ContainerRegistryPullOnly");
    const byTemplate = template("t", { repositoryPolicy: allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]) });
    const own = `arn:aws:ecr:eu-central-1:$${"{aws:PrincipalAccount}"}:repository/hub/library/*`;
    for (const given of [
      [ecs, inline(execution, first)],
      [ecs, inline(execution, allow("ecr:*", own))],
      [inline(execution, allow("*"))],
      [full],
      [ecs, registry],
      [ecs, inline(execution, imports), repository("declared", { name: "hub/library/nginx" })],
      [pullOnly, inline(execution, allow("ecr:CreateRepository", below))],
      [byTemplate, inline(execution, first), inline(execution, allow("ecr:GetAuthorizationToken"))],
    ]) {
      assert.deepEqual(await run(policy, [hub, execution, ...given, using(execution, nginx)]), passes);
    }
  });

  it("passes images that no role of the stack pulls through a cache for the first time", async () => {
    const digest = `sha256:${"0".repeat(64)}`;
    for (const image of ["nginx", cached("").replace("hub/", "shop/web:1"), `${cached("library/nginx")}@${digest}`]) {
      assert.deepEqual(await run(policy, [hub, execution, ecs, using(execution, image)]), passes, image);
    }
    assert.deepEqual(
      await run(policy, [execution, ecs, using(execution, nginx)]),
      passes,
      "the rule is in another stack",
    );
    const elsewhere = { executionRoleArn: "arn:aws:iam::111122223333:role/other" };
    const other = resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
      ...elsewhere,
      containerDefinitions: JSON.stringify([{ image: nginx }]),
    });
    assert.deepEqual(await run(policy, [hub, execution, ecs, other]), passes);
    const root = rule("root", { ecrRepositoryPrefix: "ROOT", registryId: "111122223333" });
    assert.deepEqual(await run(policy, [root, execution, ecs, using(execution, nginx)]), passes, "it may be one's own");
    const lambda = resource(
      "aws:lambda/function:Function",
      "f",
      { role: later, imageUri: nginx },
      { feeds: { role: [execution] } },
    );
    assert.deepEqual(await run(policy, [hub, execution, lambda]), passes);
  });

  it("reports what AWS's policies and statements for other repositories leave out, and where to allow it", async () => {
    const stack = [hub, execution, ecs, using(execution, nginx, cached("grafana/loki:3"))];
    const [message = ""] = await messages(policy, stack);
    assert.deepEqual(message.split("\n").slice(0, 2), [
      `The first pull of ${nginx} fails, because this role lacks ecr:BatchImportUpstreamImage and ecr:CreateRepository.`,
      `Allow ecr:BatchImportUpstreamImage and ecr:CreateRepository on ${below} in a policy of the role.`,
    ]);
    const elsewhere = inline(execution, first.replace("hub", "quay"));
    assert.deepEqual((await run(policy, [...stack, elsewhere])).violations, [
      lacks("ecr:BatchImportUpstreamImage", "ecr:CreateRepository"),
    ]);
    const pullOnly = attached(execution, "AmazonEC2ContainerRegistryPullOnly");
    assert.deepEqual((await run(policy, [...stack, pullOnly])).violations, [lacks("ecr:CreateRepository")]);
    const login = allow("ecr:*", below);
    const [bare = ""] = await messages(policy, [hub, execution, inline(execution, login), using(execution, nginx)]);
    assert.match(bare, /lacks ecr:GetAuthorizationToken\.\nAllow ecr:GetAuthorizationToken on \* in a policy/);
    const denied = document({ Effect: "Deny", Action: "ecr:CreateRepository", Resource: "*" });
    const both = [...stack, inline(execution, first), inline(execution, denied)];
    assert.deepEqual((await run(policy, both)).violations, [lacks("ecr:CreateRepository")]);
    assert.equal(
      (await run(policy, [execution, ecs, using(execution, nginx)], { cachePrefixes: ["hub"] })).violations.length,
      1,
    );
  });

  it("names the component's argument if the stack has it", async () => {
    const component = resource("pull-through-cache:index:PullThroughCache", "cache", {});
    const [message = ""] = await messages(policy, [component, hub, execution, ecs, using(execution, nginx)]);
    assert.match(message, /\nName the role in pullerRoles of the PullThroughCache\.\n/);
  });

  it("finds the roles of nodes, Batch and CodeBuild", async () => {
    const build = (imagePullCredentialsType: string) =>
      resource(
        "aws:codebuild/project:Project",
        "build",
        { serviceRole: later, environment: { image: nginx, imagePullCredentialsType } },
        { feeds: { serviceRole: [execution] } },
      );
    const known = role("execution", "x", { arn: "arn:aws:iam::111122223333:role/execution" });
    const job = (more: object) => resource("aws:batch/jobDefinition:JobDefinition", "job", { ...more });
    const container = { image: nginx, executionRoleArn: "arn:aws:iam::111122223333:role/execution" };
    const { executionRoleArn } = container;
    for (const stack of [
      [execution, build("SERVICE_ROLE")],
      [known, job({ containerProperties: JSON.stringify(container) })],
      [
        known,
        job({
          ecsProperties: JSON.stringify({ taskProperties: [{ executionRoleArn, containers: [{ image: nginx }] }] }),
        }),
      ],
    ]) {
      assert.equal((await run(policy, [hub, ecs, ...stack])).violations.length, 1, stack[1]?.type);
    }
    assert.deepEqual(await run(policy, [hub, execution, build("CODEBUILD")]), passes);
    const profile = resource(
      "aws:eks/fargateProfile:FargateProfile",
      "p",
      { podExecutionRoleArn: later },
      { feeds: { podExecutionRoleArn: [node] } },
    );
    const entry = (type: string) =>
      resource(
        "aws:eks/accessEntry:AccessEntry",
        "e",
        { type, principalArn: later },
        { feeds: { principalArn: [node] } },
      );
    for (const one of [group(node), profile, entry("EC2_LINUX")]) {
      assert.equal((await run(policy, [hub, node, one, pod(nginx)])).violations.length, 1, one.type);
    }
    assert.deepEqual(await run(policy, [hub, node, entry("STANDARD"), pod(nginx)]), passes);
    assert.deepEqual(await run(policy, [hub, node, group(node), pod("shop/web")]), passes);
  });

  it("passes a cluster in which the nodes of one role may", async () => {
    const able = role("able", "ec2.amazonaws.com");
    const stack = [hub, node, group(node), able, group(able), inline(able, allow("ecr:*")), pod(nginx)];
    assert.deepEqual(await run(policy, stack), passes);
  });

  it("waits for documents and images, and says which policy it does not know", async () => {
    const stack = [hub, execution, ecs, using(execution, nginx)];
    assert.deepEqual(await run(policy, [...stack, inline(execution, later)]), undecidedFor(policy, "execution"));
    assert.deepEqual(
      await run(policy, [hub, execution, ecs, using(execution, later)]),
      undecidedFor(policy, "execution"),
    );
    const all = inline(execution, allow("ecr:*"));
    assert.deepEqual(await run(policy, [hub, execution, all, using(execution, later)]), passes);
    const arn = "arn:aws:iam::111122223333:policy/platform";
    assert.deepEqual(await run(policy, [...stack, attached(execution, arn)]), {
      violations: [],
      notes: [
        `[advisory] puller-has-permissions: execution was not judged, because neither the stack nor this pack knows its policy ${arn}.`,
      ],
    });
  });
});
