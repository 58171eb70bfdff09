import type * as pulumi from "@pulumi/pulumi";
import type { RewriteOptions } from "./rewrite";
import type { CacheRegion, EncryptionType, ScanFrequency, ScanType, TagMutability, UpstreamRegistry } from "./values";

/** The arguments of a PullThroughCache. */
export interface PullThroughCacheArgs {
  /**
   * The upstream registries to cache, by a key of your choice. The key identifies the entry: adding, removing or
   * reordering entries touches no other entry. Unless `prefix` says otherwise the key is the ECR repository prefix, and
   * unless `registry` says otherwise it names the upstream (`dockerhub`, `ghcr`, `gitlab`, `quay`, `k8s`, `ecr-public`,
   * `chainguard`). Give either this or `registriesFile`.
   */
  registries?: { [key: string]: RegistryArgs };
  /**
   * Path of a YAML file that holds the same map as `registries`, relative to the directory the program runs in. A
   * credential in the file is refused.
   */
  registriesFile?: string;
  /**
   * Settings for all registries. An entry's own setting replaces the default as a whole; only `resourceTags` and the
   * tags of `secret` are merged key by key.
   */
  defaults?: RegistryDefaultsArgs;
  /**
   * User names and tokens of the upstreams that need them, keyed like `registries`. Where an entry has none here and no
   * `credentialArn`, they are read from the stack's encrypted config:
   * `pulumi config set --secret --path 'pull-through-cache:credentials.<key>.accessToken' <token>`, and `.username` alike.
   */
  credentials?: pulumi.Input<{ [key: string]: pulumi.Input<CredentialsArgs> }>;
  /**
   * AWS Regions that each get the whole cache. Default: the Region of the provider. Each Region has its own secrets,
   * since ECR reads a secret only in the Region of the rule. The first one is the home Region of `urls`.
   */
  regions?: CacheRegion[];
  /** Tags of the secrets and IAM roles that the component makes. Cached repositories get `resourceTags` instead. */
  tags?: { [key: string]: pulumi.Input<string> };
  /**
   * ARN of the IAM role that ECR assumes to create repositories when a template has `resourceTags` or KMS encryption.
   * Default: a role with the least privileges, made once for the component when it is needed.
   */
  templateRoleArn?: pulumi.Input<string>;
  /**
   * Writes the registry scanning configuration of every Region. Default: not written. There is one per account and Region:
   * rules that others wrote are read, stay, and are named in the preview. While there are some, `pulumi destroy` leaves the
   * configuration as it is. If another stack owns it, add the `scanningFilters` output there.
   */
  scanning?: ScanningArgs;
  /**
   * Writes the registry policy of every Region, with the first-pull permissions that `access` asks for. Default: not
   * written. There is one per account and Region: statements that others wrote are read, stay, and are named in the preview.
   * While there are some, `pulumi destroy` leaves the policy as it is. If another stack owns it, add the
   * `registryPolicyStatements` output there.
   */
  registryPolicy?: RegistryPolicyArgs;
  /**
   * IAM roles that may pull through the cache, by a name of your choice: each value is a role's name or ARN in this
   * account. Each gets the document of `pullPolicyJson` as an inline policy.
   */
  pullerRoles?: { [name: string]: pulumi.Input<string> };
  /**
   * Tells people when a cache fails: its token does not work any more, the upstream is down or limits it, an image is
   * missing upstream. With `tokenExpires` it reminds them too, 30, 7 and 1 days before a token expires. Default: nobody
   * is told. AWS sends the events behind it on a best-effort basis.
   */
  alerts?: AlertsArgs;
  /**
   * Rewrites the container images of the stack to the cache: Kubernetes workloads, ECS task definitions, AWS Batch job
   * definitions, AWS App Runner services and Docker images. `{}` rewrites everything that a rule serves. Default: nothing
   * is rewritten.
   *
   * In TypeScript and JavaScript every resource that is declared after the component is covered. It depends on the rules
   * that serve its images, so that it is created after them and deleted before them. Pulumi registers resources a little
   * later than the program declares them, so one that was declared shortly before is usually rewritten too. In other
   * languages a resource is covered when it depends on the component, or when its provider does.
   */
  rewriteImages?: RewriteImagesArgs;
  /**
   * Whether rules, templates and the component's IAM roles that exist already are taken over. Nothing is replaced: they are
   * imported and then updated in place. Default: false, and the preview refuses what exists. It may stay after the
   * takeover, but then every preview asks AWS for them and reads the stack's state.
   */
  adopt?: boolean;
}

/** Which container images of the stack are rewritten. */
export interface RewriteImagesArgs extends RewriteOptions {
  /** Region to pull from, one of the cache's. Default: the home Region. */
  region?: CacheRegion;
}

/**
 * Where alerts go: an Amazon SNS topic in every Region of the cache, made by the component unless it is given.
 */
