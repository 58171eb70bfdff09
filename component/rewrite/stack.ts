import * as pulumi from "@pulumi/pulumi";
import { hasEngine } from "../engine";
import { placeTable } from "../images/places/table";
import type { RewriteOptions } from "./options";
import { remember } from "./written";

/** Lets a transform see every resource of the stack. */
export function transformStack(transform: pulumi.ResourceTransform, { places }: RewriteOptions): void {
  if (!hasEngine()) return;
  pulumi.runtime.registerResourceTransform(transform);
  // A component in a plugin's process has no stack.
  if (!pulumi.runtime.getStackResource()) return;
  const table = placeTable(places);
  pulumi.runtime.registerStackTransformation((args) => {
    if (table.ofType(args.type) === undefined) return undefined;
    remember(args.type, args.name, args.resource);
    return withOwnTransform(args);
  });
}

/**
 * Gives the resource its own transform. Without one, the engine ignores the dependencies that a stack's transform
 * adds. Source: pulumi/pulumi v3.274.1, pkg/resource/deploy/source_eval.go ("Reparse the dependency information").
 */
function withOwnTransform({ props, opts }: pulumi.ResourceTransformationArgs) {
  return { props, opts: { ...opts, transforms: [...(opts.transforms ?? []), () => undefined] } };
}
