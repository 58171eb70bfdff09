import type * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";

/** A type with every field, as the type check demands of fields that are added later. Without what is known only later. */
type Every<T> = T extends pulumi.OutputInstance<unknown> | Promise<unknown> | pulumi.Resource
  ? never
  : T extends object
    ? { [key in keyof T]-?: Every<NonNullable<T[key]>> }
    : T;

export const ROLE = "arn:aws:iam::111122223333:role/puller";
export const KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555";
export const SECRET = "arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf";
const TOPIC = "arn:aws:sns:us-east-1:111122223333:alerts";

const PULL = { Effect: "Allow", Principal: { AWS: ROLE }, Action: "ecr:BatchGetImage" };
const READ = { ...PULL, Action: "secretsmanager:GetSecretValue", Resource: "*" };

const SETTINGS: Every<PullThroughCacheArgs>["defaults"] = {
  lifecycle: {
    keepImages: 3,
    expireAfterDays: 1,
    expireUntaggedAfterDays: 2,
    archiveUnpulledAfterDays: 30,
    deleteArchivedAfterDays: 90,
    tagged: [{ tagPatterns: ["v*"], keepImages: 1, expireAfterDays: 1 }],
    policy: "{}",
  },
  tagMutability: "IMMUTABLE_WITH_EXCLUSION",
  tagMutabilityExclusionFilters: ["latest"],
  encryption: { type: "KMS", kmsKey: KEY, kmsKeys: { "us-east-1": KEY } },
  resourceTags: { team: "platform" },
  access: { accounts: ["111122223333"], roleArns: [ROLE], organizationId: "o-abcdefghij", lambda: true },
  repositoryPolicy: JSON.stringify({ Statement: [PULL] }),
  description: "Docker Hub",
  secret: {
    name: "ecr-pullthroughcache/hub",
    description: "d",
    recoveryWindowInDays: 7,
    tags: { a: "b" },
    readers: [ROLE],
    policy: JSON.stringify({ Statement: [READ] }),
  },
};

/** Every field of the arguments, with a value of the right shape. Some of them exclude each other. */
export const EVERY: Every<PullThroughCacheArgs> = {
  registries: {
    hub: {
      ...SETTINGS,
      registry: "docker",
      prefix: "hub",
      upstreamPrefix: "team",
      repositories: ["library/*"],
      credentialArn: SECRET,
      credentialArns: { "us-east-1": SECRET },
      roleArn: ROLE,
      createRole: true,
      templateRoleArn: ROLE,
      adopt: true,
      tokenExpires: "2030-01-31",
    },
  },
  registriesFile: "registries.yaml",
  defaults: SETTINGS,
  credentials: { hub: { username: "someone", accessToken: "t" } },
  regions: ["us-east-1"],
  tags: { a: "b" },
  templateRoleArn: ROLE,
  scanning: {
    scanType: "ENHANCED",
    scanFrequency: "CONTINUOUS_SCAN",
    rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["*"] }],
    overwrite: true,
  },
  registryPolicy: { statements: [JSON.stringify({ ...PULL, Resource: "*" })], overwrite: true },
  pullerRoles: { node: "node-role", ci: ROLE },
  pullTimeExclusions: { scanner: ROLE },
  rewriteImages: {
    types: { include: ["kubernetes:*"], exclude: ["aws:*"] },
    images: { include: ["docker.io/*"], exclude: ["quay.io/*"] },
    buildArgs: ["BASE"],
    places: [{ kind: "Agent.example.com", images: ["spec.engines[].image"], podSpecs: ["spec.template.spec"] }],
    digests: "rewrite",
    dryRun: true,
    region: "us-east-1",
  },
  adopt: true,
  alerts: { topicArn: TOPIC, topicArns: { "us-east-1": TOPIC }, emails: ["platform@example.com"] },
};
