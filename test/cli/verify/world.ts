import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CliOptions, type CliResult, runCli } from "../../support/cli";
import { ACCOUNT, HUB, KEEP_50, REGION, type TestCloud } from "../support";

export const PARTNER = "444455556666";
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
export const EXPIRES = "pull-through-cache:token-expires";
export const PULL = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
export const IMPORT = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];
export const PULL_ONLY = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly";
export const TAGS = [{ Key: "team", Value: "platform" }];

/** An encrypted value. Source: Pulumi's SDK, sdk/go/common/resource/sig. */
export const HIDDEN = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "x" };

/** A registries file that declares the cache of Docker Hub. */
export const FILE = `hub:\n  registry: ${HUB}\n  lifecycle: { policy: '${KEEP_50}' }\n`;

export const arn = (name: string, account = ACCOUNT) => `arn:aws:iam::${account}:role/${name}`;
export const repositories = (name: string) => `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${name}`;
export const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export function statement(Action: string | string[], more: object = {}) {
  return { Effect: "Allow", Action, Resource: "*", ...more };
}
export function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
export function trusts(Principal: object, more: object = {}): string {
  return policy({ Effect: "Allow", Principal, Action: "sts:AssumeRole", ...more });
}
export const ECR_TRUST = trusts({ Service: "ecr.amazonaws.com" });
/** A resource policy of a secret. */
export function readers(...roles: string[]): string {
  return policy({ Effect: "Allow", Principal: { AWS: roles }, Action: "secretsmanager:GetSecretValue", Resource: "*" });
}
/** A statement of a registry policy. */
export function grants(who: string, Action: string[], more: object = {}) {
  return { Effect: "Allow", Principal: { AWS: who }, Action, Resource: repositories("hub/*"), ...more };
}

/** Things that happen to the cache of Docker Hub, which works before. */
export class World {
  constructor(
    readonly cloud: TestCloud,
    readonly secretArn: string,
  ) {}

  get ecr() {
    return this.cloud.ecr();
  }

  get secrets() {
    return this.cloud.secrets();
  }

  /** A role, which trusts its account if nothing is said. */
  async role(RoleName: string, statements: object[], trust?: string, account = ACCOUNT): Promise<string> {
    const iam = this.cloud.iam({ account });
    const AssumeRolePolicyDocument = trust ?? trusts({ AWS: `arn:aws:iam::${account}:root` });
    await iam.createRole({ RoleName, AssumeRolePolicyDocument });
    if (statements.length > 0)
      await iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument: policy(...statements) });
    return arn(RoleName, account);
  }

  async manages(PolicyName: string, ...statements: object[]): Promise<string> {
    const { Policy } = await this.cloud.iam().createPolicy({ PolicyName, PolicyDocument: policy(...statements) });
    return Policy?.Arn ?? "";
  }

  async limits(RoleName: string, ...statements: object[]): Promise<unknown> {
    const PermissionsBoundary = await this.manages("limit", ...statements);
    return this.cloud.iam().putRolePermissionsBoundary({ RoleName, PermissionsBoundary });
  }

  template(change: object): Promise<unknown> {
    return this.ecr.updateRepositoryCreationTemplate({ prefix: "hub", ...change });
  }

  /** A template with tags, and with a role that ECR may assume. */
  async tagged(statements: object[], change: object = { resourceTags: TAGS }): Promise<unknown> {
    const customRoleArn = await this.role("template", statements, ECR_TRUST);
    return this.template({ ...change, customRoleArn });
  }

  registryPolicy(...statements: object[]): Promise<unknown> {
    return this.ecr.putRegistryPolicy({ policyText: policy(...statements) });
  }

  oldScope(): Promise<unknown> {
    return this.ecr.putAccountSetting({ name: "REGISTRY_POLICY_SCOPE", value: "V1" });
  }

  value(value: unknown): Promise<unknown> {
    const SecretString = typeof value === "string" ? value : JSON.stringify(value);
    return this.secrets.putSecretValue({ SecretId: this.secretArn, SecretString });
  }

  expires(Value: string): Promise<unknown> {
    return this.secrets.tagResource({ SecretId: this.secretArn, Tags: [{ Key: EXPIRES, Value }] });
  }

  /** Lets somebody read the secret. */
  shares(reader: string): Promise<unknown> {
    return this.secrets.putResourcePolicy({ SecretId: this.secretArn, ResourcePolicy: readers(reader) });
  }

  scans(...filters: string[]): Promise<unknown> {
    const repositoryFilters = filters.map((filter) => ({ filter, filterType: "WILDCARD" as const }));
    const rules = [{ scanFrequency: "SCAN_ON_PUSH" as const, repositoryFilters }];
    return this.ecr.putRegistryScanningConfiguration({ scanType: "BASIC", rules });
  }

  /** Replaces the cache of Docker Hub by one of another ECR registry, with a role. */
  async ofEcr(statements: object[], trust = trusts({ Service: "pullthroughcache.ecr.amazonaws.com" })) {
    await this.ecr.deletePullThroughCacheRule({ ecrRepositoryPrefix: "hub" });
    const customRoleArn = await this.role("upstream", statements, trust);
    const upstreamRegistryUrl = `${PARTNER}.dkr.ecr.${REGION}.amazonaws.com`;
    await this.ecr.createPullThroughCacheRule({ ecrRepositoryPrefix: "hub", upstreamRegistryUrl, customRoleArn });
    const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    const offer = { Effect: "Allow", Principal, Action: "ecr:*", Resource: "*" };
    return this.cloud.ecr({ account: PARTNER }).putRegistryPolicy({ policyText: policy(offer) });
  }

  fails(service: string, operation: string, kind = "accessDenied"): Promise<unknown> {
    return this.cloud.control("POST", "faults", { service, operation, kind });
  }
}

