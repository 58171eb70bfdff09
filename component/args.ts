import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RewriteOptions } from "./rewrite";
import type { CacheRegion, EncryptionType, ScanFrequency, ScanType, TagMutability, UpstreamRegistry } from "./values";

/** The arguments of a PullThroughCache. */
export interface PullThroughCacheArgs {
  /**
   * The upstream registries to cache, by a key of your choice. The key identifies the entry: adding, removing or
   * reordering entries does not affect the others. The key is also the default of `prefix` and of `registry`, so it can
   * name the upstream: `dockerhub`, `ghcr`, `gitlab`, `quay`, `k8s`, `ecr-public` or `chainguard`. Give either this or
   * `registriesFile`.
   */
  registries?: { [key: string]: RegistryArgs } | undefined;
  /**
   * Path of a YAML file with the same map as `registries`, relative to the program's working directory. The file must
   * not contain credentials.
   */
  registriesFile?: string | undefined;
  /**
   * Settings for all registries. An entry's own setting replaces the default as a whole; only `resourceTags` and the
   * tags of `secret` are merged key by key.
   */
  defaults?: RegistryDefaultsArgs | undefined;
  /**
   * User names and tokens for the upstreams that need them, keyed like `registries`. An entry with neither credentials
   * here nor a `credentialArn` reads them from the stack's encrypted config: `pulumi config set --secret --path
   * 'pull-through-cache:credentials.<key>.accessToken'`, and the same for `.username`.
   */
  credentials?: pulumi.Input<{ [key: string]: pulumi.Input<CredentialsArgs> } | undefined>;
  /**
   * AWS Regions to create the whole cache in. Default: the Region of the provider. Each Region has its own secrets,
   * because ECR reads a secret only in the Region of the rule. The first one is the home Region, which `urls` refers
   * to.
   */
  regions?: CacheRegion[] | undefined;
  /** Tags of the secrets and IAM roles that the component creates. Cached repositories get `resourceTags` instead. */
  tags?: { [key: string]: pulumi.Input<string> } | undefined;
  /**
   * ARN of the IAM role that ECR assumes to create repositories when a template has `resourceTags` or KMS encryption.
   * Default: the component creates one least-privilege role if a template needs it.
   */
  templateRoleArn?: pulumi.Input<string | undefined>;
  /**
   * Manages the registry scanning configuration of every Region. Default: not managed. An account has one configuration
   * per Region. Rules that others wrote are kept and named in the preview. The configuration stays when the stack is
   * destroyed, except with `overwrite`. If another stack owns the configuration, add the `scanningFilters` output there.
   */
  scanning?: ScanningArgs | undefined;
  /**
   * Manages the registry policy of every Region, with the first-pull permissions that `access` asks for. Default: not
   * managed. An account has one policy per Region. Statements that others wrote are kept and named in the preview. The
   * policy stays when the stack is destroyed, except with `overwrite`. If another stack owns the policy, add the
   * `registryPolicyStatements` output there.
   */
  registryPolicy?: RegistryPolicyArgs | undefined;
  /**
   * IAM roles that may pull through the cache, by a name of your choice. Each value is a role of this
   * account: its name, its ARN or, in TypeScript, the resource. Each role gets `pullPolicyJson` as an inline policy.
   */
  pullerRoles?: { [name: string]: pulumi.Input<string> | aws.iam.Role } | undefined;
  /**
   * IAM roles or users whose pulls do not keep images out of the archive, by a name of your choice: those of scanners, and
   * of whoever runs `pull-through-cache warm` and `verify`. Each value is an ARN with at most 200 characters. For caches
   * with `archiveUnpulledAfterDays`: ECR takes every read of an image for a pull. It holds for all repositories of the
   * account in each Region of the cache. Default: none.
   */
  pullTimeExclusions?: { [name: string]: pulumi.Input<string> } | undefined;
  /**
   * Sends an alert when a cache fails: its token no longer works, the upstream is down or limits the rate, or an image
   * is missing upstream. With `tokenExpires` it also sends a reminder 30, 7 and 1 days before a token expires. Default:
   * no alerts. AWS delivers the underlying events on a best-effort basis.
   */
  alerts?: AlertsArgs | undefined;
  /**
   * Points the container images of the stack at the cache, in Kubernetes workloads, ECS task definitions, AWS Batch job
   * definitions, AWS App Runner services and Docker images. `{}` rewrites every image that a rule serves. Default:
   * nothing is rewritten.
   *
   * In TypeScript and JavaScript this covers every resource declared after the component. Such a resource depends on
   * the rules that serve its images: it is created after them and deleted before them. Pulumi registers resources
   * slightly later than the program declares them, so a resource declared just before the component is usually
   * rewritten too. In other languages a resource is covered when it depends on the component, or when its provider
   * does.
   */
  rewriteImages?: RewriteImagesArgs | undefined;
  /**
   * Whether to adopt rules, templates and the component's IAM roles that already exist. They are imported and then
   * updated in place; nothing is replaced. Default: false, and the preview reports what already exists as an error. You
   * can leave it set afterwards, but then every preview queries AWS and reads the stack's state.
   */
  adopt?: boolean | undefined;
}

