import type * as pulumi from "@pulumi/pulumi";

/**
 * The options that a transform returns, with changes. Pulumi passes `false` for options that nobody set. Returned as
 * they are, they would count as set and override the provider and the parent.
 */
export function changedOptions(
  options: pulumi.CustomResourceOptions,
  changes: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return {
    ...options,
    protect: options.protect || undefined,
    retainOnDelete: options.retainOnDelete || undefined,
    deleteBeforeReplace: options.deleteBeforeReplace || undefined,
    ...changes,
  };
}