const RULE = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: HUB };
const TEMPLATE = { prefix: "hub", appliedFors: ["PULL_THROUGH_CACHE"], lifecyclePolicy: KEEP_50 };

/** What `pulumi stack export` prints for a stack that declares the cache as it is, with changes. */
export function stackWith(world: World, template: object = {}, rule: object = {}, ...others: object[]): string {
  const resource = (type: string, inputs: object) => ({ type, inputs: { region: REGION, ...inputs }, outputs: {} });
  const resources = [
    resource("aws:ecr/pullThroughCacheRule:PullThroughCacheRule", { ...RULE, credentialArn: world.secretArn, ...rule }),
    resource("aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate", { ...TEMPLATE, ...template }),
    ...others,
  ];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

export function declared(type: string, inputs: object, outputs: object = {}) {
  return { type: `aws:${type}`, inputs: { region: REGION, ...inputs }, outputs };
}

/** A resource that the component made. */
export function made(type: string, inputs: object, outputs: object = {}) {
  const urn = `urn:pulumi:prod::shop::pull-through-cache:index:PullThroughCache$aws:${type}::cache`;
  return { urn, ...declared(type, inputs, outputs) };
}

export const TEMPLATE_POLICY = policy(statement(["ecr:CreateRepository", "ecr:TagResource"]));

/** A stack with the template's role, which has the inline policy "own", and a tag. */
export function stackWithRole(world: World, role: object = {}, ...others: object[]): string {
  const template = { resourceTags: { team: "platform" }, customRoleArn: arn("template") };
  const own = [
    declared("iam/role:Role", { assumeRolePolicy: ECR_TRUST, ...role }, { name: "template", arn: arn("template") }),
    declared("iam/rolePolicy:RolePolicy", { role: "template", name: "own", policy: TEMPLATE_POLICY }),
  ];
  return stackWith(world, template, {}, ...own, ...others);
}

/** A stack that declares as much as `verify` compares: also its secret, a role, an exclusion and an account setting. */
export async function stackWithAll(world: World): Promise<string> {
  await world.tagged([statement(["ecr:CreateRepository", "ecr:TagResource"])]);
  await world.ecr.registerPullTimeUpdateExclusion({ principalArn: arn("scanner") });
  return stackWithRole(
    world,
    {},
    declared("secretsmanager/secret:Secret", {}, { arn: world.secretArn }),
    declared("ecr/pullTimeUpdateExclusion:PullTimeUpdateExclusion", { principalArn: arn("scanner") }),
    declared("ecr/accountSetting:AccountSetting", { name: "REGISTRY_POLICY_SCOPE", value: "V2" }),
  );
}

/** A stack with the rule's secret. */
export function stackWithSecret(world: World, inputs: object = {}, ...others: object[]): string {
  return stackWith(
    world,
    {},
    {},
    declared("secretsmanager/secret:Secret", inputs, { arn: world.secretArn }),
    ...others,
  );
}

/** An empty folder: no Pulumi program is here. */
const NOWHERE = mkdtempSync(join(tmpdir(), "verify-"));

/** A profile of another account, and one of a stranger, in the configuration of the AWS CLI, during a suite of mocha. */
export function partnerForSuite(): void {
  const file = join(mkdtempSync(join(tmpdir(), "aws-")), "credentials");
  const profile = (name: string, key: string) => `[${name}]\naws_access_key_id = ${key}\naws_secret_access_key = any\n`;
  writeFileSync(file, profile("partner", `AKIAROOT${PARTNER}`) + profile("stranger", "AKIAUNKNOWN"));
  const { AWS_SHARED_CREDENTIALS_FILE: previous } = process.env;
  before(() => {
    process.env.AWS_SHARED_CREDENTIALS_FILE = file;
  });
  after(() => {
    if (previous === undefined) delete process.env.AWS_SHARED_CREDENTIALS_FILE;
    else process.env.AWS_SHARED_CREDENTIALS_FILE = previous;
  });
}

export interface Source {
  /** A registries file. */
  readonly file?: string;
  /** The output of `pulumi stack export`. */
  readonly stack?: string;
  readonly outputs?: object;
}

/** The source that a row names. Calls return something, too. */
export function sourceIn(value: unknown): Source {
  const { file, stack, outputs } = (typeof value === "object" && value !== null ? value : {}) as Source;
  return { ...(file && { file }), ...(stack && { stack }), ...(outputs && { outputs }) };
}

/** Runs `verify`. Without a source it takes the rules in AWS. */
export async function verify(
  { file, stack, outputs, ...more }: Source & Pick<CliOptions, "styled">,
  ...args: string[]
): Promise<CliResult> {
  if (stack === undefined) {
    const source = file === undefined ? (outputs ? ["--outputs", "-"] : []) : ["--registries", "-"];
    const input = file ?? (outputs && JSON.stringify(outputs));
    return runCli(["verify", ...source, ...args], { ...more, input, directory: NOWHERE });
  }
  return runCli(["verify", "--selected-stack", ...args], { env: pulumiWith(stack), directory: NOWHERE });
}

/** The environment with a Pulumi CLI that prints this. */
export function pulumiWith(stack: string): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(tmpdir(), "pulumi-"));
  writeFileSync(join(bin, "stack.json"), stack);
  writeFileSync(join(bin, "pulumi"), `#!/bin/sh\nexec /bin/cat ${join(bin, "stack.json")}\n`);
  chmodSync(join(bin, "pulumi"), 0o755);
  return { PATH: bin };
}
