const { PullThroughCache } = require("pulumi-pull-through-cache");

const cache = new PullThroughCache("cache", { registriesFile: "registries.yaml" });

exports.urls = cache.urls;
// What stacks of apps need: how images are named, and what a puller may do.
exports.cacheRules = cache.cacheRules;
exports.pullPolicyJson = cache.pullPolicyJson;
