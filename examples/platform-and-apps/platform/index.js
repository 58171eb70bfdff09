const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();

const cache = new PullThroughCache("cache", {
  registries: { quay: {}, k8s: {} },
  defaults: { access: { accounts: config.requireObject("accounts") } },
  registryPolicy: {},
});

// What the app stacks need. Nothing of it is secret.
exports.cacheRules = cache.cacheRules;
exports.pullPolicyJson = cache.pullPolicyJson;