/** Which container images of the stack are rewritten. */
export interface RewriteImagesArgs extends RewriteOptions {
  /**
   * Region to pull from, for every workload. It must be a Region of the cache. Default: the workload's own Region, which is
   * its `region` or that of its AWS provider, and the home Region for workloads that have none, such as those of Kubernetes.
   * A workload in a Region without the cache keeps its images, and the summary says so.
   */
  region?: CacheRegion | undefined;
}

/**
 * Where alerts go: an Amazon SNS topic in every Region of the cache. The component creates the topics unless you give
 * them.
 */
export interface AlertsArgs {
  /**
   * ARN of an existing SNS topic in the Region of the cache. Its policy must let `events.amazonaws.com` publish.
   * Default: the component creates a topic. With several `regions` use `topicArns`.
   */
  topicArn?: pulumi.Input<string | undefined>;
  /** ARNs of existing SNS topics, by Region: `topicArn` for several Regions. */
  topicArns?: { [region: string]: pulumi.Input<string> } | undefined;
  /** Email addresses that get the alerts of every Region. AWS emails each a link to confirm the subscription. */
  emails?: string[] | undefined;
}

/** Settings for all registries or for one. */
export interface RegistryDefaultsArgs {
  /** Lifecycle of the cached repositories. Default: `{ keepImages: 50 }`, which keeps the newest 50 images. */
  lifecycle?: LifecycleArgs | undefined;
  /**
   * Whether a tag can be moved to another image: `MUTABLE` (default), `IMMUTABLE`, `IMMUTABLE_WITH_EXCLUSION` or
   * `MUTABLE_WITH_EXCLUSION`. A cache with immutable tags cannot refresh tags like `latest`.
   */
  tagMutability?: TagMutability | undefined;
  /**
   * Tag filters to exclude from `tagMutability`: 1 to 5, each with at most two `*`. Required with the two
   * `_WITH_EXCLUSION` settings, and not allowed with the others.
   */
  tagMutabilityExclusionFilters?: string[] | undefined;
  /** Encryption of the cached repositories. Default: `AES256`. It cannot be changed for an existing repository. */
  encryption?: EncryptionArgs | undefined;
  /** Tags of the cached repositories, at most 50. */
  resourceTags?: { [key: string]: pulumi.Input<string> } | undefined;
  /** Who else may pull the cached images. Default: only this account. Give either this or `repositoryPolicy`. */
  access?: AccessArgs | undefined;
  /** The repository policy of the cached repositories as a JSON document, at most 10,240 characters. */
  repositoryPolicy?: pulumi.Input<string | undefined>;
  /** Description of the repository creation template, at most 255 characters. Default: names the upstream. */
  description?: string | undefined;
  /** The Secrets Manager secret that holds the credentials. */
  secret?: SecretArgs | undefined;
}

