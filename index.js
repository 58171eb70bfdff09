const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const config = new pulumi.Config();
const tags = config.requireObject("tags");
const regions = config.requireObject("regions");
const emails = config.requireObject("alertEmails");

const cache = new PullThroughCache("cache", {
  registriesFile: config.require("registriesFile"),
  defaults: { resourceTags: tags },
  ...(regions.length > 0 && { regions }),
  ...(emails.length > 0 && { alerts: { emails } }),
  scanning: scanning(config.require("scanning")),
  tags,
});

module.exports = {
  urls: cache.urls,
  regionalUrls: cache.regionalUrls,
  upstreamUrls: cache.upstreamUrls,
  cacheRules: cache.cacheRules,
  prefixes: cache.prefixes,
  rules: cache.rules,
  secretArns: cache.secretArns,
  templates: cache.templates,
  roleArns: cache.roleArns,
  pullPolicyJson: cache.pullPolicyJson,
  registryPolicyStatements: cache.registryPolicyStatements,
  upstreamPolicyStatements: cache.upstreamPolicyStatements,
  scanningFilters: cache.scanningFilters,
  alertTopicArns: cache.alertTopicArns,
  tokenExpires: cache.tokenExpires,
};

/** The scanning argument of the component for the value of the stack's config. */
function scanning(mode) {
  switch (mode) {
    case "OFF":
      return undefined;
    case "SCAN_ON_PUSH":
      return { scanType: "BASIC", scanFrequency: mode };
    case "CONTINUOUS_SCAN":
      return { scanType: "ENHANCED", scanFrequency: mode };
    default:
      throw new pulumi.RunError("pull-through-cache:scanning must be SCAN_ON_PUSH, CONTINUOUS_SCAN or OFF.");
  }
}
