const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();

// The ids of other accounts that may pull. Pulumi keeps digits that are set with --path as a number.
const accounts = config.requireObject("accounts").map(String);

const cache = new PullThroughCache("cache", {
  registries: { quay: {}, k8s: {} },
  defaults: { access: { accounts } },
  registryPolicy: {},
});

// What the app stacks need. Nothing of it is secret.
exports.cacheRules = cache.cacheRules;
exports.pullPolicyJson = cache.pullPolicyJson;
