import type * as pulumi from "@pulumi/pulumi";
import { keyOf } from "./written";

/**
 * The transforms of a stack's components as one. Pulumi registers each transform by a call of its own, and the calls can
 * arrive in any order, so that an image that two components serve could get another name in the next update.
 */
export class TransformsInOrder {
  readonly #transforms: pulumi.ResourceTransform[] = [];
  readonly #before = new Map<string, number>();

  add(transform: pulumi.ResourceTransform): void {
    this.#transforms.push(transform);
  }

  /** Components that are made later do not change a resource that is there. */
  see(type: string, name: string): void {
    this.#before.set(keyOf(type, name), this.#transforms.length);
  }

  readonly run: pulumi.ResourceTransform = async (args) => {
    let { props } = args;
    let opts: pulumi.ResourceOptions | undefined;
    let isChanged = false;
    for (const transform of this.#transforms.slice(0, this.#before.get(keyOf(args.type, args.name)))) {
      const result = await transform({ ...args, props, opts: opts ?? args.opts } as pulumi.ResourceTransformArgs);
      if (result === undefined) continue;
      isChanged = true;
      props = result.props;
      // Without options, the engine keeps the original ones.
      opts = result.opts ?? opts;
    }
    return isChanged ? ({ props, opts } as pulumi.ResourceTransformResult) : undefined;
  };
}
