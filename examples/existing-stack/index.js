const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();

const ireland = new aws.Provider("ireland", { region: "eu-west-1" });

const shop = new aws.ecr.Repository("shop", {}, { provider: ireland });

const cache = new PullThroughCache(
  "cache",
  {
    registries: {
      quay: {},
      // A secret that exists: the component makes none.
      dockerhub: { credentialArn: config.require("dockerhubSecretArn") },
    },
  },
  {
    provider: ireland,
    transforms: [
      adoptRules({
        // In this stack already, by another name and outside of the component.
        "cache-quay": { aliases: [{ name: "quay-cache", parent: pulumi.rootStackResource }] },
        // In AWS already, and in no stack. This line can go after the first `pulumi up`.
        "cache-dockerhub": { import: "dockerhub" },
      }),
    ],
  },
);

/** A transform that makes the component's rules continue those that exist, instead of creating them. */
function adoptRules(options) {
  return ({ type, name, props, opts }) => {
    if (type !== "aws:ecr/pullThroughCacheRule:PullThroughCacheRule" || !options[name]) return undefined;
    return { props, opts: pulumi.mergeOptions(opts, options[name]) };
  };
}

exports.shopUrl = shop.repositoryUrl;
exports.urls = cache.urls;
