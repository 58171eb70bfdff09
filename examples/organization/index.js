const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();
const consumerAccount = config.require("consumerAccount");

// This account's half: who may pull from the repositories, and who may make them by a first pull.
const cache = new PullThroughCache("cache", {
  registries: {
    dockerhub: {},
    // Only this account, instead of the whole organization.
    quay: { access: { accounts: [consumerAccount] } },
  },
  defaults: { access: { organizationId: config.require("organizationId") } },
  registryPolicy: {},
});

// The consumer's half: its own administrators have to allow a role to pull from here.
const consumer = new aws.Provider("consumer", {
  region: aws.config.region,
  assumeRoles: [{ roleArn: `arn:aws:iam::${consumerAccount}:role/OrganizationAccountAccessRole` }],
});
const nodes = new aws.iam.Role(
  "nodes",
  {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  },
  { provider: consumer },
);
cache.grantPull(nodes, {}, { provider: consumer });

exports.urls = cache.urls;
exports.nodeRoleArn = nodes.arn;
// For consumers that are not in this stack: the same statements as JSON.
exports.pullPolicyJson = cache.pullPolicyJson;
