export type {
  AccessArgs,
  AlertsArgs,
  CredentialsArgs,
  EncryptionArgs,
  GrantPullOptions,
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
export { imageTransform, type PatternFilter, type RewriteOptions } from "./rewrite";
