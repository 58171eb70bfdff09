import assert from "node:assert/strict";
import { ACCOUNT, cloudForSuite, createHub, HUB, KEEP_50, REGION } from "../support";
import {
  arn,
  day,
  declared,
  EXPIRES,
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
  trusts,
  verify,
  World,
} from "./world";

interface Row {
  readonly title: string;
  /** What is odd about the cache, and where the declaration is, if there is one. */
  readonly odd: (world: World) => Promise<Source | unknown>;
  readonly args?: readonly string[];
}

const NODE = ["--as", arn("node")];
const GUEST = ["--as", arn("guest", PARTNER), "--as-profile", "partner"];
const EVERYTHING = statement([...PULL, ...IMPORT]);
const READ = PULL.slice(1);
const LOGIN = statement("ecr:GetAuthorizationToken");
const TAGGING = statement(["ecr:CreateRepository", "ecr:TagResource"]);
const IN_PLACE = { StringEquals: { "aws:RequestedRegion": REGION, "aws:ResourceAccount": ACCOUNT } };
const NOT_PULLED = [{ Effect: "Deny", Action: "ecr:*", Resource: repositories("prod/*") }];
const other = (world: World, ecrRepositoryPrefix: string, upstreamRegistryUrl = "quay.io") =>
  world.ecr.createPullThroughCacheRule({ ecrRepositoryPrefix, upstreamRegistryUrl });
const templateFor = (world: World, prefix: string) =>
  world.ecr.createRepositoryCreationTemplate({ prefix, appliedFor: ["PULL_THROUGH_CACHE"], lifecyclePolicy: KEEP_50 });
const guest = (world: World, ...statements: object[]) => world.role("guest", statements, undefined, PARTNER);