export interface AlertsArgs {
  /**
   * ARN of an SNS topic that exists, in the Region of the cache. Its policy has to let `events.amazonaws.com` publish.
   * Default: a topic is made. With several `regions` use `topicArns`.
   */
  topicArn?: pulumi.Input<string>;
  /** ARNs of SNS topics that exist, by Region: what `topicArn` is for one Region. */
  topicArns?: { [region: string]: pulumi.Input<string> };
  /** Email addresses that get the alerts of every Region. Each has to confirm its subscription by a link that AWS mails. */
  emails?: string[];
}

/** Settings that can be given for all registries or for one. */
export interface RegistryDefaultsArgs {
  /** Lifecycle of the cached repositories. Default: the newest 50 images stay, `{ keepImages: 50 }`. */
  lifecycle?: LifecycleArgs;
  /**
   * Whether a tag can be moved to another image: `MUTABLE` (default), `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or
   * `MUTABLE_WITH_EXCLUSION`. A cache with immutable tags cannot refresh tags like `latest`.
   */
  tagMutability?: TagMutability;
  /**
   * Tag filters that are excluded from `tagMutability`, 1 to 5, each with at most two `*`. Required with the two
   * `_WITH_EXCLUSION` settings and refused with the others.
   */
  tagMutabilityExclusionFilters?: string[];
  /** Encryption of the cached repositories. Default: AES256 with keys of ECR. It cannot be changed for a repository that exists. */
  encryption?: EncryptionArgs;
  /** Tags of the cached repositories, at most 50. */
  resourceTags?: { [key: string]: pulumi.Input<string> };
  /** Who else may pull the cached images. Default: nobody but this account. Give either this or `repositoryPolicy`. */
  access?: AccessArgs;
  /** The repository policy of the cached repositories as a JSON document, at most 10,240 characters. */
  repositoryPolicy?: pulumi.Input<string>;
  /** Description of the repository creation template, at most 255 characters. Default: names the upstream. */
  description?: string;
  /** The Secrets Manager secret that holds the credentials. */
  secret?: SecretArgs;
}

/** One upstream registry. */
export interface RegistryArgs extends RegistryDefaultsArgs {
  /**
   * Host of the upstream, or a name of the catalogue. Default: the entry's key. Supported are registry-1.docker.io,
   * ghcr.io, registry.gitlab.com, quay.io, registry.k8s.io, public.ecr.aws, cgr.dev, `<name>.azurecr.io` and
   * `<account>.dkr.ecr.<region>.amazonaws.com`.
   */
  registry?: UpstreamRegistry;
  /**
   * ECR repository prefix of the cache, 2 to 30 characters; `team/hub` nests, and `ROOT` caches every repository that
   * has no rule of its own. Default: the entry's key.
   */
  prefix?: string;
  /** Prefix that ECR puts before the repository's name upstream, for ECR upstreams. Default: none (`ROOT`). */
  upstreamPrefix?: string;
  /**
   * ARN of a Secrets Manager secret that exists, whose name starts with `ecr-pullthroughcache/`, in the Region and account
   * of the cache. With several `regions` use `credentialArns`.
   */
  credentialArn?: pulumi.Input<string>;
  /**
   * The day on which the upstream's token expires, in UTC, such as `2027-03-01`. Each preview warns of it from 30 days
   * before, and refuses a day in the past. It becomes the tag `pull-through-cache:token-expires` of a secret that the
   * component makes. Default: not known.
   */
  tokenExpires?: string;
  /** ARNs of secrets that exist, by Region: what `credentialArn` is for one Region. */
  credentialArns?: { [region: string]: pulumi.Input<string> };
  /** ARN of the IAM role that ECR assumes to pull from another ECR. Default: a role made once for the component. */
  roleArn?: pulumi.Input<string>;
  /**
   * Whether the component makes a role for an ECR upstream without `roleArn`. Default: true. Set it to false for an
   * upstream in the same account when the deployer may not create roles: AWS needs none there.
   */
  createRole?: boolean;
  /** ARN of the IAM role in this entry's template, also where it needs none. Default: as the component's `templateRoleArn`. */
  templateRoleArn?: pulumi.Input<string>;
  /** Whether a rule and a template that exist already are taken over. Default: as the component's `adopt`. */
  adopt?: boolean;
}

/** A user name and a token. */
export interface CredentialsArgs {
  /** User name at the upstream registry. */
  username: pulumi.Input<string>;
  /** Access token at the upstream registry. It is kept secret whether or not it is passed as a secret. */
  accessToken: pulumi.Input<string>;
}

/**
 * Which cached images expire. The simple settings make a correct policy document together; `policy` is the document
 * itself.
 *
 * An expired tag comes back with the next pull. An expired digest does not: ECR asks the upstream for tags only. Amazon
 * ECS starts the later tasks of a deployment by digest (`versionConsistency`), so a service whose image has expired cannot
 * scale out or replace a task before its next deployment.
 */
