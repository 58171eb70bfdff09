const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { imageTransform } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();
const platform = new pulumi.StackReference(config.require("platform"));
const { region } = aws.getRegionOutput();
const rules = pulumi.all([platform.requireOutput("cacheRules"), region]).apply(([all, here]) => all[here]);

// Everything that is declared from here on pulls through the platform's cache.
pulumi.runtime.registerResourceTransform(imageTransform(rules));

const executionRole = new aws.iam.Role("execution", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});

const pullPolicy = new aws.iam.RolePolicy("pull", {
  role: executionRole.name,
  policy: platform.requireOutput("pullPolicyJson"),
});

const task = new aws.ecs.TaskDefinition(
  "web",
  {
    family: "web",
    executionRoleArn: executionRole.arn,
    containerDefinitions: JSON.stringify([
      { name: "metrics", image: "quay.io/prometheus/prometheus:v3.0.1", memory: 256 },
    ]),
  },
  { dependsOn: pullPolicy },
);

exports.role = executionRole.arn;
exports.image = task.containerDefinitions.apply((definitions) => JSON.parse(definitions)[0].image);
