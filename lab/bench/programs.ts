/** The same resources, declared with the component and directly with @pulumi/aws. */
export interface Size {
  readonly registries: number;
  readonly regions: number;
}

const REGIONS = [
  ...[
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "sa-east-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
  ],
  ...["eu-central-1", "eu-north-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
  ...["ap-southeast-1", "ap-southeast-2"],
];
const HOSTS = ["registry-1.docker.io", "quay.io", "registry.k8s.io", "public.ecr.aws", "ghcr.io"];
const WITH_SECRET = ["registry-1.docker.io", "ghcr.io"];

function data({ registries, regions }: Size): string {
  const entries = Array.from({ length: registries }, (_, index) => [`cache-${index}`, HOSTS[index % HOSTS.length]]);
  return `
const entries = ${JSON.stringify(entries)};
const regions = ${JSON.stringify(REGIONS.slice(0, regions))};
const withSecret = new Set(${JSON.stringify(WITH_SECRET)});
const credentials = { username: "demo-user", accessToken: pulumi.secret("demo-token") };`;
}

export function componentProgram(size: Size): string {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const { PullThroughCache } = require("pulumi-pull-through-cache");
${data(size)}
const cache = new PullThroughCache("cache", {
  registries: Object.fromEntries(entries.map(([key, registry]) => [key, { registry }])),
  credentials: Object.fromEntries(entries.filter(([, host]) => withSecret.has(host)).map(([key]) => [key, credentials])),
  regions,
});
module.exports = { urls: cache.urls };
`;
}

export function bareProgram(size: Size): string {
  return `"use strict";
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
${data(size)}
const account = aws.getCallerIdentityOutput().accountId;
const urls = {};
const lifecyclePolicy = JSON.stringify({ rules: [
  { rulePriority: 1, selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 }, action: { type: "expire" } },
  { rulePriority: 2, selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 50 }, action: { type: "expire" } },
] });
for (const region of regions) {
  for (const [key, host] of entries) {
    const name = key + "@" + region;
    let secret, version;
    if (withSecret.has(host)) {
      secret = new aws.secretsmanager.Secret(name, { namePrefix: "ecr-pullthroughcache/" + key + "-", recoveryWindowInDays: 0, region });
      version = new aws.secretsmanager.SecretVersion(name, { secretId: secret.arn, secretString: pulumi.jsonStringify(credentials), region });
    }
    const template = new aws.ecr.RepositoryCreationTemplate(name, {
      prefix: key, appliedFors: ["PULL_THROUGH_CACHE"], lifecyclePolicy, encryptionConfigurations: [{ encryptionType: "AES256" }], region,
    }, { deleteBeforeReplace: true });
    new aws.ecr.PullThroughCacheRule(name, {
      ecrRepositoryPrefix: key, upstreamRegistryUrl: host, credentialArn: secret?.arn, region,
    }, { deleteBeforeReplace: true, dependsOn: version ? [template, version] : [template] });
    urls[key] ??= pulumi.interpolate\`\${account}.dkr.ecr.\${region}.amazonaws.com/\${key}\`;
  }
}
module.exports = { urls };
`;
}
