import assert from "node:assert/strict";
import type { Finding } from "../../../cli/verify/finding";
import { keepNewest } from "../../support/lifecycle";
import { cloudForSuite, createHub, HUB, KEEP_50 } from "../support";
import { follow } from "./follow";
import {
  arn,
  day,
  declared,
  ECR_TRUST,
  FILE,
  grants,
  IMPORT,
  KEY,
  made,
  PARTNER,
  PULL,
  PULL_ONLY,
  partnerForSuite,
  policy,
  readers,
  repositories,
  type Source,
  sourceIn,
  stackWith,
  stackWithRole,
  stackWithSecret,
  statement,
  TAGS,
  TEMPLATE_POLICY,
  trusts,
  verify,
  World,
} from "./world";

interface Row {
  readonly title: string;
  /** Breaks the cache, and says where the declaration is, if there is one. */
  readonly broken: (world: World) => Promise<Source | unknown>;
  readonly args?: readonly string[];
  /** The code of the finding, which must be the only one. */
  readonly code: string;
  /** The check that finds it, if that is another one than for most with such a code. */
  readonly check?: string;
  readonly problem: RegExp;
  readonly fix: RegExp;
  /** The cache works without it: the exit code is 0. Otherwise it is 1. */
  readonly isAdvice?: true;
  /** Whether the fix can be followed to the letter. Then nothing is found any more. */
  readonly follow?: "here" | "in the partner's account";
}

const NODE = ["--as", arn("node")];
const GUEST = ["--as", arn("guest", PARTNER), "--as-profile", "partner"];
const UP = /^run `pulumi up --refresh`$/;
const EVERYTHING = [statement([...PULL, ...IMPORT])];
const guest = (world: World, statements: object[] = EVERYTHING) => world.role("guest", statements, undefined, PARTNER);
const createTag = [statement(["ecr:CreateRepository", "ecr:TagResource"])];
const excluded = (name: string) =>
  declared("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion", { principalArn: arn(name) });
