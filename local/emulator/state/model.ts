/** The state of the emulated AWS. Times are milliseconds since the epoch. Documents are kept as they were sent. */
export type Tags = Map<string, string>;

export interface PullThroughCacheRule {
  ecrRepositoryPrefix: string;
  upstreamRegistryUrl: string;
  upstreamRegistry: string;
  upstreamRepositoryPrefix?: string;
  credentialArn?: string;
  customRoleArn?: string;
  createdAt: number;
  updatedAt: number;
}

export interface Encryption {
  encryptionType: string;
  kmsKey?: string;
}

export interface ExclusionFilter {
  filterType: string;
  filter: string;
}

export interface RepositoryCreationTemplate {
  prefix: string;
  description?: string;
  encryption: Encryption;
  tags: Tags;
  imageTagMutability: string;
  exclusionFilters: ExclusionFilter[];
  repositoryPolicy?: string;
  lifecyclePolicy?: string;
  appliedFor: string[];
  customRoleArn?: string;
  createdAt: number;
  updatedAt: number;
}

export interface ScanningRule {
  scanFrequency: string;
  repositoryFilters: { filter: string; filterType: string }[];
}

export interface RegistryScanning {
  scanType: string;
  rules: ScanningRule[];
}

export interface ImageScan {
  status: string;
  description: string;
  completedAt: number;
}

export interface Image {
  digest: string;
  mediaType: string;
  artifactMediaType?: string;
  /** The manifest exactly as the upstream sent it: its digest depends on every byte. */
  manifest: string;
  /** Digests of the manifests that a manifest list names. */
  children: string[];
  /** Digests of config and layers. */
  blobs: string[];
  sizeInBytes: number;
  pushedAt: number;
  lastPulledAt?: number;
  scan?: ImageScan;
  archivedAt?: number;
}

export interface ImageTag {
  digest: string;
  /** When ECR last asked the upstream what this tag means. */
  validatedAt: number;
}

/** What a lifecycle policy would do, computed when the preview was requested. */
export interface LifecyclePreview {
  policy: string;
  startedAt: number;
  results: {
    imageTags: string[];
    imageDigest: string;
    imagePushedAt: number;
    action: "expire" | "transition";
    appliedRulePriority: number;
    archived: boolean;
  }[];
}

export interface Repository {
  name: string;
  createdAt: number;
  imageTagMutability: string;
  exclusionFilters: ExclusionFilter[];
  scanOnPush: boolean;
  encryption: Encryption;
  policy?: string;
  lifecyclePolicy?: string;
  lifecycleEvaluatedAt?: number;
  lifecyclePreview?: LifecyclePreview;
  tags: Tags;
  images: Map<string, Image>;
  imageTags: Map<string, ImageTag>;
}

export interface SecretVersion {
  id: string;
  secretString?: string;
  /** Base64. */
  secretBinary?: string;
  stages: string[];
  createdAt: number;
}

export interface Secret {
  arn: string;
  name: string;
  description?: string;
  kmsKeyId?: string;
  tags: Tags;
  policy?: string;
  versions: Map<string, SecretVersion>;
  createdAt: number;
  changedAt: number;
  /** Set while the secret is scheduled for deletion. */
  deletion?: { requestedAt: number; deleteAt: number };
}

export interface Role {
  name: string;
  path: string;
  arn: string;
  id: string;
  trustPolicy: string;
  description?: string;
  maxSessionDuration: number;
  permissionsBoundary?: string;
  inlinePolicies: Map<string, string>;
  attachedPolicies: string[];
  tags: Tags;
  createdAt: number;
}

export interface PolicyVersion {
  id: string;
  document: string;
  createdAt: number;
}

export interface ManagedPolicy {
  name: string;
  path: string;
  arn: string;
  id: string;
  description?: string;
  defaultVersionId: string;
  nextVersion: number;
  versions: Map<string, PolicyVersion>;
  tags: Tags;
  createdAt: number;
  updatedAt: number;
}

export interface InputTransformer {
  /** Paths into the event, by the placeholder that each fills. */
  paths: Map<string, string>;
  template: string;
}

export interface EventTarget {
  id: string;
  arn: string;
  transformer?: InputTransformer;
}

/** A rule of the default event bus. */
export interface EventRule {
  name: string;
  pattern: string;
  enabled: boolean;
  description?: string;
  roleArn?: string;
  tags: Tags;
  /** By id. */
  targets: Map<string, EventTarget>;
}

export interface Subscription {
  arn: string;
  /** An email address. */
  endpoint: string;
  /** Confirms the subscription. Removed afterwards. */
  token?: string;
}

export interface Topic {
  arn: string;
  attributes: Map<string, string>;
  tags: Tags;
  /** By ARN. */
  subscriptions: Map<string, Subscription>;
}

/** A one-time schedule. */
export interface Schedule {
  name: string;
  expression: string;
  time: number;
  enabled: boolean;
  description?: string;
  targetArn: string;
  roleArn: string;
  input?: string;
  deleteAfter: boolean;
  done: boolean;
  createdAt: number;
  updatedAt: number;
}

/** Temporary credentials that sts:AssumeRole issued. */
export interface Session {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleArn: string;
  sessionName: string;
  expiresAt: number;
}

/** What exists once per account and Region. */
export interface RegionState {
  rules: Map<string, PullThroughCacheRule>;
  templates: Map<string, RepositoryCreationTemplate>;
  scanning?: RegistryScanning;
  registryPolicy?: string;
  repositories: Map<string, Repository>;
  /** By name. */
  secrets: Map<string, Secret>;
  /** By name. */
  eventRules: Map<string, EventRule>;
  /** By ARN. */
  topics: Map<string, Topic>;
  /** By name. */
  schedules: Map<string, Schedule>;
}

/** What exists once per account. */
export interface GlobalState {
  roles: Map<string, Role>;
  /** Customer managed policies by ARN. */
  policies: Map<string, ManagedPolicy>;
  sessions: Map<string, Session>;
}

export const emptyRegion = (): RegionState => ({
  rules: new Map(),
  templates: new Map(),
  repositories: new Map(),
  secrets: new Map(),
  eventRules: new Map(),
  topics: new Map(),
  schedules: new Map(),
});

export const emptyGlobal = (): GlobalState => ({ roles: new Map(), policies: new Map(), sessions: new Map() });
