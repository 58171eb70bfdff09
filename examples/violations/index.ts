// Every resource below is wrong in one way, and its name says which policy must find it. The program uses raw type
// tokens, as programs in any language register resources.
import * as pulumi from "@pulumi/pulumi";

/** A resource of any type. The program needs only its ARN. */
class Declared extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(type: string, name: string, props: Record<string, unknown>) {
    super(type, name, { arn: undefined, ...props });
  }
}

function declare(type: string, name: string, props: Record<string, unknown>): Declared {
  return new Declared(type, name, props);
}

const rule = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const template = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
const scanning = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
const secret = "aws:secretsmanager/secret:Secret";

const keepThree = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 3 },
      action: { type: "expire" },
    },
  ],
});
const forCache = { appliedFors: ["PULL_THROUGH_CACHE"], lifecyclePolicy: keepThree };
// A correct cache, so that each of the following resources violates only one policy.
declare(template, "good", { prefix: "quay", ...forCache });
declare(rule, "good-rule", { ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
const scanned = {
  scanType: "BASIC",
  rules: [
    {
      scanFrequency: "SCAN_ON_PUSH",
      repositoryFilters: ["quay/*", "ghcr/*", "hub/*", "wild/*"].map((filter) => ({ filter, filterType: "WILDCARD" })),
    },
  ],
};
declare(scanning, "good-scanning", scanned);

// Mandatory
declare(template, "template-lifecycle-expires", {
  prefix: "hub",
  appliedFors: ["PULL_THROUGH_CACHE"],
  lifecyclePolicy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        // No tag starts with both, so this never selects an image.
        selection: {
          tagStatus: "tagged",
          tagPrefixList: ["v", "latest"],
          countType: "imageCountMoreThan",
          countNumber: 3,
        },
        action: { type: "expire" },
      },
    ],
  }),
});
declare(rule, "rule-has-template", { ecrRepositoryPrefix: "wild", upstreamRegistryUrl: "quay.io" });
declare(template, "unscanned", { prefix: "unscanned", ...forCache });
declare(rule, "rule-prefix-scanned", { ecrRepositoryPrefix: "unscanned", upstreamRegistryUrl: "quay.io" });
declare("aws:ecr/repository:Repository", "repository-scans-on-push", { name: "unscanned/app" });
declare("aws:ecr/lifecyclePolicy:LifecyclePolicy", "attached", { repository: "unscanned/app", policy: keepThree });
declare("aws:ecr/repository:Repository", "repository-has-lifecycle", { name: "quay/app" });
declare(rule, "rule-has-credential", { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io" });
const empty = declare(secret, "unreadable", { name: "ecr-pullthroughcache/unreadable" });
declare("aws:secretsmanager/secretVersion:SecretVersion", "secret-holds-token", {
  secretId: empty.arn,
  // ECR reads accessToken.
  secretString: pulumi.secret(JSON.stringify({ username: "shop", token: "none" })),
});
declare(secret, "token-expiry", {
  name: "ecr-pullthroughcache/expired",
  tags: { "pull-through-cache:token-expires": "2020-01-01" },
});
declare(secret, "cache-secret-private", { name: "ecr-pullthroughcache/open", kmsKeyId: "alias/mine" });
declare(template, "template-has-role", { prefix: "tagged", ...forCache, resourceTags: { team: "shop" } });
declare(template, "no-public-access", {
  prefix: "public",
  ...forCache,
  repositoryPolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }],
  }),
});
declare("aws:ecr/repositoryPolicy:RepositoryPolicy", "no-public-repository", {
  repository: "quay/app",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }],
  }),
});
// Docker Hub is registry-1.docker.io here.
declare(rule, "upstream-supported", { ecrRepositoryPrefix: "quay/hub", upstreamRegistryUrl: "docker.io" });
declare(scanning, "one-owner", scanned);

