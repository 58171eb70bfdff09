import type * as pulumi from "@pulumi/pulumi";
import type { AccessArgs, RegistryPolicyArgs, RewriteImagesArgs, SecretArgs } from "../args";
import type { Upstream } from "../catalogue";
import type { Issue } from "../problems/issue";
import type { ScanningConfiguration } from "./registry-wide";

/**
 * What will exist, as plain data. Every decision is in the plan; making resources of it decides nothing. Values of type
 * Input are passed on unread.
 */
export interface Plan {
  /** The entries of `registries`, sorted by key. */
  readonly entries: readonly EntryPlan[];
  /** What is made in each Region. */
  readonly regions: readonly RegionPlan[];
  /** Tags of secrets and roles. */
  readonly tags: Tags;
  /** The role that ECR assumes to create repositories, if the component has to make it. */
  readonly templateRole?: TemplateRolePlan;
  /** The role that ECR assumes to pull from other ECR registries, if the component has to make it. */
  readonly upstreamRole?: UpstreamRolePlan;
  /** Who besides the account may pull what, for the registry policy. */
  readonly grants: readonly Grant[];
  readonly scanning: ScanningPlan;
  readonly registryPolicy?: RegistryPolicyArgs;
  readonly pullerRoles: { readonly [name: string]: pulumi.Input<string> };
  /** What works and still deserves a second look. */
  readonly warnings: readonly Issue[];
  /** Which images of the stack are rewritten, if the user asks for it. */
  readonly rewriteImages?: RewriteImagesArgs;
  /** Who is told when a cache fails or a token is about to expire, if the user asks for it. */
  readonly alerts?: AlertsPlan;
}

export interface AlertsPlan {
  /** The EventBridge pattern for failures of the caches. */
  readonly pattern: string;
  /** The message about a failure, as EventBridge's input template. */
  readonly template: string;
  /** The sender of the mails of a topic that the component makes. */
  readonly displayName: string;
  readonly emails: readonly string[];
  /** A topic that exists, or several by Region. */
  readonly topicArn?: pulumi.Input<string>;
  readonly topicArns: { readonly [region: string]: pulumi.Input<string> };
  /** Name of the role that sends the reminders, if there are any. */
  readonly reminderRole: string;
  readonly reminders: readonly ReminderPlan[];
}

/** A message that is sent once. */
export interface ReminderPlan {
  /** Unique among the reminders: part of the resource's name. */
  readonly id: string;
  /** When, as EventBridge Scheduler writes it. */
  readonly expression: string;
  readonly message: string;
}

export type Tags = { readonly [key: string]: pulumi.Input<string> };

/** A Region of the cache; without a name it is the provider's. */
export interface RegionPlan {
  readonly region?: string;
  readonly caches: readonly CachePlan[];
}

/** One entry in one Region. */
export interface CachePlan {
  /** The entry's key, or `key@region` when `regions` is set: the id in the component's outputs. */
  readonly id: string;
  /**
   * Start of the names of the resources after the component's, followed by `@region` when `regions` is set: the prefix,
   * which is what AWS tells caches apart by. A key can be renamed, and two entries can swap their prefixes, without a
   * resource that is to make what another one still holds.
   */
  readonly name: string;
  /** Another start that the names had in earlier versions of the component: the key. */
  readonly formerName?: string;
  readonly entry: EntryPlan;
  readonly credentialArn?: pulumi.Input<string>;
}

/** An entry of `registries`, the same in every Region. */
export interface EntryPlan {
  readonly key: string;
  readonly upstream: Upstream;
  /** ECR repository prefix without a trailing slash, or ROOT. */
  readonly prefix: string;
  /** What the rule says of the prefix upstream: ECR upstreams need it explicitly. */
  readonly upstreamRepositoryPrefix?: string;
  readonly credential: "none" | "created" | "existing";
  /** The day on which the token expires, such as 2027-03-01. */
  readonly tokenExpires?: string;
  readonly secret?: SecretPlan;
  readonly role: "none" | "created" | pulumi.Input<string>;
  readonly template: TemplatePlan;
  /** Whether a rule and a template that exist already are taken over. */
  readonly adopt: boolean;
}

export interface SecretPlan {
  /** Where the credentials come from; what an Output holds is known only when the secret is written. */
  readonly source: "argument" | "config" | "argument or config";
  /** The secret's name, where the user gives it. */
  readonly name?: string;
  /** Start of the secret's name; the provider makes it unique. */
  readonly namePrefix: string;
  readonly description: string;
  readonly recoveryWindowInDays: number;
  readonly tags: Tags;
  readonly readers: readonly pulumi.Input<string>[];
  readonly policy?: SecretArgs["policy"];
}

export interface TemplatePlan {
  readonly description: string;
  readonly lifecyclePolicy: string;
  readonly imageTagMutability: string;
  readonly exclusionFilters: readonly string[];
  readonly encryption: { readonly type: string; readonly kmsKey?: pulumi.Input<string> };
  readonly resourceTags: Tags;
  readonly access?: AccessArgs;
  readonly repositoryPolicy?: pulumi.Input<string>;
  readonly role: "none" | "created" | pulumi.Input<string>;
}

export interface TemplateRolePlan {
  readonly name: string;
  /** Whether a role that has this name already is taken over. */
  readonly adopt: boolean;
  /** Prefixes of the repositories that the role creates. */
  readonly prefixes: readonly string[];
  /** Whether some of them are encrypted with KMS, and with which keys; the empty list means the key aws/ecr. */
  readonly kms: boolean;
  readonly kmsKeys: readonly pulumi.Input<string>[];
}

export interface UpstreamRolePlan {
  readonly name: string;
  readonly adopt: boolean;
  readonly prefixes: readonly string[];
  readonly upstreams: readonly { readonly accountId: string; readonly region: string; readonly prefix: string }[];
}

export interface Grant {
  readonly access: AccessArgs;
  readonly prefixes: readonly string[];
}

export interface ScanningPlan {
  /** Filters that cover the cache's repositories. */
  readonly filters: readonly string[];
  /** The configuration to write, if the user asks for it. */
  readonly configuration?: ScanningConfiguration & { readonly overwrite: boolean };
}
