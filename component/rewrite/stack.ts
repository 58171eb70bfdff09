import * as pulumi from "@pulumi/pulumi";
import { placesOf } from "./types";

/** Lets a transform see every resource of the stack. */
export function transformStack(transform: pulumi.ResourceTransform): void {
  pulumi.runtime.registerResourceTransform(transform);
  // A component in a plugin's process has no stack.
  if (pulumi.runtime.getStackResource()) pulumi.runtime.registerStackTransformation(withOwnTransform);
}

/**
 * Gives the resource its own transform. Without one, the engine ignores the dependencies that a stack's transform
 * adds. Source: pulumi/pulumi v3.274.1, pkg/resource/deploy/source_eval.go ("Reparse the dependency information").
 */
function withOwnTransform({ type, props, opts }: pulumi.ResourceTransformationArgs) {
  if (placesOf(type) === undefined) return undefined;
  return { props, opts: { ...opts, transforms: [...(opts.transforms ?? []), () => undefined] } };
}