/** One upstream registry. */
export interface RegistryArgs extends RegistryDefaultsArgs {
  /**
   * Host of the upstream, or its short name such as `dockerhub`. Default: the entry's key. Supported hosts are
   * registry-1.docker.io, ghcr.io, registry.gitlab.com, quay.io, registry.k8s.io, public.ecr.aws, cgr.dev,
   * `<name>.azurecr.io` and `<account>.dkr.ecr.<region>.amazonaws.com`.
   */
  registry?: UpstreamRegistry | undefined;
  /**
   * ECR repository prefix of the cache, 2 to 30 characters. It can be nested (`team/hub`). `ROOT` caches every
   * repository that no other rule covers. Another prefix makes another cache: cached repositories stay under the old
   * one. Default: the entry's key.
   */
  prefix?: string | undefined;
  /**
   * The part of the upstream to cache, 2 to 30 characters: `example.com` for `cgr.dev/example.com`, `library` for Docker
   * Hub's official images. The cache's prefix replaces it: `cgr.dev/example.com/go` is `<prefix>/go` in the cache. Several
   * entries can cache parts of one upstream; the longest part decides which entry serves an image. Not with the prefix
   * `ROOT`. Default: all of the upstream. `ROOT` means the same; it is for adopting a rule that has it.
   */
  upstreamPrefix?: string | undefined;
  /**
   * The only repositories that may enter the cache, by their names upstream, relative to `upstreamPrefix` if there is one:
   * `library/*`, `timberio/vector`. `*` stands for any characters, including `/`, as in the ARNs of IAM. Default: all.
   *
   * The component grants first pulls and new tags only for these. Rewritten workloads keep the upstream name of any other
   * image. Images that are already cached can still be pulled. IAM adds up permissions: a role that may
   * import any image because of another policy still can.
   *
   * A cached repository keeps its policy when it is no longer listed. With `access`, that policy lets others import new
   * tags if their own policies do too. Delete the repository to stop that.
   */
  repositories?: string[] | undefined;
  /**
   * ARN of an existing Secrets Manager secret in the Region and account of the cache. Its name must start with
   * `ecr-pullthroughcache/`. With several `regions` use `credentialArns`.
   */
  credentialArn?: pulumi.Input<string | undefined>;
  /**
   * The day on which the upstream's token expires, in UTC, such as `2027-03-01`. Previews warn from 30 days before that
   * day, and fail once it has passed. A secret that the component creates gets the date as its tag
   * `pull-through-cache:token-expires`. GitLab's personal, group and project tokens are valid for at most a year, its
   * deploy tokens need not expire. Chainguard's pull tokens are valid for 30 days by default. Default: not known.
   */
  tokenExpires?: string | undefined;
  /** ARNs of existing secrets, by Region: `credentialArn` for several Regions. */
  credentialArns?: { [region: string]: pulumi.Input<string> } | undefined;
  /**
   * ARN of the IAM role that ECR assumes to pull from another ECR registry. Default: one role that the component
   * creates.
   */
  roleArn?: pulumi.Input<string | undefined>;
  /**
   * Whether the component creates a role for an ECR upstream without `roleArn`. Default: true. Set it to false for an
   * upstream in the same account if the deployer may not create roles: AWS does not need one there.
   */
  createRole?: boolean | undefined;
  /**
   * ARN of the IAM role in this entry's template, even if the template needs none. Default: the component's
   * `templateRoleArn`.
   */
  templateRoleArn?: pulumi.Input<string | undefined>;
  /** Whether to adopt a rule and a template that already exist. Default: the component's `adopt`. */
  adopt?: boolean | undefined;
}

/** A user name and a token. */
export interface CredentialsArgs {
  /** User name at the upstream registry. */
  username: pulumi.Input<string>;
  /** Access token for the upstream registry. It is always kept secret, even if it is passed as a plain string. */
  accessToken: pulumi.Input<string>;
}

/**
 * Which cached images expire. The component builds the policy document from the other settings, or takes it as it is
 * from `policy`.
 *
 * An expired tag comes back with the next pull. An expired digest does not, because ECR asks the upstream only for
 * tags. Amazon ECS starts the later tasks of a deployment by digest (`versionConsistency`). A service whose image has
 * expired cannot scale out or replace a task before its next deployment.
 */
export interface LifecycleArgs {
  /**
   * Number of images to keep in a repository; older ones expire. A multi-architecture image counts once for its index
   * and once for each architecture. Cached signatures and SBOMs count, too. Choose a number larger than the images cached between two deployments of an ECS
   * service. Give either this or `expireAfterDays`.
   */
  keepImages?: number | undefined;
  /**
   * Days after which an image expires, counted from when it was cached. An ECS service that is deployed less often
   * loses its image while it runs.
   */
  expireAfterDays?: number | undefined;
  /**
   * Days after which an image without a tag expires, counted from when it was cached, not from when its tag moved on.
   * An ECS service that runs such an image can lose it within a day of the tag moving: choose more days than pass
   * between two deployments. Default: untagged images do not expire by age.
   */
  expireUntaggedAfterDays?: number | undefined;
  /**
   * Days without a pull after which an image moves to archive storage. For an image that was never pulled they count
   * from when it was cached. An archived image cannot be pulled until somebody restores it, which takes up to 20
   * minutes; previews warn about this. Cannot be combined with `keepImages` or `expireAfterDays`, because ECR accepts
   * one rule for all images.
   */
  archiveUnpulledAfterDays?: number | undefined;
  /** Days after which an archived image is deleted, at least 90. Default: archived images are kept. */
  deleteArchivedAfterDays?: number | undefined;
  /** Rules for images with certain tags. They have priority: the other settings do not apply to these images. */
  tagged?: TaggedLifecycleArgs[] | undefined;
  /**
   * An ECR lifecycle policy document as JSON, at most 30,720 characters. Cannot be combined with the other settings. A
   * `transition` to the storage class `archive` is allowed with a warning, because an archived image cannot be pulled
   * until it is restored.
   */
  policy?: string | undefined;
}

/** A lifecycle rule for images with certain tags. */
export interface TaggedLifecycleArgs {
  /**
   * Tag patterns with at most four `*` each. An image is selected when every pattern matches one of its tags. Previews
   * say so if there are several. For images with any of several tags, write an entry for each.
   */
  tagPatterns: string[];
  /** Number of selected images to keep. Give either this or `expireAfterDays`. */
  keepImages?: number | undefined;
  /** Days after which a selected image expires, counted from when it was cached. */
  expireAfterDays?: number | undefined;
}

