import * as pulumi from "@pulumi/pulumi";
import { hasEngine } from "../engine";
import { placeTable } from "../images/places/table";
import { TransformsInOrder } from "./in-order";
import type { RewriteOptions } from "./options";
import { remember } from "./written";

const ofStack = new WeakMap<pulumi.Resource, TransformsInOrder>();

/** Lets a transform see every resource of the stack that is made after it. */
export function transformStack(transform: pulumi.ResourceTransform, { places }: RewriteOptions): void {
  if (!hasEngine()) return;
  const stack = pulumi.runtime.getStackResource();
  // A component in a plugin's process has no stack.
  if (!stack) {
    pulumi.runtime.registerResourceTransform(transform);
    return;
  }
  const known = ofStack.get(stack);
  const transforms = known ?? new TransformsInOrder();
  transforms.add(transform);
  if (!known) {
    ofStack.set(stack, transforms);
    pulumi.runtime.registerResourceTransform(transforms.run);
  }
  const table = placeTable(places);
  pulumi.runtime.registerStackTransformation((args) => {
    if (table.ofType(args.type) === undefined) return undefined;
    remember(args.type, args.name, args.resource);
    transforms.see(args.type, args.name);
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