const ROWS: readonly Row[] = [
  { title: "a working cache, as it is in AWS", odd: async () => ({}) },
  { title: "a working cache, as a registries file declares it", odd: async () => ({ file: FILE }) },
  { title: "a working cache, as a stack declares it", odd: async (world) => ({ stack: stackWith(world) }) },
  {
    title: "a working cache, as the outputs of a stack have it",
    odd: async () => ({
      outputs: { rules: { hub: { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: HUB, region: REGION } } },
    }),
  },
  {
    title: "a cache at ROOT, beside a nested one",
    odd: async (world) => {
      await other(world, "ROOT");
      await other(world, "team/hub");
      await templateFor(world, "ROOT");
      await world.scans("*");
    },
  },
  {
    title: "a prefix that ends with a slash",
    odd: async (world) => {
      await other(world, "quay/");
      await templateFor(world, "quay");
      await world.scans("hub/*", "quay/*");
    },
  },
  {
    title: "a template of a wider prefix that serves an undeclared cache",
    odd: async (world) => {
      await other(world, "team/quay");
      await templateFor(world, "team");
      await world.scans("*");
    },
  },
  { title: "a filter without a wildcard", odd: async (world) => world.scans("hub") },
  {
    title: "a filter of many wildcards, in linear time",
    odd: async (world) => world.scans(`${"*".repeat(200)}x`, "hub/*"),
  },
  { title: "a secret with a note beside the two keys", odd: async (world) => world.value(NOTED) },
  {
    title: "a secret with the default key by its name",
    odd: async ({ secrets, secretArn }) =>
      secrets.updateSecret({ SecretId: secretArn, KmsKeyId: "alias/aws/secretsmanager" }),
  },
  { title: "a token that expires in two months", odd: async (world) => world.expires(day(60)) },
  {
    title: "a token without a day of expiry",
    odd: async ({ secrets, secretArn }) => secrets.untagResource({ SecretId: secretArn, TagKeys: ["none"] }),
  },
  {
    title: "one secret of two caches",
    odd: async (world) => {
      const upstreamRegistryUrl = HUB;
      await world.ecr.createPullThroughCacheRule({
        ...{ ecrRepositoryPrefix: "second", upstreamRegistryUrl, credentialArn: world.secretArn },
      });
      await templateFor(world, "second");
      await world.scans("*");
    },
  },
  {
    title: "a template's role with wide permissions in this Region and account",
    odd: async (world) => world.tagged([statement("ecr:*", { Condition: IN_PLACE })]),
  },
  {
    title: "a template's role with a managed policy, and denials that do not concern it",
    odd: async (world) => {
      await world.tagged(NOT_PULLED);
      const PolicyArn = await world.manages("tagging", TAGGING);
      await world.cloud.iam().attachRolePolicy({ RoleName: "template", PolicyArn });
    },
  },
  {
    title: "a template's role that several services may assume, some under conditions",
    odd: async (world) => {
      await world.tagged([TAGGING]);
      const Condition = { StringEquals: { "aws:SourceAccount": ACCOUNT } };
      const services = { Service: ["ecs.amazonaws.com", "ecr.amazonaws.com"] };
      const both = [trusts(services), trusts({ Service: "ecr.amazonaws.com" }, { Condition })];
      const PolicyDocument = policy(...both.flatMap((text) => JSON.parse(text).Statement));
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "template", PolicyDocument });
    },
  },
  {
    title: "a template's role that may use a KMS key only for ECR",
    odd: async (world) => {
      const Condition = { StringEquals: { "kms:ViaService": `ecr.${REGION}.amazonaws.com` } };
      const kms = statement(["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"], { Resource: KEY, Condition });
      const encryptionConfiguration = { encryptionType: "KMS", kmsKey: KEY };
      await world.tagged([TAGGING, kms], { resourceTags: TAGS, encryptionConfiguration });
    },
  },
  {
    title: "a template's role with a permissions boundary that is wide enough",
    odd: async (world) => {
      await world.tagged([TAGGING]);
      await world.limits("template", statement("ecr:*"));
    },
  },
  {
    title: "a template that needs no role, with one that does not do more",
    odd: async (world) => world.tagged([statement("ecr:CreateRepository")], {}),
  },
  {
    title: "an ECR upstream with AWS's role, for these repositories",
    odd: async (world) => {
      const Condition = { StringEquals: { "aws:RequestedRegion": REGION } };
      const theirs = `arn:aws:ecr:${REGION}:${PARTNER}:repository/*`;
      await world.ofEcr([
        statement("ecr:GetAuthorizationToken", { Condition }),
        statement(["ecr:*Layer*", "ecr:PutImage"], { Resource: repositories("hub/*"), Condition }),
        statement(["ecr:Batch*", "ecr:Get*"], { Resource: theirs, Condition }),
      ]);
    },
  },
  {
    title: "a stack's documents in another order and form",
    odd: async (world) => {
      const filters = (...names: string[]) => names.map((filter) => ({ filter, filterType: "WILDCARD" as const }));
      const imageTagMutability = "IMMUTABLE_WITH_EXCLUSION";
      const tags = [...TAGS, { Key: "app", Value: "cache" }];
      const exclusion = (...names: string[]) => ({
        imageTagMutability,
        imageTagMutabilityExclusionFilters: filters(...names),
      });
      await world.tagged([TAGGING], { resourceTags: tags, ...exclusion("latest", "dev*") });
      return {
        stack: stackWith(world, {
          ...exclusion("dev*", "latest"),
          ...{ lifecyclePolicy: JSON.stringify(JSON.parse(KEEP_50), undefined, 4), customRoleArn: arn("template") },
          resourceTags: { app: "cache", team: "platform" },
        }),
      };
    },
  },
  {
    title: "a stack with a rule that it has yet to delete, and one that it only reads",
    odd: async (world) => {
      const former = declared("ecr/pullThroughCacheRule:PullThroughCacheRule", { ecrRepositoryPrefix: "hub" });
      const others = declared("ecr/pullThroughCacheRule:PullThroughCacheRule", { ecrRepositoryPrefix: "others" });
      return { stack: stackWith(world, {}, {}, { ...former, delete: true }, { ...others, external: true }) };
    },
  },
  {
    title: "a stack that knows the key that ECR chose only from its outputs",
    odd: async (world) => {
      const kms = statement(["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"]);
      await world.tagged([TAGGING, kms], { encryptionConfiguration: { encryptionType: "KMS", kmsKey: KEY } });
      const encryptionConfigurations = [{ encryptionType: "KMS" }];
      const stack = JSON.parse(stackWith(world, { encryptionConfigurations, customRoleArn: arn("template") }));
      stack.deployment.resources[1].outputs = { encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: KEY }] };
      return { stack: JSON.stringify(stack) };
    },
  },
  {
    title: "a registry policy and a scanning configuration as the stack declares them",
    odd: async (world) => {
      const statements = grants(arn("node"), IMPORT);
      await world.role("node", [EVERYTHING]);
      await world.registryPolicy(statements);
      const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "hub/*" }, { filter: "a/*" }] }];
      await world.scans("a/*", "hub/*");
      const own = [
        declared("ecr/registryPolicy:RegistryPolicy", { policy: policy(statements) }),
        declared("ecr/registryScanningConfiguration:RegistryScanningConfiguration", { scanType: "BASIC", rules }),
      ];
      return { stack: stackWith(world, {}, {}, ...own) };
    },
  },
  {
    title: "a secret as the stack declares it, with default tags and readers",
    odd: async (world) => {
      await world.expires("2099-01-01");
      await world.secrets.updateSecret({ SecretId: world.secretArn, Description: "Of the build team" });
      await world.secrets.tagResource({ SecretId: world.secretArn, Tags: TAGS });
      await world.shares(arn("node"));
      const shared = { secretArn: world.secretArn, policy: readers(arn("node")) };
      const stack = JSON.parse(
        stackWithSecret(
          world,
          { description: "Of the build team", tags: { [EXPIRES]: "2099-01-01" } },
          declared("secretsmanager/secretPolicy:SecretPolicy", shared),
        ),
      );
      stack.deployment.resources[2].outputs.tagsAll = { [EXPIRES]: "2099-01-01", team: "platform" };
      return { stack: JSON.stringify(stack) };
    },
  },
  {
    title: "roles as the stack declares them, in another form",
    odd: async (world) => {
      await world.tagged([TAGGING]);
      const PolicyDocument = trusts({ Service: ["ecr.amazonaws.com"], AWS: `arn:aws:iam::${PARTNER}:root` });
      await world.cloud.iam().updateAssumeRolePolicy({ RoleName: "template", PolicyDocument });
      await world.cloud.iam().attachRolePolicy({ RoleName: "template", PolicyArn: PULL_ONLY });
      const boundary = await world.manages("boundary", statement("*"));
      const limit = { RoleName: "template", PermissionsBoundary: boundary };
      await world.cloud.iam().putRolePermissionsBoundary(limit);
      await world.role("node", [EVERYTHING, statement("s3:*")]);
      const given = made("iam/rolePolicy:RolePolicy", {
        role: "node",
        name: "own",
        policy: policy(statement("s3:*"), EVERYTHING),
      });
      const assumeRolePolicy = trusts({ AWS: PARTNER, Service: "ecr.amazonaws.com" });
      const role = { assumeRolePolicy, permissionsBoundary: boundary, managedPolicyArns: [PULL_ONLY] };
      await world.cloud.iam().attachRolePolicy({ RoleName: "node", PolicyArn: PULL_ONLY });
      const attached = made("iam/rolePolicyAttachment:RolePolicyAttachment", { role: "node", policyArn: PULL_ONLY });
      return { stack: stackWithRole(world, role, given, attached) };
    },
  },
  {
    title: "a role of somebody else's that only the program uses",
    odd: async (world) => {
      await world.tagged([TAGGING]);
      const stack = JSON.parse(stackWithRole(world));
      stack.deployment.resources.splice(2);
      return { stack: JSON.stringify(stack) };
    },
  },
  {
    title: "exclusions and account settings as the stack declares them, and those of a stack without any",
    odd: async (world) => {
      await world.ecr.registerPullTimeUpdateExclusion({ principalArn: arn("scanner") });
      await world.oldScope();
      const scope = { name: "REGISTRY_POLICY_SCOPE", value: "V1" };
      const exclusion = { principalArn: arn("scanner") };
      return {
        stack: stackWith(
          world,
          {},
          {},
          declared("ecr/accountSetting:AccountSetting", scope),
          declared("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion", exclusion),
        ),
      };
    },
  },
  {
    title: "a puller with all permissions in this Region and account",
    odd: async (world) => world.role("node", [statement([...PULL, ...IMPORT], { Condition: IN_PLACE })]),
    args: NODE,
  },
  {
    title: "a real pull",
    odd: async (world) => world.role("node", [EVERYTHING]),
    args: [...NODE, "--image", "nginx:1.27"],
  },
  {
    title: "a real pull by a role of another account",
    odd: async (world) => {
      await world.role("guest", [EVERYTHING], trusts({ AWS: ACCOUNT }), PARTNER);
      await world.registryPolicy(grants(PARTNER, [...READ, ...IMPORT]));
    },
    args: [...GUEST.slice(0, 2), "--image", "nginx:1.27"],
  },
  {
    title: "a puller with AWS's PullOnly, and permission to create",
    odd: async (world) => {
      await world.role("node", [statement("ecr:CreateRepository"), ...NOT_PULLED]);
      await world.cloud.iam().attachRolePolicy({ RoleName: "node", PolicyArn: PULL_ONLY });
    },
    args: NODE,
  },
  {
    title: "a puller with permissions for the listed repositories only",
    odd: async (world) => {
      const listed = ["library/*", "timberio/vector"].map((name) => repositories(`hub/${name}`));
      await world.role("node", [statement(PULL), statement(IMPORT, { Resource: listed })]);
      return { file: `hub:\n  registry: ${HUB}\n  repositories: ["library/*", "timberio/vector"]\n` };
    },
    args: NODE,
  },
  {
    title: "a puller that only the registry policy lets in",
    odd: async (world) => {
      await world.registryPolicy(grants(await world.role("node", [LOGIN]), [...READ, ...IMPORT]));
    },
    args: NODE,
  },
  {
    title: "a puller of this account under the registry policy's old scope, and denials of others",
    odd: async (world) => {
      await world.role("node", [EVERYTHING]);
      await world.registryPolicy(grants(PARTNER, IMPORT, { Effect: "Deny" }));
      await world.oldScope();
    },
    args: NODE,
  },
  {
    title: "a registry policy that denies by what is known of a pull",
    odd: async (world) => {
      await world.role("node", [EVERYTHING]);
      const conditions = [
        { Bool: { "aws:SecureTransport": "false" } },
        { Bool: { "aws:PrincipalIsAWSService": "true" } },
        { StringNotEquals: { "aws:RequestedRegion": REGION } },
        { StringNotEquals: { "aws:ResourceAccount": ACCOUNT } },
        { StringNotEquals: { "aws:PrincipalAccount": ACCOUNT } },
        { ArnNotLike: { "aws:PrincipalArn": arn("no*") } },
      ];
      const denials = conditions.map((Condition) => grants("*", IMPORT, { Effect: "Deny", Condition }));
      await world.registryPolicy(...denials);
    },
    args: NODE,
  },
  {
    title: "a registry policy that also lets an organization in",
    odd: async (world) => {
      await world.role("node", [EVERYTHING]);
      const Condition = { StringEquals: { "aws:PrincipalOrgID": "o-abc1234567" } };
      await world.registryPolicy(grants("*", IMPORT, { Condition }));
    },
    args: NODE,
  },
  {
    title: "a puller of another account, whose account both policies name",
    odd: async (world) => {
      await guest(world, EVERYTHING);
      const Principal = { AWS: `arn:aws:iam::${PARTNER}:root` };
      await world.template({ repositoryPolicy: policy({ Effect: "Allow", Principal, Action: READ }) });
      await world.registryPolicy(grants(PARTNER, [...IMPORT, "ecr:BatchGetImage"]));
    },
    args: GUEST,
  },
  {
    title: "a puller of another account, which everybody's policy lets in by a pattern",
    odd: async (world) => {
      await guest(world, EVERYTHING);
      const Condition = { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${PARTNER}:role/gu*` } };
      await world.registryPolicy(grants("*", ["ecr:*"], { Condition }));
    },
    args: GUEST,
  },
];

const NOTED = { username: "demo-user", accessToken: "demo-token", note: "of the build team" };

describe("verify is silent about", () => {
  const cloud = cloudForSuite();
  partnerForSuite();
  for (const [index, { title, odd, args = [] }] of ROWS.entries()) {
    it(`${index + 1}. ${title}`, async () => {
      const world = new World(cloud, (await createHub(cloud)).secretArn);
      const { code, stdout, stderr } = await verify(sourceIn(await odd(world)), "--json", ...args);
      const { caches } = JSON.parse(stdout);
      for (const { findings, unchecked } of caches) assert.deepEqual([findings, unchecked], [[], []], stdout);
      assert.equal(code, 0, stdout + stderr);
      assert.equal(stderr, `Account ${ACCOUNT}, Region ${REGION}`);
    });
  }
});
