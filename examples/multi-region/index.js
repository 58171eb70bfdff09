const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const regions = new pulumi.Config().requireObject("regions");

const cache = new PullThroughCache("cache", {
  regions,
  registries: { dockerhub: {}, quay: {} },
});

exports.regionalUrls = cache.regionalUrls;
// A workload pulls in its own Region, where no image crosses a border twice.
exports.nginx = Object.fromEntries(regions.map((region) => [region, cache.image("nginx:1.27", region)]));