// Advisory
declare(template, "template-lifecycle-bounded", {
  prefix: "versions",
  appliedFors: ["PULL_THROUGH_CACHE"],
  lifecyclePolicy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        // Tags such as latest stay forever.
        selection: { tagStatus: "tagged", tagPrefixList: ["v"], countType: "imageCountMoreThan", countNumber: 3 },
        action: { type: "expire" },
      },
    ],
  }),
});
declare(template, "ghcr", { prefix: "ghcr", ...forCache });
const token = declare(secret, "ghcr-token", { name: "ecr-pullthroughcache/ghcr" });
const value = declare("aws:secretsmanager/secretVersion:SecretVersion", "ghcr-value", {
  secretId: token.arn,
  secretString: pulumi.secret(JSON.stringify({ username: "shop", accessToken: "none" })),
});
declare(rule, "upstream-allowed", {
  ecrRepositoryPrefix: "ghcr",
  upstreamRegistryUrl: "ghcr.io",
  credentialArn: value.arn,
});
declare("aws:ecs/taskDefinition:TaskDefinition", "cached-image-resolves", {
  family: "official",
  // Docker Hub's name of the image is library/nginx.
  containerDefinitions: JSON.stringify([
    { name: "official", image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/hub/nginx:1.27" },
  ]),
});
const execution = declare("aws:iam/role:Role", "puller-has-permissions", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
  // It allows neither ecr:BatchImportUpstreamImage nor ecr:CreateRepository.
  managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
});
declare("aws:ecs/taskDefinition:TaskDefinition", "first-pull", {
  family: "first",
  executionRoleArn: execution.arn,
  containerDefinitions: JSON.stringify([
    { name: "first", image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/team/app:1" },
  ]),
});
const assumed = declare("aws:iam/role:Role", "custom-role-works", {
  // ECR has to assume the role, not ECS.
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
  inlinePolicies: [
    {
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "ecr:CreateRepository", Resource: "*" }],
      }),
    },
  ],
});
declare(template, "assumed", { prefix: "assumed", ...forCache, customRoleArn: assumed.arn });
declare(secret, "cache-secret-readable", {
  name: "ecr-pullthroughcache/locked",
  // Denies it to ECR, too.
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        Condition: { StringNotEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/deployment" } },
      },
    ],
  }),
});
declare(rule, "prefix-used-once", { ecrRepositoryPrefix: "quay/", upstreamRegistryUrl: "quay.io" });
declare("aws:ecr/lifecyclePolicy:LifecyclePolicy", "prefix-is-no-repository", {
  repository: "quay",
  policy: keepThree,
});
declare(template, "template-keeps-running-images", {
  prefix: "tight",
  appliedFors: ["PULL_THROUGH_CACHE"],
  lifecyclePolicy: keepThree.replace('"countNumber":3', '"countNumber":1'),
});
declare("aws:ecr/replicationConfiguration:ReplicationConfiguration", "replication-filtered", {
  replicationConfiguration: { rules: [{ destinations: [{ region: "us-west-2", registryId: "111122223333" }] }] },
});
const expiring = declare(secret, "token-expiry-known", { name: "ecr-pullthroughcache/cgr" });
const expiringValue = declare("aws:secretsmanager/secretVersion:SecretVersion", "cgr-value", {
  secretId: expiring.arn,
  secretString: pulumi.secret(JSON.stringify({ username: "shop", accessToken: "none" })),
});
declare(rule, "cgr", {
  ecrRepositoryPrefix: "quay/cgr",
  upstreamRegistryUrl: "cgr.dev",
  credentialArn: expiringValue.arn,
});
// In a Region of its own, because every other repository would be below it.
const oregon = { region: "us-west-2" };
declare(rule, "root-beside-repositories", { ...oregon, ecrRepositoryPrefix: "ROOT", upstreamRegistryUrl: "quay.io" });
declare(template, "root", { ...oregon, prefix: "ROOT", ...forCache });
declare(scanning, "root-scanning", {
  ...oregon,
  scanType: "BASIC",
  rules: [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }],
});
declare("aws:ecr/repository:Repository", "own", {
  ...oregon,
  name: "shop/web",
  imageScanningConfiguration: { scanOnPush: true },
});
declare("aws:ecr/lifecyclePolicy:LifecyclePolicy", "own", { ...oregon, repository: "shop/web", policy: keepThree });
declare(template, "template-mutable", { prefix: "frozen", ...forCache, imageTagMutability: "IMMUTABLE" });
declare("aws:iam/policy:Policy", "pull-permission-scoped", {
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"], Resource: "*" }],
  }),
});
declare("aws:ecs/taskDefinition:TaskDefinition", "workload-uses-cache", {
  family: "web",
  containerDefinitions: JSON.stringify([{ name: "web", image: "nginx:1.27" }]),
});
declare("aws:ecs/taskDefinition:TaskDefinition", "workload-image-listed", {
  family: "other",
  // The configuration lists only team/*.
  containerDefinitions: JSON.stringify([
    { name: "other", image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/other/app:1" },
  ]),
});
declare("aws:lambda/function:Function", "lambda-image-not-cached", {
  role: "arn:aws:iam::111122223333:role/lambda",
  packageType: "Image",
  imageUri: "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/team/function:1",
});
declare(template, "untagged-required-tags", { prefix: "untagged", ...forCache });
declare(template, "encryption-required", { prefix: "plain", ...forCache });
declare("aws:ecr/repository:Repository", "discovered-repository-scans", { name: "discovered/app" });
declare(secret, "secret-recovery-window", { name: "ecr-pullthroughcache/gone", recoveryWindowInDays: 0 });
