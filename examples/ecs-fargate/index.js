const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();

// Fargate pulls images with the execution role; the task's own role needs nothing.
const executionRole = new aws.iam.Role("execution", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});

const cache = new PullThroughCache("cache", {
  registries: { dockerhub: {}, "ecr-public": {} },
  pullerRoles: { execution: executionRole.name },
});

const cluster = new aws.ecs.Cluster("web");

const task = new aws.ecs.TaskDefinition(
  "web",
  {
    family: "web",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    executionRoleArn: executionRole.arn,
    containerDefinitions: pulumi.jsonStringify([
      { name: "web", image: "nginx:1.27", essential: true, portMappings: [{ containerPort: 80 }] },
      { name: "traces", image: "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.1", essential: false },
    ]),
  },
  { transforms: [cache.imageTransform()] },
);

new aws.ecs.Service("web", {
  cluster: cluster.arn,
  taskDefinition: task.arn,
  launchType: "FARGATE",
  desiredCount: 1,
  networkConfiguration: { subnets: config.requireObject("subnets"), assignPublicIp: true },
});

exports.containers = task.containerDefinitions.apply((definitions) =>
  JSON.parse(definitions).map(({ name, image }) => `${name}: ${image}`),
);
