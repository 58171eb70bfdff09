export type {
  AccessArgs,
  CredentialsArgs,
  EncryptionArgs,
  LifecycleArgs,
  PullThroughCacheArgs,
  RegistryArgs,
  RegistryDefaultsArgs,
  RegistryPolicyArgs,
  ScanningArgs,
  ScanningRuleArgs,
  SecretArgs,
  TaggedLifecycleArgs,
} from "./args";
export { type InputProblem, InvalidInputError } from "./errors";
export type { CacheRule } from "./images";
export { PullThroughCache } from "./pull-through-cache";
export { loadRegistries } from "./registries-file/load";
export type { GrantPullOptions } from "./resources/puller";
export type { RuleInfo } from "./resources/region";
export type { PatternFilter, RewriteOptions } from "./rewrite";
