import { pullerHasPermissions as policy } from "../../../policy-pack/policies/puller-has-permissions";
import {
  advice,
  configured,
  fed,
  judges,
  later,
  passes,
  registryPolicy,
  repository,
  resource,
  rule,
  template,
  undecided,
} from "../support";
import { allow, attached, inline, role } from "./roles";
import { document } from "./statements";
import { advises, cached, hub, task } from "./workloads";

type Role = ReturnType<typeof role>;

const nginx = cached("library/nginx:1.27");
const [execution, node] = [role("execution", "ecs-tasks.amazonaws.com"), role("node", "ec2.amazonaws.com")];
const able = role("able", "ec2.amazonaws.com");
/** A resource of which this property is the role. */
const assuming = (type: string, property: string, one: Role, props: object = {}) =>
  resource(type, "user", { [property]: later, ...props }, fed({ [property]: [one] }));
const using = (...images: unknown[]) =>
  assuming(task().type, "executionRoleArn", execution, { containerDefinitions: images.map((image) => ({ image })) });
const group = (of: Role) => assuming("aws:eks/nodeGroup:NodeGroup", "nodeRoleArn", of);
const entry = (type: string) => assuming("aws:eks/accessEntry:AccessEntry", "principalArn", node, { type });
const build = (imagePullCredentialsType: string) =>
  assuming("aws:codebuild/project:Project", "serviceRole", execution, {
    environment: { image: nginx, imagePullCredentialsType },
  });
const pod = (image: unknown) => resource("kubernetes:core/v1:Pod", "pod", { spec: { containers: [{ image }] } });

const executionRoleArn = "arn:aws:iam::111122223333:role/execution";
const known = role("execution", "x", { arn: executionRoleArn });
const job = (properties: string, value: object) =>
  resource("aws:batch/jobDefinition:JobDefinition", "job", { [properties]: JSON.stringify(value) });

const ecs = attached(execution, "AmazonECSTaskExecutionRolePolicy");
const pullOnly = attached(execution, "AmazonEC2ContainerRegistryPullOnly");
const below = "arn:aws:ecr:eu-central-1:111122223333:repository/hub/*";
const [imports, creates] = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"] as const;
const first = allow([imports, creates], below);
const platform = "arn:aws:iam::111122223333:policy/platform";
const variable = `${"$"}{aws:PrincipalAccount}`;
const where = (more: object, Resource: unknown = below) => inline(execution, allow("ecr:*", Resource, more));
const when = (operator: string, key: string, value: string) => where({ Condition: { [operator]: { [key]: value } } });
const registry = registryPolicy("registry", {
  policy: allow([imports, creates], below, { Principal: { AWS: executionRoleArn } }),
});
const pulling = [hub, execution, using(nginx)];
const denial = inline(execution, document({ Effect: "Deny", Action: creates, Resource: "*" }));
const everything = { Effect: "Deny", Action: "*", Resource: "*" };
const login = inline(execution, allow("ecr:*", below));
const component = resource("pull-through-cache:index:PullThroughCache", "cache", {});

const lacks = (who: string, ...actions: string[]) =>
  `${who}: The first pull of ${nginx} fails, because this role lacks ${actions.join(" and ")}.`;
const both = lacks("execution", imports, creates);
const toWrite = (...actions: string[]) => lacks("", ...actions).slice(2);