const open = policy({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" });

/** The check that most findings are of, by the first word of their code. */
const CHECKS: { readonly [word: string]: string } = {
  ...{ rule: "rule", upstream: "upstream", secret: "secret", token: "secret", template: "template", role: "template" },
  ...{ scanning: "scanning", puller: "permissions", pull: "permissions", registry: "permissions" },
  ...{ exclusions: "stack", setting: "stack" },
};

const ROWS: readonly Row[] = [
  {
    title: "a rule that is gone",
    broken: async ({ ecr }) => {
      await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
      return { file: FILE };
    },
    ...{ code: "rule-missing", problem: /no pull through cache rule "hub" in eu-central-1$/ },
    fix: /^run `pulumi up --refresh` if the program deploys to eu-central-1; otherwise correct --region$/,
  },
  {
    title: "a rule for another upstream",
    broken: async ({ ecr }) => {
      await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
      await ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" });
      return { file: FILE };
    },
    ...{ code: "rule-differs", problem: /differs from its declaration: upstreamRegistryUrl$/, fix: UP },
  },
  {
    title: "a rule with another upstream prefix",
    broken: async (world) => ({ stack: stackWith(world, {}, { upstreamRepositoryPrefix: "library" }) }),
    ...{ code: "rule-differs", problem: /: upstreamRepositoryPrefix$/, fix: UP },
  },
  {
    title: "a rule with the secret of another cache",
    broken: async (world) => ({
      file: `hub:\n  registry: ${HUB}\n  credentialArn: ${world.secretArn.replace("/hub-", "/other-")}\n`,
    }),
    ...{ code: "rule-differs", problem: /: credentialArn$/, fix: UP },
  },
  {
    title: "a rule with a secret that the stack does not declare",
    broken: async (world) => ({ stack: stackWith(world, {}, { credentialArn: undefined }) }),
    ...{ code: "rule-differs", problem: /: credentialArn$/, fix: UP },
  },
  {
    title: "a token that the upstream refuses",
    broken: async ({ cloud }) =>
      cloud.control("POST", "upstreams/credentials", { host: HUB, username: "demo-user", accessToken: "new" }),
    code: "upstream-fails",
    problem: /^ECR cannot pull from registry-1\.docker\.io: /,
    fix: /^write \{"username": .*\} to secret\.json, then run: aws secretsmanager update-secret .*secret\.json$/,
  },
  {
    title: "a token that the upstream refuses, of a stack",
    broken: async (world) => {
      const credentials = { host: HUB, username: "demo-user", accessToken: "new" };
      await world.cloud.control("POST", "upstreams/credentials", credentials);
      return { stack: stackWith(world) };
    },
    ...{ code: "upstream-fails", problem: /refuses the credentials$/ },
    fix: /^set the user name and a new token, for example with `pulumi config .*\.username && .*\.accessToken`, run `pulumi up`$/,
  },
  {
    title: "an upstream that is down and takes a token",
    broken: async ({ cloud }) => cloud.control("POST", "upstreams/online", { host: HUB, online: false }),
    code: "upstream-fails",
    problem: /^ECR cannot pull from registry-1\.docker\.io: /,
    fix: /^if the upstream is down, wait; otherwise write /,
  },
  {
    title: "an upstream that is down and takes no token",
    broken: async ({ cloud, ecr }) => {
      await ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
      await ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "quay.io" });
      await cloud.control("POST", "upstreams/online", { host: "quay.io", online: false });
    },
    code: "upstream-fails",
    problem: /^ECR cannot pull from quay\.io: /,
    fix: /^if quay\.io is down, wait, and try again: aws ecr validate-pull-through-cache-rule --region \S+ --ecr-repository-prefix hub$/,
  },
  {
    title: "an ECR upstream whose registry policy does not let this account in",
    broken: async (world) => {
      await world.ofEcr([statement("ecr:*")]);
      await world.cloud.ecr({ account: PARTNER }).deleteRegistryPolicy({});
    },
    ...{ code: "upstream-fails", problem: /^ECR cannot pull from 444455556666\.dkr/ },
    fix: /^account 444455556666 must have this statement in its registry policy in eu-central-1: \{.*"AWS":"arn:aws:iam::111122223333:root".*GetImageCopyStatus.*repository\/\*"\}$/,
  },
  {
    title: "a role of an ECR upstream that ECR may not assume",
    broken: async (world) => {
      await world.ofEcr([statement("ecr:*")]);
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "upstream", PolicyDocument: ECR_TRUST });
    },
    ...{
      check: "upstream",
      code: "role-trust",
      problem: /^the rule's role does not let pullthroughcache\..* ECR cannot/,
      follow: "here",
    },
    fix: /^aws iam update-assume-role-policy .*"ecr\.amazonaws\.com".*"pullthroughcache\.ecr\.amazonaws\.com"/,
  },
  {
    title: "a role of an ECR upstream that may do nothing",
    broken: async (world) => world.ofEcr([]),
    ...{
      check: "upstream",
      code: "role-denied",
      follow: "here",
      fix: /^aws iam put-role-policy --role-name upstream /,
    },
    // Source: Amazon ECR user guide, "IAM policies required for cross-account ECR to ECR pull through cache".
    problem:
      /^the rule's role may not ecr:GetAuthorizationToken, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage, ecr:BatchGetImage, ecr:BatchImportUpstreamImage, ecr:GetDownloadUrlForLayer, ecr:GetImageCopyStatus: nothing allows it/,
  },
  {
    title: "a secret that is gone",
    broken: async ({ ecr, secrets, secretArn }) => {
      const second = { ecrRepositoryPrefix: "second", upstreamRegistryUrl: HUB, credentialArn: secretArn };
      await ecr.createPullThroughCacheRule(second);
      await ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
      await secrets.deleteSecret({ SecretId: secretArn, ForceDeleteWithoutRecovery: true });
    },
    args: ["--skip", "template", "--skip", "scanning"],
    ...{ code: "secret-missing", problem: /^the rule's secret does not exist; ECR cannot pull/, follow: "here" },
    fix: /then run: secret="\$\(aws secretsmanager create-secret .* --name ecr-pullthroughcache\/hub .*\)" && aws ecr update-pull-through-cache-rule \S+ \S+ --ecr-repository-prefix hub --credential-arn "\$secret" && aws ecr update-pull-through-cache-rule \S+ \S+ --ecr-repository-prefix second --credential-arn "\$secret"$/,
  },
  {
    title: "a secret that is scheduled for deletion",
    broken: async ({ secrets, secretArn }) => secrets.deleteSecret({ SecretId: secretArn }),
    ...{ code: "secret-deleted", problem: /^the rule's secret is scheduled for deletion/, follow: "here" },
    fix: /^aws secretsmanager restore-secret --region eu-central-1 --secret-id arn:\S+$/,
  },
  {
    title: "a secret with a key that ECR cannot use",
    broken: async ({ secrets, secretArn }) => secrets.updateSecret({ SecretId: secretArn, KmsKeyId: KEY }),
    args: ["--skip", "upstream"],
    ...{ code: "secret-key", problem: /encrypted with a key of your own/, follow: "here" },
    fix: /^aws secretsmanager update-secret \S+ \S+ --secret-id \S+ --kms-key-id alias\/aws\/secretsmanager$/,
  },
  {
    title: "a secret without the key that ECR reads",
    broken: async (world) => world.value({ username: "demo-user", token: "demo-token" }),
    ...{
      code: "secret-value",
      problem: /^the secret is not JSON with accessToken, .*; ECR cannot pull/,
      follow: "here",
    },
    fix: /^write .*: aws secretsmanager update-secret .* --secret-string file:\/\/secret\.json$/,
  },
  {
    title: "a secret that is the token alone",
    broken: async (world) => world.value("demo-token"),
    ...{ code: "secret-value", problem: /^the secret is not JSON with username and accessToken/, follow: "here" },
    fix: /update-secret/,
  },
  {
    title: "a secret with an empty token",
    broken: async (world) => world.value({ username: "demo-user", accessToken: "" }),
    ...{
      code: "secret-value",
      problem: /^the secret is not JSON with accessToken/,
      follow: "here",
      fix: /update-secret/,
    },
  },
  {
    title: "a secret without a value",
    broken: async ({ ecr, secrets }) => {
      const { ARN } = await secrets.createSecret({ Name: "ecr-pullthroughcache/empty" });
      await ecr.updatePullThroughCacheRule({ ecrRepositoryPrefix: "hub", credentialArn: ARN });
    },
    ...{ code: "secret-value", problem: /^the secret has no value/, follow: "here", fix: /update-secret/ },
  },
  {
    title: "a key of its own and no token in one secret: one finding, one command",
    broken: async (world) => {
      await world.secrets.updateSecret({ SecretId: world.secretArn, KmsKeyId: KEY, SecretString: "demo-token" });
    },
    ...{ code: "secret-key", problem: /^the secret is encrypted .*; the secret is not JSON .*; ECR cannot pull/ },
    ...{ follow: "here", fix: /update-secret .* --kms-key-id \S+ --secret-string file:\/\/secret\.json$/ },
  },
  {
    title: "a token that has expired",
    broken: async (world) => world.expires("2024-01-31"),
    ...{ code: "token-expires", problem: /^the token expired on 2024-01-31$/, follow: "here" },
    fix: /update-secret .* && aws secretsmanager tag-resource .* --tags '\[\{"Key":"pull-through-cache:token-expires","Value":"<YYYY-MM-DD>"\}\]'$/,
  },
  {
    title: "a token that has expired and is refused: one finding, one fix",
    broken: async (world) => {
      await world.expires("2024-01-31");
      await world.value({ username: "demo-user", accessToken: "old" });
    },
    ...{ code: "token-expires", problem: /^the token expired on 2024-01-31; ECR cannot pull from/, follow: "here" },
    fix: /^write .*update-secret .* && aws secretsmanager tag-resource/,
  },
  {
    title: "the same, of a stack",
    broken: async (world) => {
      await world.expires("2024-01-31");
      return { stack: stackWith(world) };
    },
    ...{ code: "token-expires", problem: /^the token expired on 2024-01-31$/ },
    fix: /^set the entry's `tokenExpires`, set a new token, for example with `pulumi config set --secret --path pull-through-cache:credentials\.hub\.accessToken`, run `pulumi up`$/,
  },
  {
    title: "a key of its own, no token and no date in a secret of a stack",
    broken: async (world) => {
      await world.expires("next spring");
      await world.secrets.updateSecret({ SecretId: world.secretArn, KmsKeyId: KEY, SecretString: "demo-token" });
      return { stack: stackWith(world) };
    },
    ...{ code: "secret-key", problem: /^the secret is encrypted .*; the tag .* is not a date; the secret is not JSON/ },
    fix: /^run `aws secretsmanager update-secret --region \S+ --secret-id \S+ --kms-key-id alias\/aws\/secretsmanager`, set the entry's `tokenExpires`, set the user name and a new token, for example with `pulumi .*\.username && pulumi .*\.accessToken`, run `pulumi up`$/,
  },
  {
    title: "a token that expires soon",
    broken: async (world) => world.expires(day(10)),
    ...{ code: "token-expires", problem: /^the token expires in \d+ days, on/, follow: "here", fix: /tag-resource/ },
  },
  {
    title: "a day of expiry that is no date",
    broken: async (world) => world.expires("next spring"),
    ...{ code: "token-date", problem: /is not a date$/, follow: "here", fix: /^aws secretsmanager tag-resource/ },
  },
  {
    title: "a cache without a template",
    broken: async ({ ecr }) => ecr.deleteRepositoryCreationTemplate({ prefix: "hub" }),
    ...{ code: "template-missing", problem: /^no template: .* keep images forever$/, follow: "here" },
    fix: /^aws ecr create-repository-creation-template --region \S+ --prefix hub --applied-for \S+ --lifecycle-policy '\{.*\}'$/,
  },
  {
    title: "a template that is only for replication",
    broken: async (world) => world.template({ appliedFor: ["REPLICATION"] }),
    ...{ code: "template-missing", problem: /^no template/, follow: "here" },
    fix: /^aws ecr update-repository-creation-template .* --applied-for '\["REPLICATION","PULL_THROUGH_CACHE"\]'$/,
  },
  {
    title: "a declared template that is gone, so that another one takes its place",
    broken: async ({ ecr }) => {
      await ecr.deleteRepositoryCreationTemplate({ prefix: "hub" });
      const appliedFor = ["PULL_THROUGH_CACHE" as const];
      await ecr.createRepositoryCreationTemplate({ prefix: "ROOT", appliedFor, lifecyclePolicy: KEEP_50 });
      return { file: FILE };
    },
    ...{ code: "template-differs", problem: /^the template "hub" is gone; "ROOT" takes its place$/, fix: UP },
  },
  {
    title: "a template without a lifecycle policy",
    broken: async (world) => world.template({ lifecyclePolicy: "" }),
    ...{ code: "template-no-lifecycle", problem: /images are kept forever$/, follow: "here" },
    fix: /^aws ecr update-repository-creation-template .* --lifecycle-policy '\{/,
  },
  {
    title: "a lifecycle policy that somebody changed by hand",
    broken: async (world) => {
      await world.template({ lifecyclePolicy: keepNewest(5) });
      return { file: FILE };
    },
    ...{ code: "template-differs", problem: /differs from its declaration: lifecyclePolicy$/, fix: UP },
  },
  {
    title: "a repository policy that the stack does not declare, and lets everybody in",
    broken: async (world) => {
      await world.template({ repositoryPolicy: open });
      return { stack: stackWith(world) };
    },
    ...{ code: "template-differs", problem: /: repositoryPolicy$/, fix: UP },
  },
  {
    title: "a template for replication, too, which the stack does not declare",
    broken: async (world) => {
      await world.template({ appliedFor: ["PULL_THROUGH_CACHE", "REPLICATION"] });
      return { stack: stackWith(world) };
    },
    ...{ code: "template-differs", problem: /: appliedFor$/, fix: UP },
  },
  {
    title: "filters of immutable tags that somebody changed",
    broken: async (world) => {
      const filters = (filter: string) => [{ filter, filterType: "WILDCARD" as const }];
      const imageTagMutability = "IMMUTABLE_WITH_EXCLUSION";
      await world.template({ imageTagMutability, imageTagMutabilityExclusionFilters: filters("dev*") });
      const wanted = { imageTagMutability, imageTagMutabilityExclusionFilters: filters("latest") };
      return { stack: stackWith(world, wanted) };
    },
    ...{ code: "template-differs", problem: /: imageTagMutabilityExclusionFilters$/, fix: UP },
  },
  {
    title: "tags, a role and a key that the stack does not declare",
    broken: async (world) => {
      const encryptionConfiguration = { encryptionType: "KMS" as const, kmsKey: KEY };
      const allowed = [...createTag, statement(["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"])];
      await world.tagged(allowed, { resourceTags: TAGS, encryptionConfiguration });
      return { stack: stackWith(world, { encryptionConfigurations: [{ encryptionType: "KMS" }] }) };
    },
    ...{ code: "template-differs", problem: /: kmsKey, resourceTags, customRoleArn$/, fix: UP },
  },
  {
    title: "a registry policy that is not the stack's",
    broken: async (world) => {
      await world.registryPolicy(grants("*", PULL.slice(1)));
      const own = declared("ecr/registryPolicy:RegistryPolicy", { policy: policy(grants(arn("node"), IMPORT)) });
      return { stack: stackWith(world, {}, {}, own) };
    },
    ...{ code: "registry-policy-differs", problem: /registry policy differs from the stack's$/, fix: UP },
  },
  {
    title: "a secret whose description and tags somebody changed",
    broken: async (world) => {
      await world.expires("2099-01-01");
      return { stack: stackWithSecret(world, { description: "Of the build team", tags: {} }) };
    },
    ...{ code: "secret-differs", problem: /^the secret differs from the stack's: description, tags$/, fix: UP },
  },
  {
    title: "a secret that somebody shared, though the stack declares no resource policy",
    broken: async (world) => {
      await world.shares(arn("node"));
      return { stack: stackWithSecret(world) };
    },
    ...{ code: "secret-differs", problem: /: policy$/, follow: "here" },
    fix: /^run: aws secretsmanager delete-resource-policy --region eu-central-1 --secret-id arn:\S+$/,
  },
  {
    title: "a secret that is shared with other readers than the stack's",
    broken: async (world) => {
      await world.shares(arn("node"));
      const own = { secretArn: world.secretArn, policy: readers(arn("deploy")) };
      return { stack: stackWithSecret(world, {}, declared("secretsmanager/secretPolicy:SecretPolicy", own)) };
    },
    ...{ code: "secret-differs", problem: /: policy$/, fix: UP },
  },
  {
    title: "a template's role with policies that the stack does not declare",
    broken: async (world) => {
      await world.tagged(createTag);
      const admin = { RoleName: "template", PolicyArn: await world.manages("admin", statement("*")) };
      await world.cloud.iam().attachRolePolicy(admin);
      await world.cloud
        .iam()
        .putRolePolicy({ ...admin, PolicyName: "more", PolicyDocument: policy(statement("s3:*")) });
      return { stack: stackWithRole(world) };
    },
    ...{ code: "role-differs", follow: "here" },
    problem: /^the role template differs from the stack's: more \(not declared\), \S+policy\/admin \(not declared\)$/,
    fix: /^run: aws iam delete-role-policy .* --policy-name more && aws iam detach-role-policy .* --policy-arn \S+admin$/,
  },
  {
    title: "a template's role that differs in all that it has",
    broken: async (world) => {
      await world.tagged([statement("ecr:*")]);
      const PolicyDocument = trusts({ Service: ["ecr.amazonaws.com", "ecs.amazonaws.com"] });
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "template", PolicyDocument });
      await world.limits("template", statement("*"));
      const attachment = { role: "template", policyArn: PULL_ONLY };
      const attached = declared("iam/rolePolicyAttachment:RolePolicyAttachment", attachment);
      return { stack: stackWithRole(world, { tags: { team: "platform" } }, attached) };
    },
    ...{ code: "role-differs", fix: UP },
    problem:
      /: assumeRolePolicy, permissionsBoundary, tags, own, arn:aws:iam::aws:policy\/AmazonEC2ContainerRegistryPullOnly$/,
  },
  {
    title: "a role of reminders that is gone",
    broken: async (world) => {
      const role = made("iam/role:Role", { assumeRolePolicy: ECR_TRUST }, { name: "remind", arn: arn("remind") });
      return { stack: stackWith(world, {}, {}, role) };
    },
    ...{ check: "stack", code: "role-differs", problem: /^the role remind does not exist$/, fix: UP },
  },
  {
    title: "a puller that lost the policy that the component gave it",
    broken: async (world) => {
      await world.role("node", [statement("s3:*")]);
      const given = made("iam/rolePolicy:RolePolicy", { role: "node", name: "pull", policy: TEMPLATE_POLICY });
      return { stack: stackWith(world, {}, {}, given) };
    },
    ...{ check: "stack", code: "role-differs", problem: /^the role node differs from the stack's: pull$/, fix: UP },
  },
  {
    title: "a pull time exclusion that is gone",
    broken: async (world) => ({ stack: stackWith(world, {}, {}, excluded("scanner")) }),
    ...{ code: "exclusions-differ", problem: /that are gone: arn:aws:iam::\d+:role\/scanner$/, fix: UP },
  },
  {
    title: "a pull time exclusion that the stack does not declare",
    broken: async (world) => {
      for (const name of ["scanner", "other"])
        await world.ecr.registerPullTimeUpdateExclusion({ principalArn: arn(name) });
      return { stack: stackWith(world, {}, {}, excluded("scanner")) };
    },
    ...{ code: "exclusions-differ", problem: /that the stack does not declare: \S+other$/, isAdvice: true },
    ...{ follow: "here", fix: /^if nobody else declares them, run: aws ecr deregister-pull-time-update-exclusion / },
  },
  {
    title: "an account setting that is not the stack's",
    broken: async (world) => {
      await world.oldScope();
      const own = declared("ecr/accountSetting:AccountSetting", { name: "REGISTRY_POLICY_SCOPE", value: "V2" });
      return { stack: stackWith(world, {}, {}, own) };
    },
    ...{ code: "setting-differs", problem: /differ from the stack's: REGISTRY_POLICY_SCOPE$/, fix: UP },
  },
  {
    title: "a template with tags and no role",
    broken: async (world) => world.template({ resourceTags: TAGS }),
    ...{ code: "template-needs-role", problem: /but no role: first pulls fail as not found$/, follow: "here" },
    fix: /^aws iam create-role .* && aws iam put-role-policy .*TagResource.* && aws ecr update-repository-creation-template .* --custom-role-arn \S+$/,
  },
  {
    title: "a template with a KMS key and no role",
    broken: async (world) => world.template({ encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY } }),
    ...{ code: "template-needs-role", problem: /KMS encryption but no role/, follow: "here", fix: /kms:CreateGrant/ },
  },
  {
    title: "a template's role that is gone",
    broken: async (world) => {
      await world.tagged([]);
      await world.cloud.iam().deleteRole({ RoleName: "template" });
    },
    ...{ code: "role-missing", problem: /^the template's role does not exist/, follow: "here" },
    fix: /^aws iam create-role --role-name template .* && aws iam put-role-policy/,
  },
  {
    title: "a template's role that is there again, but with another path",
    broken: async (world) => {
      await world.tagged([]);
      await world.cloud.iam().deleteRole({ RoleName: "template" });
      const again = { RoleName: "template", Path: "/team/", AssumeRolePolicyDocument: ECR_TRUST };
      await world.cloud.iam().createRole(again);
    },
    ...{ code: "role-missing", problem: /^the template's role does not exist/, fix: /^aws iam create-role/ },
  },
  {
    title: "a template's role that another service may assume",
    broken: async (world) => {
      await world.tagged(createTag);
      const PolicyDocument = trusts({ Service: "ecs.amazonaws.com" });
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "template", PolicyDocument });
    },
    ...{ code: "role-trust", problem: /does not let ecr\.amazonaws\.com assume it/, follow: "here" },
    fix: /^aws iam update-assume-role-policy .*ecs\.amazonaws\.com.*"ecr\.amazonaws\.com"/,
  },
  {
    title: "a template's role whose trust policy denies it",
    broken: async (world) => {
      await world.tagged(createTag);
      const both = [JSON.parse(ECR_TRUST), JSON.parse(trusts({ Service: "ecr.amazonaws.com" }, { Effect: "Deny" }))];
      const PolicyDocument = policy(...both.flatMap(({ Statement }) => Statement));
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "template", PolicyDocument });
    },
    ...{ code: "role-trust", problem: /does not let ecr\.amazonaws\.com assume it/, follow: "here", fix: /^aws iam/ },
  },
  {
    title: "a template's role that may not tag",
    broken: async (world) => world.tagged([statement("ecr:CreateRepository")]),
    ...{
      code: "role-denied",
      problem: /^the template's role may not ecr:TagResource: nothing allows it$/,
      follow: "here",
    },
    fix: /^aws iam put-role-policy --role-name template --policy-name pull-through-cache-[0-9a-f]{8} /,
  },
  {
    title: "a template's role that may not use the KMS key",
    broken: async (world) =>
      world.tagged(createTag, { encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY } }),
    ...{ code: "role-denied", problem: /may not kms:CreateGrant, kms:RetireGrant, kms:DescribeKey/, follow: "here" },
    fix: new RegExp(`"Resource":\\["${KEY}"\\]`),
  },
  {
    title: "a template's role with a managed policy that denies",
    broken: async (world) => {
      await world.tagged(createTag);
      const PolicyArn = await world.manages("no-tags", statement("ecr:TagResource", { Effect: "Deny" }));
      await world.cloud.iam().attachRolePolicy({ RoleName: "template", PolicyArn });
    },
    ...{ code: "role-denied", problem: /may not ecr:TagResource: a policy denies it$/ },
    fix: /^change the policy that forbids it/,
  },
  {
    title: "a template's role whose permissions boundary is too narrow",
    broken: async (world) => {
      await world.tagged(createTag);
      await world.limits("template", statement("ecr:CreateRepository"));
    },
    ...{ code: "role-denied", problem: /may not ecr:TagResource: its permissions boundary does not allow it$/ },
    fix: /^change the policy that forbids it/,
  },
  {
    title: "the role of an ECR upstream that may not put images",
    broken: async (world) => world.ofEcr([statement(["ecr:Batch*", "ecr:Get*", "ecr:*Layer*"])]),
    ...{
      check: "upstream",
      code: "role-denied",
      problem: /^the rule's role may not ecr:PutImage: nothing allows it; ECR/,
      follow: "here",
    },
    fix: /^aws iam put-role-policy --role-name upstream --policy-name pull-through-cache-[0-9a-f]{8} /,
  },
  {
    title: "repositories that nobody scans",
    broken: async (world) => world.scans("prod/*"),
    ...{
      code: "scanning-off",
      problem: /^no scanning rule of the Region covers all its repositories$/,
      isAdvice: true,
    },
    ...{ follow: "here", fix: /^aws ecr put-registry-scanning-configuration .*prod\/\*.*hub\/\*/ },
  },
  {
    title: "a filter that covers only a part of the repositories",
    broken: async (world) => world.scans("hub/library/*"),
    ...{
      code: "scanning-off",
      problem: /^no scanning rule/,
      isAdvice: true,
      follow: "here",
      fix: /hub\/library\/\*.*hub\/\*/,
    },
  },
  {
    title: "a filter that only says that scans are manual",
    broken: async ({ ecr }) => {
      const repositoryFilters = [{ filter: "hub/*", filterType: "WILDCARD" as const }];
      const rules = [{ scanFrequency: "MANUAL" as const, repositoryFilters }];
      await ecr.putRegistryScanningConfiguration({ scanType: "BASIC", rules });
    },
    ...{
      code: "scanning-off",
      problem: /^no scanning rule/,
      isAdvice: true,
      follow: "here",
      fix: /MANUAL.*SCAN_ON_PUSH/,
    },
  },
  {
    title: "a scanning configuration that is not the stack's",
    broken: async (world) => {
      const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }];
      const own = declared("ecr/registryScanningConfiguration:RegistryScanningConfiguration", {
        scanType: "BASIC",
        rules,
      });
      return { stack: stackWith(world, {}, {}, own) };
    },
    ...{ code: "scanning-differs", problem: /scanning configuration differs/, isAdvice: true, fix: UP },
  },
  {
    title: "a puller that may pull only what is there",
    broken: async (world) => world.role("node", [statement(PULL)]),
    ...{ args: NODE, code: "puller-denied", follow: "here" },
    problem: /^node may not ecr:BatchImportUpstreamImage, ecr:CreateRepository: nothing allows it$/,
    fix: /^aws iam put-role-policy --role-name node --policy-name pull-through-cache-[0-9a-f]{8} /,
  },
  {
    title: "a puller that may not log in",
    broken: async (world) => world.role("node", [statement([...PULL.slice(1), ...IMPORT])]),
    ...{ args: NODE, code: "puller-denied", follow: "here" },
    ...{ problem: /^node may not ecr:GetAuthorizationToken: nothing/, fix: /^aws iam put-role-policy/ },
  },
  {
    title: "a puller that may import only some of the listed repositories",
    broken: async (world) => {
      const some = statement(IMPORT, { Resource: repositories("hub/library/*") });
      await world.role("node", [statement(PULL), some]);
      return { file: `hub:\n  registry: ${HUB}\n  repositories: ["library/*", "timberio/vector"]\n` };
    },
    ...{ args: NODE, code: "puller-denied", problem: /^node may not ecr:BatchImport/, fix: /`grantPull\(role\)`/ },
  },
  {
    title: "a puller that does not exist",
    broken: async () => undefined,
    ...{ args: NODE, code: "puller-missing", problem: /^node does not exist$/, fix: /^correct the ARN after --as/ },
  },
  {
    title: "a puller whose permissions boundary is AWS's PullOnly",
    broken: async (world) => {
      await world.role("node", EVERYTHING);
      await world.cloud.iam().putRolePermissionsBoundary({ RoleName: "node", PermissionsBoundary: PULL_ONLY });
    },
    ...{ args: NODE, code: "puller-denied", fix: /^change the policy that forbids it/ },
    problem: /^node may not ecr:CreateRepository: its permissions boundary does not allow it$/,
  },
  {
    title: "a registry policy that denies a puller what its own policies allow",
    broken: async (world) => {
      await world.role("node", EVERYTHING);
      await world.registryPolicy(grants("*", ["ecr:CreateRepository"], { Effect: "Deny" }));
    },
    ...{ args: NODE, code: "registry-denies", problem: /denies ecr:CreateRepository to node$/, fix: /^narrow the/ },
  },
  {
    title: "a template's repository policy that denies other accounts, and this one by mistake",
    broken: async (world) => {
      await world.role("node", EVERYTHING);
      const Condition = { StringNotEquals: { "aws:PrincipalAccount": PARTNER } };
      const denial = { Effect: "Deny", Principal: "*", Action: "ecr:GetDownload*", Condition };
      await world.template({ repositoryPolicy: policy(denial) });
    },
    ...{ args: NODE, code: "registry-denies", problem: /denies ecr:GetDownloadUrlForLayer to node$/, fix: /^narrow/ },
  },
  {
    title: "a puller whose own policies deny what the registry policy allows",
    broken: async (world) => {
      await world.role("node", [...EVERYTHING, statement("ecr:CreateRepository", { Effect: "Deny" })]);
      await world.registryPolicy(grants(arn("node"), IMPORT));
    },
    ...{ args: NODE, code: "puller-denied", fix: /^change the policy that forbids it/ },
    problem: /^node may not ecr:CreateRepository: a policy denies it$/,
  },
  {
    title: "a puller of another account that this registry does not know",
    broken: async (world) => {
      await guest(world);
      await world.registryPolicy(grants("777788889999", IMPORT, { Sid: "PullThroughCachePull1" }));
    },
    ...{ args: GUEST, code: "puller-denied", follow: "here" },
    fix: /^aws ecr put-registry-policy .*777788889999.*"Sid":"PullThroughCachePull1".*"Sid":"PullThroughCachePull2"/,
    problem: /^this registry does not let guest of account 444455556666 ecr:BatchGetImage, .* in pulls$/,
  },
  {
    title: "a puller of another account that may read repositories, but make no first pull",
    broken: async (world) => {
      await guest(world);
      const Principal = { AWS: PARTNER };
      await world.template({
        repositoryPolicy: policy({ Effect: "Allow", Principal, Action: PULL.slice(1) }),
      });
      await world.registryPolicy(grants(PARTNER, IMPORT));
    },
    ...{ args: GUEST, code: "puller-denied", follow: "here", fix: /^aws ecr put-registry-policy .*CreateRepository/ },
    problem: /^this registry does not let guest of account 444455556666 ecr:BatchGetImage in first pulls$/,
  },
  {
    title: "a puller of another account whose own policies are missing",
    broken: async (world) => {
      await guest(world, [statement("ecr:GetAuthorizationToken")]);
      await world.registryPolicy(grants(PARTNER, [...PULL.slice(1), ...IMPORT]));
    },
    ...{ args: GUEST, code: "puller-denied", follow: "in the partner's account" },
    ...{ problem: /^guest may not ecr:BatchGetImage/, fix: /^in account 444455556666, run: aws iam put-role-policy/ },
  },
  {
    title: "a registry policy of the old scope, which does not know how to read",
    broken: async (world) => {
      await guest(world);
      await world.registryPolicy(grants(PARTNER, [...PULL.slice(1), ...IMPORT]));
      await world.oldScope();
    },
    ...{ args: GUEST, code: "registry-scope", problem: /old scope V1.*may not ecr:BatchGetImage/, follow: "here" },
    fix: /^aws ecr put-account-setting \S+ \S+ --name REGISTRY_POLICY_SCOPE --value V2 && aws ecr put-registry-policy/,
  },
  {
    title: "a real pull that gets the manifest, but no layers",
    broken: async (world) => world.role("node", [statement([...PULL.slice(0, 2), ...IMPORT])]),
    args: [...NODE, "--image", "nginx:1.27"],
    ...{ code: "pull-fails", follow: "here", fix: /^aws iam put-role-policy .*ecr:BatchCheckLayerAvailability/ },
    problem: /^node cannot pull hub\/library\/nginx:1\.27: node may not ecr:GetDownloadUrlForLayer: nothing allows it$/,
  },
  {
    title: "a real pull that AWS answers as not found, because the role may not import",
    broken: async (world) => world.role("node", [statement(PULL)]),
    args: [...NODE, "--image", "nginx:1.27"],
    ...{ code: "pull-fails", follow: "here", fix: /^aws iam put-role-policy / },
    problem: /^node cannot pull hub\/library\/nginx:1\.27: node may not ecr:BatchImportUpstreamImage, ecr:CreateRep/,
  },
  {
    title: "a real pull that is denied to the caller",
    broken: async (world) => world.fails("ecr", "BatchGetImage"),
    args: ["--image", "nginx:1.27"],
    ...{ code: "pull-fails", problem: /^the caller cannot pull hub\/library\/nginx:1\.27: AccessDenied/ },
    fix: /^give the caller these permissions: \{.*ecr:BatchImportUpstreamImage.*\}$/,
  },
  {
    title: "a real pull of an image that the upstream does not have",
    broken: async () => undefined,
    args: ["--image", "nginx:none"],
    ...{
      code: "pull-fails",
      problem: /^the caller cannot pull \S+:none: ImageNotFound/,
      fix: /^look this answer up: /,
    },
  },
  {
    title: "a real pull of a digest that is not cached",
    broken: async () => undefined,
    args: ["--image", `nginx@sha256:${"0".repeat(64)}`],
    ...{ check: "upstream", code: "pull-fails", fix: /^give the tag too \(name:tag@digest\)$/ },
    problem:
      /^the caller cannot pull hub\/library\/nginx@sha256:0{64}: not cached yet, and ECR does not ask the upstream/,
  },
  {
    title: "a real pull while the upstream limits the rate",
    broken: async ({ cloud }) => cloud.control("POST", "upstreams/limit", { host: HUB, manifests: 0 }),
    args: ["--image", "nginx:1.27"],
    ...{
      check: "upstream",
      code: "pull-fails",
      problem: /: registry-1\.docker\.io limits the pull rate$/,
      fix: /^run this again later$/,
    },
  },
];

