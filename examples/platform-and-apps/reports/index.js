const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { cacheImage } = require("pulumi-pull-through-cache/images");

const config = new pulumi.Config();
const platform = new pulumi.StackReference(config.require("platform"));
const { region } = aws.getRegionOutput();

// This account needs its own permission, and the platform's cache lets the account in.
const role = new aws.iam.Role("reports", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
});

new aws.iam.RolePolicy("pull", { role: role.name, policy: platform.requireOutput("pullPolicyJson") });

exports.role = role.arn;
exports.image = pulumi
  .all([platform.requireOutput("cacheRules"), region])
  .apply(([rules, here]) => cacheImage("quay.io/argoproj/argocd:v2.14.0", rules[here]));