judges(policy, {
  "passes roles that may make the first pull, by whatever policy": [
    passes,
    ...[
      [ecs, inline(execution, first)],
      [ecs, where({}, below.replace("hub", "h?b"))],
      [ecs, where({ NotResource: "arn:aws:ecr:*:*:repository/quay/*" }, undefined)],
      [inline(execution, allow("*"))],
      [attached(execution, "AmazonEC2ContainerRegistryFullAccess")],
      [ecs, registry],
      [
        ecs,
        inline(execution, allow(imports, "arn:aws:ecr:*:*:repository/hub/*")),
        repository("declared", { name: "hub/library/nginx" }),
      ],
      [pullOnly, inline(execution, allow(creates, below))],
      [
        template("t", { repositoryPolicy: allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]) }),
        inline(execution, first),
        inline(execution, allow("ecr:GetAuthorizationToken")),
      ],
    ].map((policies) => [...pulling, ...policies]),
    [hub, execution, inline(execution, allow("ecr:*")), using(later)],
    // The nodes of one role may.
    [hub, node, group(node), able, group(able), inline(able, allow("ecr:*")), pod(nginx)],
  ],
  "passes images that no role of the stack pulls through a cache for the first time": [
    passes,
    ...[
      "nginx",
      cached("").replace("hub/", "shop/web:1"),
      `${nginx.replace(":1.27", "")}@sha256:${"0".repeat(64)}`,
    ].map((image) => [hub, execution, ecs, using(image)]),
    // The rule is in another stack.
    [execution, ecs, using(nginx)],
    [
      hub,
      execution,
      ecs,
      resource(task().type, "task", { ...task(nginx).props, executionRoleArn: "arn:aws:iam::111122223333:role/other" }),
    ],
    // It may be a repository of one's own.
    [rule("root", { ecrRepositoryPrefix: "ROOT", registryId: "111122223333" }), execution, ecs, using(nginx)],
    [hub, execution, assuming("aws:lambda/function:Function", "role", execution, { imageUri: nginx })],
    [hub, execution, build("CODEBUILD")],
    [hub, node, entry("STANDARD"), pod(nginx)],
    [hub, node, group(node), pod("shop/web")],
  ],
  "reports what AWS's policies and statements for other repositories leave out": [
    both,
    [...pulling, ecs],
    [...pulling, ecs, inline(execution, first.replace("hub", "quay"))],
    ...[
      // Variables count only after the fifth colon.
      where({}, below.replace("111122223333", variable)),
      where({}, below.replace("hub/*", "hub/?")),
      where({ NotResource: "arn:aws:ecr:*:*:repository/hub/*" }, undefined),
    ].map((policy) => [...pulling, ecs, policy]),
    configured({ cachePrefixes: ["hub"] }, execution, ecs, using(nginx)),
    [hub, known, ecs, job("containerProperties", { image: nginx, executionRoleArn })],
    [hub, known, ecs, job("ecsProperties", { taskProperties: [{ executionRoleArn, containers: [{ image: nginx }] }] })],
  ],
  "reports one action": [
    lacks("execution", creates),
    [...pulling, ecs, pullOnly],
    [...pulling, ecs, inline(execution, first), denial],
  ],
  "reports the role of CodeBuild, one image of each cache": [
    new RegExp(`^execution: .* lacks .*${imports} and ${creates}`),
    [hub, execution, build("SERVICE_ROLE")],
    [hub, execution, ecs, using(nginx, cached("grafana/loki:3"))],
  ],
  "reports the roles of nodes": [
    /^node: /,
    ...[
      group(node),
      assuming("aws:eks/fargateProfile:FargateProfile", "podExecutionRoleArn", node),
      entry("EC2_LINUX"),
    ].map((one) => [hub, node, one, pod(nginx)]),
  ],
  "waits for documents and images": [
    undecided("execution"),
    [...pulling, ecs, inline(execution, later)],
    [hub, execution, ecs, using(later)],
    [hub, execution, inline(execution, allow("ecr:GetAuthorizationToken")), inline(execution, first), using(later)],
  ],
  "does not decide what AWS alone knows": [
    undecided("execution"),
    ...[
      where({}, below.replace("hub", variable)),
      where({}, "arn:aws:ecr:*:repository/hub/*"),
      when("StringEquals", "aws:PrincipalTag/team", "shop"),
      inline(
        execution,
        document(
          { ...everything, Condition: { Bool: { "aws:ViaAWSService": "false" } } },
          JSON.parse(first).Statement[0],
        ),
      ),
    ].map((policy) => [...pulling, ecs, policy]),
  ],
  "waits for a role of nodes that may be enough": [
    undecided("able"),
    [hub, node, group(node), able, group(able), inline(able, later), pod(nginx)],
  ],
  "says which policy it does not know": [
    advice(
      `puller-has-permissions: execution was not judged, because neither the stack nor this pack knows its policy ${platform}.`,
    ),
    [...pulling, ecs, attached(execution, platform)],
  ],
});

advises(policy, {
  "what is missing, and where to allow it": [
    `${toWrite(imports, creates)} Allow ${imports} and ${creates} on ${below} in a policy of the role.`,
    [...pulling, ecs],
  ],
  "the log-in": [
    `${toWrite("ecr:GetAuthorizationToken")} Allow ecr:GetAuthorizationToken on * in a policy of the role.`,
    [...pulling, login],
  ],
  "the component's argument if the stack has it": [
    `${toWrite(imports, creates)} Name the role in pullerRoles of the PullThroughCache.`,
    [component, ...pulling, ecs],
  ],
});