describe("verify finds", () => {
  const cloud = cloudForSuite();
  partnerForSuite();
  for (const [index, row] of ROWS.entries()) {
    const { title, broken, args = [], code, problem, fix, isAdvice, follow: where } = row;
    const { check = CHECKS[code.split("-")[0] ?? ""] } = row;
    it(`${index + 1}. ${title}`, async () => {
      const world = new World(cloud, (await createHub(cloud)).secretArn);
      const source = sourceIn(await broken(world));
      const run = () => verify(source, "--json", ...args);
      const { code: exit, stdout, stderr } = await run();
      const { caches } = JSON.parse(stdout);
      const [{ findings, unchecked }] = caches;
      const shown = findings.map((one: Finding) => [one.check, one.code, one.isAdvice]);
      assert.deepEqual([shown, unchecked], [[[check, code, isAdvice]], []], stdout + stderr);
      assert.equal(exit, isAdvice ? 0 : 1);
      assert.match(findings[0].problem, problem);
      assert.match(findings[0].fix, fix);
      const fixes = caches.flatMap((one: { findings: { fix: string }[] }) => one.findings.map((found) => found.fix));
      assert.deepEqual([...new Set(fixes)], [findings[0].fix]);
      assert.ok(!/demo-token|demo-user|…/.test(stdout + stderr), stdout);
      if (where === undefined) return;
      await follow(cloud, findings[0].fix, where === "here" ? {} : { account: PARTNER });
      const after = await run();
      assert.deepEqual([after.code, JSON.parse(after.stdout).caches[0].findings], [0, []], after.stdout);
    });
  }
});
