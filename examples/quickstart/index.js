const { PullThroughCache } = require("pulumi-pull-through-cache");

const cache = new PullThroughCache("cache", {
  registries: {
    "ecr-public": {},
    k8s: {},
    quay: {},
    // Docker Hub wants a token, which comes from the stack's encrypted config.
    dockerhub: {},
  },
});

exports.urls = cache.urls;
exports.nginx = cache.image("nginx:1.27");
