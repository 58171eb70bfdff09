import {
  CreatePullThroughCacheRuleCommand,
  type CreatePullThroughCacheRuleCommandInput,
  CreateRepositoryCreationTemplateCommand,
  type RepositoryCreationTemplate,
} from "@aws-sdk/client-ecr";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ACCOUNT, allow, type Keys, OTHER_ACCOUNT, TestCloud, trust } from "./support";

export const ORGANIZATION = "o-abc1234567";
export const NGINX = "dockerhub/library/nginx";
export const READ = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
export const FIRST = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];
export const LOGIN = "ecr:GetAuthorizationToken";

/** An emulator with caches of Docker Hub and Quay in each test of a suite, and functions that create what a pull needs. */
export function cachesForSuite() {
  const cloud = TestCloud.forSuite({ organizations: { [ORGANIZATION]: [ACCOUNT, OTHER_ACCOUNT] } });
  let hubSecret = "";

  beforeEach(async () => {
    const SecretString = JSON.stringify({ username: "demo-user", accessToken: "demo-token" });
    const { ARN } = await cloud
      .secrets()
      .send(new CreateSecretCommand({ Name: "ecr-pullthroughcache/hub", SecretString }));
    hubSecret = ARN ?? "";
    await rule({
      ecrRepositoryPrefix: "dockerhub",
      upstreamRegistryUrl: "registry-1.docker.io",
      credentialArn: hubSecret,
    });
    await rule({ ecrRepositoryPrefix: "quay", upstreamRegistryUrl: "quay.io" });
  });

  const rule = (input: CreatePullThroughCacheRuleCommandInput, place = {}) =>
    cloud.ecr(place).send(new CreatePullThroughCacheRuleCommand(input));
  const template = (more: Partial<RepositoryCreationTemplate> = {}) =>
    cloud.ecr().send(
      new CreateRepositoryCreationTemplateCommand({
        prefix: "dockerhub",
        appliedFor: ["PULL_THROUGH_CACHE"],
        ...more,
      }),
    );

  async function role(
    name: string,
    policy: string,
    options: { account?: string; trusts?: string } = {},
  ): Promise<string> {
    const { account = ACCOUNT, trusts = trust({ AWS: account }) } = options;
    const iam = cloud.iam({ account });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trusts }));
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "own", PolicyDocument: policy }));
    return Role?.Arn ?? "";
  }

  /** Keys of a role with these permissions on everything. */
  async function puller(actions: string[], account = ACCOUNT, more: Record<string, unknown> = {}): Promise<Keys> {
    const arn = await role(`puller-${account}`, allow(actions, { Resource: "*", ...more }), { account });
    return cloud.assume(arn, account);
  }

  return { cloud, hubSecretArn: () => hubSecret, rule, template, role, puller };
}
