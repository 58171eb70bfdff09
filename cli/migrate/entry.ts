/** What is known of one registry before it becomes an entry of registries.yaml, from any input. */
export interface Found {
  /** ECR repository prefix, which is the entry's key. */
  readonly key: string;
  /** Host of the upstream. */
  readonly registry: string;
  readonly credentials?: Credentials;
  /** ARNs that may read the cached repositories, as the module's YAML lists them. */
  readonly readers?: readonly string[];
  /** The lifecycle policy document as JSON; undefined when the input has none. */
  readonly lifecyclePolicy?: string;
  readonly tagMutability?: string;
  readonly deployed?: Deployed;
}

/** A user name and a token. They go to `pulumi config set` and nowhere else. */
export interface Credentials {
  readonly username: string;
  readonly accessToken: string;
}

/** What Terraform's state says is in AWS. */
export interface Deployed {
  readonly rule: StateResource;
  readonly template?: StateResource;
  readonly secret?: StateResource;
  /** What stays in use whatever becomes of the secrets: the rule's role with its policies, and the template's KMS key. */
  readonly inUse: readonly StateResource[];
  /** Further resources that belong to the registry: secret versions and policies, the template's role and its policies. */
  readonly others: readonly StateResource[];
  readonly upstreamPrefix?: string;
  readonly credentialArn?: string;
  readonly roleArn?: string;
  readonly settings: TemplateSettings;
  readonly secretSettings: SecretSettings;
}

/** One resource instance of a Terraform state. */
export interface StateResource {
  /** Its address, as `terraform state rm` takes it. */
  readonly address: string;
  readonly type: string;
  readonly attributes: { readonly [name: string]: unknown };
}

export interface TemplateSettings {
  readonly description?: string;
  readonly exclusionFilters?: readonly string[];
  readonly kmsKey?: string;
  readonly encryptionType?: string;
  readonly repositoryPolicy?: string;
  readonly resourceTags?: { readonly [key: string]: string };
  readonly roleArn?: string;
  readonly appliedFor?: readonly string[];
}

export interface SecretSettings {
  readonly description?: string;
  readonly tags?: { readonly [key: string]: string };
  readonly recoveryWindowInDays?: number;
  readonly policy?: string;
}

/** A problem of an input: where it is and what to do. It never quotes a value. */
export interface Problem {
  readonly place: string;
  readonly message: string;
}

/** Entries by key, and everything that is wrong with the input they came from. */
export interface Reading {
  readonly entries: readonly Found[];
  readonly problems: readonly Problem[];
}
