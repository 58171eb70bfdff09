import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a resource as a transform hands them back with changes. Pulumi hands over `false` for what nobody set; handed
 * back it would be a choice, which overrules the provider and the parent.
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
