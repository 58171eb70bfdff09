// What the stack was before the component: index.js takes its place and keeps what is here.
const aws = require("@pulumi/aws");

const ireland = new aws.Provider("ireland", { region: "eu-west-1" });

const shop = new aws.ecr.Repository("shop", {}, { provider: ireland });

new aws.ecr.PullThroughCacheRule(
  "quay-cache",
  { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" },
  { provider: ireland },
);

exports.shopUrl = shop.repositoryUrl;
