export type {
  AccessArgs,
  AlertsArgs,
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
export type { CacheRule } from "./images";
export { loadRegistries } from "./input/registries-file/load";
export type { RuleInfo } from "./outputs";
export { type InputProblem, InvalidInputError } from "./problems/error";
export { PullThroughCache } from "./pull-through-cache";
export type { GrantPullOptions } from "./resources/create/puller";
export { imageTransform, type PatternFilter, type RewriteOptions } from "./rewrite";
