/** A registry from any input, before it becomes an entry of registries.yaml. */
export interface Found {
  /** ECR repository prefix. It becomes the entry's key. */
  readonly key: string;
  /** Host of the upstream. */
  readonly registry: string;
  readonly credentials?: Credentials;
  /** Why the state's token cannot be used. */
  readonly tokenProblem?: string;
  /** ARNs that may read the cached repositories, as the module's YAML lists them. */
  readonly readers?: readonly string[];
  /** The lifecycle policy document as JSON, or undefined if the input has none. */
  readonly lifecyclePolicy?: string;
  readonly tagMutability?: string;
  readonly deployed?: Deployed;
}

/** A user name and a token. They are passed only to `pulumi config set`. */
export interface Credentials {
  readonly username: string;
  readonly accessToken: string;
}

/** The resources in AWS, from Terraform's state. */
export interface Deployed {
  readonly rule: StateResource;
  /** The template of exactly this prefix. */
  readonly template?: StateResource;
  /** The prefix of the template that applies instead, if there is one. */
  readonly inherited?: string;
  readonly secret?: StateResource;
  /** Resources that stay in use in both modes: the rule's role with its policies, and the template's KMS key. */
  readonly inUse: readonly StateResource[];
  /** Other resources of the registry: secret versions and policies, the template's role and its policies. */
  readonly others: readonly StateResource[];
  readonly upstreamPrefix?: string;
  readonly credentialArn?: string;
  readonly roleArn?: string;
  readonly settings: TemplateSettings;
  readonly secretSettings: SecretSettings;
}

/** One resource instance of a Terraform state. */
export interface StateResource {
  /** Its address for `terraform state rm`. */
  readonly address: string;
  /** The provider's alias. Source: hashicorp/terraform, internal/addrs/provider_config.go. */
  readonly provider: string;
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

/** A problem in the input: where it is and what to do. It never quotes a value. */
export interface Problem {
  readonly place: string;
  readonly message: string;
}

/** The registries in an input, and every problem with it. */
export interface Reading {
  readonly entries: readonly Found[];
  readonly problems: readonly Problem[];
}
