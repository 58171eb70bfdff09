const aws = require("@pulumi/aws");
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();
const platformAccount = config.require("platformAccount");
const platformRegion = config.require("platformRegion");

const cache = new PullThroughCache("cache", {
  registries: {
    platform: { registry: `${platformAccount}.dkr.ecr.${platformRegion}.amazonaws.com`, upstreamPrefix: "base" },
  },
});

// The upstream's owner has to let this account in. Where that is another team, give them the output instead.
const platform = new aws.Provider("platform", {
  region: platformRegion,
  assumeRoles: [{ roleArn: `arn:aws:iam::${platformAccount}:role/OrganizationAccountAccessRole` }],
});
new aws.ecr.RegistryPolicy(
  "let-caches-in",
  {
    policy: cache.upstreamPolicyStatements.apply((statements) =>
      JSON.stringify({ Version: "2012-10-17", Statement: Object.values(statements).map((json) => JSON.parse(json)) }),
    ),
  },
  { provider: platform },
);

exports.urls = cache.urls;
exports.upstreamPolicyStatements = cache.upstreamPolicyStatements;
