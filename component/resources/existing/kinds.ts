import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stackName } from "../../deployment";
import { UserError } from "../../problems/error";
import { nameOf } from "../urn";

/** A kind of resource whose name is unique in AWS, and that may exist before the component creates it. */
export interface Kind<T> {
  readonly type: string;
  readonly title: string;
  /** The property that holds the name. */
  readonly nameIn: string;
  /** The setting that gives it another name. */
  readonly named: string;
  /** A name that the provider does not look up. */
  readonly unseen?: string;
  find(name: string, region: string | undefined, options: pulumi.InvokeOptions): Promise<T>;
  /** What `import` needs, without the Region. Default: the name. */
  id?(found: T): string;
  /** A description that helps its owner recognize it. */
  describe(found: T): string;
  /** Why it would have to be replaced to match the inputs, or undefined if it can be adopted. */
  mismatch(found: T, inputs: { readonly [name: string]: unknown }): string | undefined;
  /** The ARN of a secret that it uses, and would not use any more if it was adopted. */
  leaves?(found: T, inputs: { readonly [name: string]: unknown }): string | undefined;
  /** The command that deletes it, for kinds that a replacement deletes first. */
  remove?(name: string): string;
}

export const RULE: Kind<aws.ecr.GetPullThroughCacheRuleResult> = {
  type: "aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
  title: "ECR pull through cache rule",
  nameIn: "ecrRepositoryPrefix",
  named: "the entry another prefix",
  // Source: hashicorp/terraform-provider-aws, pull_through_cache_rule_data_source.go. The resource accepts it.
  unseen: "ROOT",
  find: (ecrRepositoryPrefix, region, options) =>
    aws.ecr.getPullThroughCacheRule({ ecrRepositoryPrefix, region }, options),
  describe: ({ upstreamRegistryUrl, credentialArn, customRoleArn }) =>
    [
      `It caches ${upstreamRegistryUrl}`,
      ...(credentialArn ? [`with the secret ${credentialArn}`] : []),
      ...(customRoleArn ? [`with the role ${customRoleArn}`] : []),
    ].join(" "),
  // The provider tells ROOT from none, and would replace the rule.
  mismatch: (found, { upstreamRegistryUrl, upstreamRepositoryPrefix = "", customRoleArn }) => {
    if (found.upstreamRegistryUrl !== upstreamRegistryUrl) return "it caches another upstream";
    const upstreamPrefix = found.upstreamRepositoryPrefix ?? "";
    if (found.ecrRepositoryPrefix !== "ROOT" && upstreamPrefix !== upstreamRepositoryPrefix)
      return `its upstream prefix is ${JSON.stringify(upstreamPrefix)} and "upstreamPrefix" is ${JSON.stringify(upstreamRepositoryPrefix)}`;
    return found.customRoleArn && customRoleArn === undefined ? "ECR cannot take its role away" : undefined;
  },
  leaves: (found, { credentialArn }) => (found.credentialArn === credentialArn ? undefined : found.credentialArn),
  remove: (prefix) => `aws ecr delete-pull-through-cache-rule --ecr-repository-prefix ${prefix}`,
};

export const TEMPLATE: Kind<
  Pick<aws.ecr.GetRepositoryCreationTemplateResult, "description" | "encryptionConfigurations">
> = {
  type: "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
  title: "ECR repository creation template",
  nameIn: "prefix",
  named: "the entry another prefix",
  find: (prefix, region, options) => aws.ecr.getRepositoryCreationTemplate({ prefix, region }, options),
  describe: ({ description }) => described(description),
  // The provider keeps a key that the inputs no longer name.
  mismatch: ({ encryptionConfigurations: [found] }, { encryptionConfigurations }) => {
    const [wanted] = encryptionConfigurations as { kmsKey?: unknown }[];
    return found?.kmsKey && !wanted?.kmsKey
      ? `it encrypts with ${found.kmsKey}, which encryption.kmsKey does not name`
      : undefined;
  },
  remove: (prefix) => `aws ecr delete-repository-creation-template --prefix ${prefix}`,
};

export const ROLE: Kind<aws.iam.GetRoleResult> = {
  type: "aws:iam/role:Role",
  title: "IAM role",
  nameIn: "name",
  named: "the component another name",
  find: (name, _region, options) => aws.iam.getRole({ name }, options),
  describe: ({ description }) => described(description),
  mismatch: (found, { description }) => (found.description === description ? undefined : "it has another purpose"),
};