export interface LifecycleArgs {
  /**
   * Number of images that stay in a repository; older ones expire. A multi-architecture image counts as one image for
   * its index and one for each architecture. Choose it larger than the number of images that are cached between two
   * deployments of an ECS service. Give either this or `expireAfterDays`.
   */
  keepImages?: number;
  /**
   * Days after which an image expires, counted from when it was cached. An ECS service that is deployed less often than
   * that loses its image while it runs.
   */
  expireAfterDays?: number;
  /**
   * Days after which an image without a tag expires, counted from when it was cached, not from when its tag moved on. An
   * ECS service that runs such an image loses it within a day of the tag's move: choose more days than lie between two
   * deployments. Default: untagged images do not expire by age.
   */
  expireUntaggedAfterDays?: number;
  /**
   * Days without a pull after which an image is moved to archive storage; an image that was never pulled counts from when
   * it was cached. An archived image cannot be pulled until somebody restores it, which takes up to 20 minutes: each
   * preview warns of that. Excludes `keepImages` and `expireAfterDays`, since ECR takes one rule for any image.
   */
  archiveUnpulledAfterDays?: number;
  /** Days after which an archived image is deleted, at least 90. Default: archived images stay. */
  deleteArchivedAfterDays?: number;
  /** Rules for images with certain tags. They come first, so that the other settings leave these images alone. */
  tagged?: TaggedLifecycleArgs[];
  /**
   * A lifecycle policy document of ECR as JSON, at most 30,720 characters. Excludes all other settings. A `transition` to
   * the storage class `archive` is allowed with a warning: an archived image cannot be pulled until it is restored.
   */
  policy?: string;
}

/** A lifecycle rule for images with certain tags. */
export interface TaggedLifecycleArgs {
  /** Tag patterns with at most four `*` each. An image is selected when every pattern matches one of its tags. */
  tagPatterns: string[];
  /** Number of selected images that stay. Give either this or `expireAfterDays`. */
  keepImages?: number;
  /** Days after which a selected image expires, counted from when it was cached. */
  expireAfterDays?: number;
}

/** Encryption of cached repositories. */
export interface EncryptionArgs {
  /** `AES256` (default) or `KMS`. */
  type?: EncryptionType;
  /** ARN of a KMS key in the Region of the cache (not an alias or a key id). Default with KMS: the key `aws/ecr`. */
  kmsKey?: pulumi.Input<string>;
}

/** Who besides this account may pull the cached images. */
export interface AccessArgs {
  /** Ids of AWS accounts, 12 digits each. */
  accounts?: pulumi.Input<string>[];
  /** ARNs of IAM roles. */
  roleArns?: pulumi.Input<string>[];
  /** Id of an AWS organization (`o-...`): all its accounts. */
  organizationId?: pulumi.Input<string>;
  /**
   * Whether AWS Lambda may use images that are in the cache already, in this account and `accounts`. Default: false.
   * Lambda never triggers a pull through the cache.
   */
  lambda?: boolean;
}

/** The secret that holds a registry's credentials. */
export interface SecretArgs {
  /**
   * Name of the secret, which starts with `ecr-pullthroughcache/`. Default: a unique name that starts with the prefix. It is
   * for a secret that was imported into the stack; a name that was deleted with a recovery window is free only after it.
   */
  name?: string;
  /** Description of the secret. Default: names the upstream. */
  description?: string;
  /**
   * Days that a deleted secret can be restored: 0 (default) or 7 to 30. The default keeps no copy of a token behind: its
   * home is the stack's config.
   */
  recoveryWindowInDays?: number;
  /** Tags of the secret, besides the component's `tags`. */
  tags?: { [key: string]: pulumi.Input<string> };
  /** ARNs of IAM principals that may read the secret besides ECR. Give either this or `policy`. */
  readers?: pulumi.Input<string>[];
  /** The secret's resource policy as a JSON document. Public principals are refused. */
  policy?: pulumi.Input<string>;
}

/** The registry scanning configuration of a Region. */
export interface ScanningArgs {
  /** `BASIC` (default), or `ENHANCED`, which turns on Amazon Inspector and is charged. */
  scanType?: ScanType;
  /** How the cached repositories are scanned: `SCAN_ON_PUSH` (default), or `CONTINUOUS_SCAN` with ENHANCED. */
  scanFrequency?: ScanFrequency;
  /**
   * Rules for the account's other repositories, merged with the cache's. Default: none, which with ENHANCED turns
   * scanning off for every repository that no rule of others covers.
   */
  rules?: ScanningRuleArgs[];
  /**
   * Whether rules that others wrote are removed. Default: false, they stay; where they cannot, since they are for another
   * `scanType`, the configuration is refused.
   */
  overwrite?: boolean;
}

/** A rule of the registry scanning configuration. */
export interface ScanningRuleArgs {
  /** `SCAN_ON_PUSH`, or `CONTINUOUS_SCAN` with ENHANCED. */
  scanFrequency: ScanFrequency;
  /** Repository filters: `*` matches any characters; a filter without `*` matches names that contain it. */
  filters: string[];
}

/** The registry policy of a Region. */
export interface RegistryPolicyArgs {
  /**
   * Further statements of the policy, each a JSON object. Default: none. What is in the policy already stays without being
   * listed here. Every statement is written with a Sid that names the component, so that it can be told from others later.
   */
  statements?: pulumi.Input<string>[];
  /** Whether statements that others wrote are removed. Default: false. */
  overwrite?: boolean;
}