/** Encryption of cached repositories. */
export interface EncryptionArgs {
  /** `AES256` (default) or `KMS`. */
  type?: EncryptionType | undefined;
  /**
   * ARN of a KMS key in the Region of the cache, not an alias or a key id. Default with `KMS`: the key `aws/ecr`. With
   * several `regions` use `kmsKeys`.
   */
  kmsKey?: pulumi.Input<string | undefined>;
  /** ARNs of KMS keys, by Region: `kmsKey` for several Regions. */
  kmsKeys?: { [region: string]: pulumi.Input<string> } | undefined;
}

/** Who may pull the cached images besides this account. */
export interface AccessArgs {
  /** Ids of AWS accounts, 12 digits each. */
  accounts?: pulumi.Input<string>[] | undefined;
  /** ARNs of IAM roles. */
  roleArns?: pulumi.Input<string>[] | undefined;
  /** Id of an AWS organization (`o-...`). All its accounts may pull. */
  organizationId?: pulumi.Input<string | undefined>;
  /**
   * Whether AWS Lambda in this account and `accounts` may use images that are already cached. Default: false. Lambda
   * itself never triggers a pull through the cache.
   */
  lambda?: boolean | undefined;
}

/** The secret that holds a registry's credentials. */
export interface SecretArgs {
  /**
   * Name of the secret. It must start with `ecr-pullthroughcache/`. Default: a unique name with that start. Set it for
   * a secret that you imported into the stack. The name of a deleted secret is not free until its recovery window ends.
   */
  name?: string | undefined;
  /** Description of the secret. Default: names the upstream. */
  description?: string | undefined;
  /**
   * Days during which a deleted secret can be restored: 0 (default) or 7 to 30. With 0 no copy of the token is left
   * behind; the stack's config still has it.
   */
  recoveryWindowInDays?: number | undefined;
  /** Tags of the secret, besides the component's `tags`. */
  tags?: { [key: string]: pulumi.Input<string> } | undefined;
  /** ARNs of IAM principals besides ECR that may read the secret. Give either this or `policy`. */
  readers?: pulumi.Input<string>[] | undefined;
  /**
   * The secret's resource policy as a JSON document. It must not let everyone in: previews refuse a statement for everyone
   * without a condition, and AWS refuses what is public in other ways.
   */
  policy?: pulumi.Input<string | undefined>;
}

/** The registry scanning configuration of a Region. */
export interface ScanningArgs {
  /** `BASIC` (default), or `ENHANCED`, which turns on Amazon Inspector and costs extra. */
  scanType?: ScanType | undefined;
  /** When cached repositories are scanned: `SCAN_ON_PUSH` (default), or `CONTINUOUS_SCAN` with `ENHANCED`. */
  scanFrequency?: ScanFrequency | undefined;
  /**
   * Rules for the account's other repositories, merged with the cache's rules. Default: none. With `ENHANCED` that
   * turns scanning off for every repository that no existing rule covers.
   */
  rules?: ScanningRuleArgs[] | undefined;
  /**
   * Whether the whole configuration belongs to this stack: rules that others wrote are removed, and the configuration is
   * deleted with the stack. Default: false. Rules for another `scanType` cannot be kept, so then the deployment fails.
   */
  overwrite?: boolean | undefined;
}

/** A rule of the registry scanning configuration. */
export interface ScanningRuleArgs {
  /** `SCAN_ON_PUSH`, or `CONTINUOUS_SCAN` with `ENHANCED`. */
  scanFrequency: ScanFrequency;
  /** Repository filters. `*` matches any characters. A filter without `*` matches names that contain it. */
  filters: string[];
}

/** The registry policy of a Region. */
export interface RegistryPolicyArgs {
  /**
   * More statements for the policy, each a JSON object. Default: none. Do not list statements that the policy already
   * has; they are kept. Every statement gets a Sid that tells it from the statements of others later.
   */
  statements?: pulumi.Input<string>[] | undefined;
  /**
   * Whether the whole policy belongs to this stack: statements that others wrote are removed, and the policy is deleted
   * with the stack. Default: false.
   */
  overwrite?: boolean | undefined;
}

/** What a role may pull, and the name of its policy. */
export interface GrantPullOptions {
  /** Keys of the registries that the role may pull from. Default: all. */
  registries?: string[] | undefined;
  /** Whether the role may create a repository with a first pull. Default: true. */
  createRepository?: boolean | undefined;
  /** End of the policy resource's name. Default: the name of the role. Required if the role's name is an Output. */
  name?: string | undefined;
}
