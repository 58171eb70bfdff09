const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const { PullThroughCache } = require("pulumi-pull-through-cache");

const ACCOUNT = "111122223333";
const PARTNER = "444455556666";
const REGIONS = ["eu-west-1", "eu-central-1"];
const byRegion = (arn) => Object.fromEntries(REGIONS.map((region) => [region, arn(region)]));
const keyArn = (region) => `arn:aws:kms:${region}:${ACCOUNT}:key/0123abcd-0123-4567-89ab-0123456789ab`;
const statement = (Action) => ({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action,
  Resource: "*",
});
const policy = (...Statement) => JSON.stringify({ Version: "2012-10-17", Statement });
const role = (name, service) => {
  const Principal = { Service: `${service}.amazonaws.com` };
  return new aws.iam.Role(name, { assumeRolePolicy: policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }) });
};
const secretArn = (name, region) => {
  const { id } = new aws.secretsmanager.Secret(`${name}-${region}`, {
    name: `ecr-pullthroughcache/${name}`,
    region,
  });
  const secretString = JSON.stringify({ username: "someone", accessToken: "token" });
  return new aws.secretsmanager.SecretVersion(`${name}-${region}`, { secretId: id, secretString, region }).arn;
};
const topicArn = (name, region) => new aws.sns.Topic(`${name}-${region}`, { region }).arn;

const nodes = role("nodes", "ec2");
const creator = role("creator", "ecr");
const puller = role("puller", "pullthroughcache.ecr");

const cache = new PullThroughCache("cache", {
  registries: {
    ghcr: {
      prefix: "github",
      upstreamPrefix: "example",
      repositories: ["library/*"],
      resourceTags: { team: "platform" },
      tagMutability: "IMMUTABLE_WITH_EXCLUSION",
      tagMutabilityExclusionFilters: ["latest"],
      encryption: { type: "KMS", kmsKey: keyArn("us-east-1") },
      tokenExpires: "2199-01-31",
      secret: {
        name: "ecr-pullthroughcache/github",
        description: "Token of the robot",
        recoveryWindowInDays: 7,
        tags: { team: "platform" },
        readers: [`arn:aws:iam::${ACCOUNT}:root`],
      },
      templateRoleArn: creator.arn,
      description: "Images of GitHub",
      lifecycle: {
        keepImages: 30,
        expireUntaggedAfterDays: 7,
        tagged: [
          { tagPatterns: ["v*"], keepImages: 5 },
          { tagPatterns: ["dev-*"], expireAfterDays: 3 },
        ],
      },
      adopt: true,
    },
    chainguard: { credentialArn: secretArn("chainguard", "us-east-1"), tokenExpires: "2199-01-31" },
    quay: { lifecycle: { archiveUnpulledAfterDays: 30, deleteArchivedAfterDays: 90 } },
    "team/quay": { registry: "quay", upstreamPrefix: "team", lifecycle: { expireAfterDays: 60 } },
    "ecr-public": {
      lifecycle: {
        policy: JSON.stringify({
          rules: [
            {
              rulePriority: 1,
              selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 9 },
              action: { type: "expire" },
            },
          ],
        }),
      },
    },
    gitlab: {
      secret: { policy: policy(statement("secretsmanager:GetSecretValue")) },
      repositoryPolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ ...statement("ecr:BatchGetImage"), Resource: undefined }],
      }),
    },
    base: { registry: `${PARTNER}.dkr.ecr.eu-west-1.amazonaws.com`, upstreamPrefix: "base", roleArn: puller.arn },
    own: { registry: `${ACCOUNT}.dkr.ecr.eu-north-1.amazonaws.com`, createRole: false },
  },
  defaults: {
    access: {
      accounts: [PARTNER],
      roleArns: [`arn:aws:iam::${PARTNER}:role/deploy`],
      organizationId: "o-a1b2c3d4e5",
      lambda: true,
    },
  },
  credentials: {
    ghcr: { username: "someone", accessToken: pulumi.secret("token") },
    gitlab: { username: "someone", accessToken: pulumi.secret("token") },
  },
  tags: { owner: "platform" },
  scanning: {
    scanType: "ENHANCED",
    scanFrequency: "CONTINUOUS_SCAN",
    rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["apps/*"] }],
    overwrite: true,
  },
  registryPolicy: {
    statements: [JSON.stringify({ ...statement("ecr:ReplicateImage"), Sid: "Replication" })],
    overwrite: true,
  },
  pullerRoles: { nodes },
  pullTimeExclusions: { nodes: nodes.arn },
  alerts: { emails: ["someone@example.com"] },
  rewriteImages: {
    types: { include: ["kubernetes:*"], exclude: ["kubernetes:batch/v1:*"] },
    images: { include: ["*"], exclude: ["busybox*"] },
    buildArgs: ["BASE_IMAGE"],
    digests: "leave",
    places: [{ kind: "Example.example.com", images: ["spec.image"], podSpecs: ["spec.template"] }],
    dryRun: true,
  },
});

// What goes with several Regions, and what does not go with the rest.
new PullThroughCache("regional", {
  registries: {
    registry: { registry: "example.azurecr.io", credentialArns: byRegion((region) => secretArn("azure", region)) },
  },
  regions: REGIONS,
  defaults: { encryption: { type: "KMS", kmsKeys: byRegion(keyArn) } },
  templateRoleArn: creator.arn,
  alerts: { topicArns: byRegion((region) => topicArn("regional", region)) },
  rewriteImages: { region: "eu-west-1" },
});
new PullThroughCache("filed", {
  registriesFile: "registries.yaml",
  alerts: { topicArn: topicArn("filed", "us-east-1") },
});

exports.image = cache.image("quay.io/prometheus/prometheus:v3");
exports.node = process.version;
exports.pulumi = require("@pulumi/pulumi/package.json").version;
exports.aws = require("@pulumi/aws/package.json").version;