/** A secret whose name the user gives. Other names are never the same twice. */
export const SECRET: Kind<aws.secretsmanager.GetSecretResult> = {
  type: "aws:secretsmanager/secret:Secret",
  title: "secret",
  nameIn: "name",
  named: "another secret.name",
  find: (name, region, options) => aws.secretsmanager.getSecret({ name, region }, options),
  id: ({ arn }) => arn,
  describe: ({ arn, description }) => `Its ARN is ${arn}. ${described(description)}`,
  mismatch: ({ kmsKeyId }) =>
    kmsKeyId && !kmsKeyId.endsWith("alias/aws/secretsmanager")
      ? "it is encrypted with a key of its own, and ECR can read a secret only with the default key"
      : undefined,
};

function described(description: string | undefined): string {
  return description ? `Its description is ${JSON.stringify(description)}` : "It has no description";
}

/** Whether the provider says that something does not exist. Everything else means that nobody knows. */
export function isNotFound(message: string): boolean {
  return /couldn't find resource|empty result|\bNoSuchEntity|\w+NotFoundException\b/.test(message);
}

/** The existing resource with a name, or undefined if there is none. Fails if AWS does not say whether there is one. */
export async function findExisting<T>(
  kind: Kind<T>,
  name: string,
  region: string | undefined,
  options: pulumi.InvokeOptions & { readonly parent: pulumi.Resource },
): Promise<T | undefined> {
  const { parent } = options;
  const what = `the ${kind.title} "${name}"${region === undefined ? "" : ` in ${region}`}`;
  if (name === kind.unseen) {
    if (pulumi.runtime.isDryRun()) pulumi.log.info(`This preview cannot look whether ${what} exists already.`, parent);
    return undefined;
  }
  const found = await kind.find(name, region, options).catch((error: Error) => {
    // Pulumi's mocks, which unit tests of programs use, may not implement the function.
    if (!pulumi.runtime.hasEngine() || isNotFound(error.message)) return undefined;
    throw new UserError(`AWS does not say whether ${what} exists already: ${error.message}`);
  });
  // The engine returns an empty map while the provider's configuration is unknown.
  return found && Object.keys(found).length > 0 ? found : undefined;
}

/** A resource in the stack's state before this update. */
export interface KnownResource {
  readonly urn: string;
  readonly type: string;
  readonly outputs: { readonly [name: string]: unknown };
}

/**
 * Milliseconds before each further attempt to read the state. A `file://` backend rewrites the file of attributes beside
 * the checkpoint in place, so a read at that moment fails ("failed to load checkpoint: EOF"), and the next one succeeds.
 */
const READ_PAUSES = [10, 20, 50, 100, 200, 500, 1000];

/**
 * Reads the stack's state from its backend. That takes time, so it is read only if a resource to be created already
 * exists, or may be adopted. Then it must be: if the id to import is spelled otherwise than the stack's own (`id@region`),
 * the engine imports the stack's resource anew, and deletes it as the old one.
 */
export async function readStackState(): Promise<KnownResource[]> {
  const read = () => pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName: stackName() }, {});
  const { outputs } = (await persistently(read, READ_PAUSES)) as unknown as {
    readonly outputs: { readonly [urn: string]: Omit<KnownResource, "urn"> };
  };
  return Object.entries(outputs).map(([urn, resource]) => ({ urn, ...resource }));
}

async function persistently<T>(attempt: () => Promise<T>, [pause, ...later]: readonly number[]): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (pause === undefined) throw error;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return persistently(attempt, later);
  }
}

/**
 * Makes the engine start the provider that reads the state, by asking for a resource that does not exist. A hook cannot
 * wait for that start: with `--parallel 1` it blocks the only worker.
 */
export async function prepareToReadState(): Promise<void> {
  const urn = `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::pulumi:pulumi:None::none`;
  await pulumi.runtime.invoke("pulumi:pulumi:getResource", { urn }, {}).catch(() => undefined);
}

/** Prefixes of the stack's rules in a Region: those of a component, by its name, and all. */
export function formerPrefixes(
  state: readonly KnownResource[],
  component: string,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): { own: string[]; all: string[] } {
  const rules = state
    .filter(({ type, outputs }) => type === RULE.type && outputs.registryId === accountId && outputs.region === region)
    .map(({ urn, outputs }) => ({ name: nameOf(urn).replace(/@.*$/, ""), prefix: String(outputs[RULE.nameIn]) }));
  return {
    own: rules.filter(({ name, prefix }) => name === `${component}-${prefix}`).map(({ prefix }) => prefix),
    all: rules.map(({ prefix }) => prefix),
  };
}

/** The stack's own resource with a name in AWS, if there is one. */
export function ownerOf(
  state: readonly KnownResource[],
  { type, nameIn }: Pick<Kind<unknown>, "type" | "nameIn">,
  name: string,
  region: unknown,
): KnownResource | undefined {
  return state.find(
    (known) =>
      known.type === type &&
      known.outputs[nameIn] === name &&
      (region === undefined || known.outputs.region === undefined || known.outputs.region === region),
  );
}
