import type * as ecr from "@aws-sdk/client-ecr";
import type * as events from "@aws-sdk/client-eventbridge";
import type * as iam from "@aws-sdk/client-iam";
import type * as scheduler from "@aws-sdk/client-scheduler";
import type * as secretsManager from "@aws-sdk/client-secrets-manager";
import type * as sns from "@aws-sdk/client-sns";

/**
 * A type of the AWS SDK as the emulator holds it: what AWS requires is there, times are milliseconds since the epoch,
 * bytes are Base64 text.
 */
export type Held<T> = T extends Date
  ? number
  : T extends Uint8Array
    ? string
    : T extends readonly (infer Item)[]
      ? Held<Item>[]
      : T extends object
        ? { [K in keyof T]: Record<never, never> extends Pick<T, K> ? Held<T[K]> : Held<NonNullable<T[K]>> }
        : T;

/** The same, with members that are always there although AWS does not promise them. */
export type With<T, K extends keyof T> = Held<Omit<T, K>> & { [P in K]-?: Held<NonNullable<T[P]>> };

/*
 * The state of the emulated AWS: things as AWS's APIs show them, with what they do not show besides. Times are
 * milliseconds since the epoch. Documents are kept as they were sent.
 */

export interface Tag {
  Key: string;
  Value: string;
}

export type PullThroughCacheRule = With<
  ecr.PullThroughCacheRule,
  "ecrRepositoryPrefix" | "upstreamRegistryUrl" | "upstreamRegistry" | "createdAt" | "updatedAt"
>;

export type Encryption = Held<ecr.EncryptionConfiguration>;
export type ExclusionFilter = Held<ecr.ImageTagMutabilityExclusionFilter>;

export type RepositoryCreationTemplate = With<
  ecr.RepositoryCreationTemplate,
  "prefix" | "encryptionConfiguration" | "resourceTags" | "imageTagMutability" | "appliedFor"
>;

export type RegistryScanning = With<ecr.RegistryScanningConfiguration, "scanType" | "rules">;

export interface Image {
  digest: string;
  mediaType: string;
  artifactMediaType?: string;
  /** Digest of the manifest that this one refers to, as a signature does. */
  subject?: string;
  /** The manifest exactly as the upstream sent it: its digest depends on every byte. */
  manifest: string;
  /** Digests of the manifests that a manifest list names. */
  children: string[];
  /** Digests of config and layers. */
  blobs: string[];
  sizeInBytes: number;
  pushedAt: number;
  lastPulledAt?: number;
  scan?: { status: string; description: string; completedAt: number };
  archivedAt?: number;
}

export interface ImageTag {
  digest: string;
  /** When ECR last asked the upstream what this tag means. */
  validatedAt: number;
}

/** What a lifecycle policy would do, computed when the preview was requested. */
export interface LifecyclePreview {
  lifecyclePolicyText: string;
  startedAt: number;
  summary: Held<ecr.LifecyclePolicyPreviewSummary>;
}

export type Repository = With<
  ecr.Repository,
  "repositoryName" | "createdAt" | "imageTagMutability" | "imageScanningConfiguration" | "encryptionConfiguration"
> & {
  policyText?: string;
  lifecyclePolicyText?: string;
  lastEvaluatedAt?: number;
  preview?: LifecyclePreview;
  tags: Tag[];
  images: Map<string, Image>;
  imageTags: Map<string, ImageTag>;
};

export type SecretVersion = With<secretsManager.GetSecretValueResponse, "VersionId" | "VersionStages" | "CreatedDate">;

export type Secret = With<
  Omit<secretsManager.SecretListEntry, "Tags">,
  "ARN" | "Name" | "CreatedDate" | "LastChangedDate"
> & {
  Tags: Tag[];
  ResourcePolicy?: string;
  versions: Map<string, SecretVersion>;
  /** Set while the secret is scheduled for deletion, as `DeletedDate` is. */
  deleteAt?: number;
};

export type Role = With<iam.Role, "AssumeRolePolicyDocument" | "MaxSessionDuration"> & {
  Tags: Tag[];
  inlinePolicies: Map<string, string>;
  attachedPolicies: string[];
};

export type PolicyVersion = With<iam.PolicyVersion, "VersionId" | "Document" | "CreateDate">;

export type ManagedPolicy = With<iam.Policy, "PolicyName" | "Path" | "Arn" | "DefaultVersionId" | "UpdateDate"> & {
  Tags: Tag[];
  nextVersion: number;
  versions: Map<string, PolicyVersion>;
};

/** A rule of the default event bus. */
export type EventRule = With<events.DescribeRuleResponse, "Name" | "EventPattern" | "State"> & {
  Tags: Tag[];
  /** By id. */
  targets: Map<string, Held<events.Target>>;
};

/** It has a token until its receiver confirms it. */
export type Subscription = With<sns.Subscription, "SubscriptionArn" | "Endpoint"> & { token?: string };

export interface Topic {
  arn: string;
  attributes: Map<string, string>;
  Tags: Tag[];
  /** By ARN. */
  subscriptions: Map<string, Subscription>;
}

/** A one-time schedule. */
export type Schedule = With<
  scheduler.GetScheduleOutput,
  "Name" | "Target" | "State" | "CreationDate" | "ActionAfterCompletion"
> & { time: number; done: boolean };

/** Temporary credentials that sts:AssumeRole issued. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleArn: string;
  sessionName: string;
  expiresAt: number;
}

/** What exists once per account and Region; by name, prefix or ARN. */
export const emptyRegion = () => ({
  rules: new Map<string, PullThroughCacheRule>(),
  templates: new Map<string, RepositoryCreationTemplate>(),
  /** When each was made, by the ARN of a principal. */
  pullTimeExclusions: new Map<string, number>(),
  repositories: new Map<string, Repository>(),
  secrets: new Map<string, Secret>(),
  eventRules: new Map<string, EventRule>(),
  topics: new Map<string, Topic>(),
  schedules: new Map<string, Schedule>(),
});

export type RegionState = ReturnType<typeof emptyRegion> & {
  scanning?: RegistryScanning;
  registryPolicy?: string;
  /** Which actions the registry policy knows. Undefined: V2, which new registries have. */
  registryPolicyScope?: "V1";
};

/** What exists once per account. */
export const emptyGlobal = () => ({
  roles: new Map<string, Role>(),
  /** Customer managed policies by ARN. */
  policies: new Map<string, ManagedPolicy>(),
  sessions: new Map<string, Session>(),
});

export type GlobalState = ReturnType<typeof emptyGlobal>;
