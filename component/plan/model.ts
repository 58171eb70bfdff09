import type * as pulumi from "@pulumi/pulumi";
import type { AccessArgs, PullThroughCacheArgs, RegistryPolicyArgs, RewriteImagesArgs, SecretArgs } from "../args";
import type { Upstream } from "../catalogue";
import type { CacheNames } from "../iam/ecr";
import type { Issue } from "../problems/issue";
import type { EncryptionType } from "../values";
import type { ScanningConfiguration } from "./registry-wide";

/**
 * What will exist, as plain data. The plan makes every decision; the resource layer only carries it out. Values of type
 * Input are passed on unread.
 */
export interface Plan {
  /** The entries of `registries`, sorted by key. */
  readonly entries: readonly EntryPlan[];
  /** What to create in each Region. */
  readonly regions: readonly RegionPlan[];
  /** Tags of secrets and roles. */
  readonly tags: Tags;
  /** The role that ECR assumes to create repositories, if the component creates it. */
  readonly templateRole?: TemplateRolePlan;
  /** The role that ECR assumes to pull from other ECR registries, if the component creates it. */
  readonly upstreamRole?: UpstreamRolePlan;
  /** Who besides the account may pull what, for the registry policy. */
  readonly grants: readonly Grant[];
  readonly scanning: ScanningPlan;
  readonly registryPolicy?: RegistryPolicyArgs;
  /** The start of the Sids of the component's statements. */
  readonly mark: string;
  readonly pullerRoles: NonNullable<PullThroughCacheArgs["pullerRoles"]>;
  readonly pullTimeExclusions: { readonly [name: string]: pulumi.Input<string> };
  /** Settings that work but deserve a second look. */
  readonly warnings: readonly Issue[];
  /** Which images of the stack to rewrite. */
  readonly rewriteImages?: RewriteImagesArgs;
  /** Who to alert when a cache fails or a token is about to expire. */
  readonly alerts?: AlertsPlan;
}

export interface AlertsPlan {
  readonly failures: readonly FailurePlan[];
  /** The sender of the emails of a topic that the component creates. */
  readonly displayName: string;
  readonly emails: readonly string[];
  /** Name of the role that sends the reminders, if there are any. */
  readonly reminderRole: string;
  /** Whether to adopt a role that already has this name. */
  readonly adopt: boolean;
  readonly reminders: readonly ReminderPlan[];
}

/** A message about the failures of some caches. */
export interface FailurePlan {
  /** Of the only cache, if it has a token. Part of the resource's name. */
  readonly prefix?: string;
  /** The EventBridge pattern for the failures. */
  readonly pattern: string;
  /** The message, as EventBridge's input template. */
  readonly template: string;
}

/** A message that is sent once. */
export interface ReminderPlan {
  /** Unique among the reminders. Part of the resource's name. */
  readonly id: string;
  /** When to send it, in the format of EventBridge Scheduler. */
  readonly expression: string;
  readonly message: string;
}

export type Tags = { readonly [key: string]: pulumi.Input<string> };

/** The ARN of something that exists, and the argument that gives it. */
export interface GivenArn {
  readonly arn: pulumi.Input<string | undefined>;
  readonly path: readonly PropertyKey[];
}

/** A Region of the cache. Without a name it is the provider's Region. */
export interface RegionPlan {
  readonly region?: string;
  readonly caches: readonly CachePlan[];
  /** The existing topic that alerts go to. */
  readonly topicArn?: GivenArn;
}

/** One entry in one Region. */
export interface CachePlan {
  /** The entry's key, or `key@region` when `regions` is set: the id in the component's outputs. */
  readonly id: string;
  /**
   * The part of resource names after the component's name: the prefix, which identifies a cache in AWS. `@region`
   * follows when `regions` is set. So a key can be renamed, and two entries can swap their prefixes, and no resource
   * has to create what another one still owns.
   */
  readonly name: string;
  /** The same part in earlier versions of the component: the key. */
  readonly formerName?: string;
  /** The Region, as in its RegionPlan. */
  readonly region?: string;
  readonly entry: EntryPlan;
  readonly credentialArn?: GivenArn;
  readonly kmsKey?: GivenArn;
}

/** An entry of `registries`, the same in every Region. */
export interface EntryPlan {
  readonly key: string;
  readonly upstream: Upstream;
  /** ECR repository prefix without a trailing slash, or ROOT. */
  readonly prefix: string;
  /** Patterns of the only repositories that may enter the cache, sorted. Undefined: all. */
  readonly repositories?: readonly string[];
  /** The rule's prefix upstream. ECR upstreams need it explicitly. */
  readonly upstreamRepositoryPrefix?: string;
  readonly credential: "none" | "created" | "existing";
  /** The day on which the token expires, such as 2027-03-01. */
  readonly tokenExpires?: string;
  readonly secret?: SecretPlan;
  readonly role: "none" | "created" | GivenArn;
  readonly template: TemplatePlan;
  /** Whether to adopt a rule and a template that already exist. */
  readonly adopt: boolean;
}

export interface SecretPlan {
  /** Where the credentials come from. Whether an Output has them is known only during the deployment. */
  readonly source: "argument" | "config" | "argument or config";
  /** The secret's name, if the user gives it. */
  readonly name?: string;
  /** Start of the secret's name. The provider makes the name unique. */
  readonly namePrefix: string;
  readonly description: string;
  readonly recoveryWindowInDays: number;
  readonly tags: Tags;
  readonly readers: readonly pulumi.Input<string>[];
  readonly policy?: SecretArgs["policy"];
}

export interface EncryptionPlan {
  readonly type: EncryptionType;
  /** The type if the key is an Output that has no value. */
  readonly typeWithoutKey: EncryptionType;
}

export interface TemplatePlan {
  readonly description: string;
  readonly lifecyclePolicy: string;
  readonly imageTagMutability: string;
  readonly exclusionFilters: readonly string[];
  readonly encryption: EncryptionPlan;
  readonly resourceTags: Tags;
  readonly access?: AccessArgs;
  readonly repositoryPolicy?: pulumi.Input<string | undefined>;
  readonly role: "none" | "created" | GivenRole;
}

export interface GivenRole extends GivenArn {
  /** Whether ECR cannot create the repositories without a role. */
  readonly isNeeded: boolean;
}

export interface TemplateRolePlan {
  readonly name: string;
  /** Whether to adopt a role that already has this name. */
  readonly adopt: boolean;
  /** Prefixes of the repositories that the role creates. */
  readonly prefixes: readonly string[];
  /** The keys of those that are encrypted with KMS. Undefined stands for the key aws/ecr. */
  readonly kmsKeys: readonly (GivenArn | undefined)[];
}

export interface UpstreamRolePlan {
  readonly name: string;
  readonly adopt: boolean;
  readonly prefixes: readonly string[];
  readonly upstreams: readonly { readonly accountId: string; readonly region: string; readonly prefix: string }[];
}

export interface Grant {
  readonly access: AccessArgs;
  readonly caches: readonly CacheNames[];
}

export interface ScanningPlan {
  /** Filters that cover the cache's repositories. */
  readonly filters: readonly string[];
  /** The configuration to write, if the user asks for it. */
  readonly configuration?: ScanningConfiguration & { readonly overwrite: boolean };
}
