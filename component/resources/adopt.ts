import { AsyncResource } from "node:async_hooks";
import type * as pulumi from "@pulumi/pulumi";
import { findExisting, type Kind, ownerOf } from "./existing";
import type { Scope } from "./scope";

/**
 * Lets a resource continue what AWS has under its name: the engine imports it and then updates it in place. What does not
 * exist is created, and what the stack has already stays as it is.
 *
 * @param wanted The inputs that cannot change in place.
 */
export function adopting<T>(
  kind: Kind<T>,
  name: string,
  region: string | undefined,
  wanted: { readonly [name: string]: unknown },
  { parent, home, state }: Scope,
): pulumi.ResourceTransform {
  const transform: pulumi.ResourceTransform = async ({ props, opts }) => {
    const found = await findExisting(kind, name, region, parent);
    // What cannot be taken over is left to the hook, which refuses to create it and says why.
    if (found === undefined || kind.mismatch(found, wanted) !== undefined) return undefined;
    if (ownerOf(await state(), kind, name, region ?? (await home))) return undefined;
    const id = region === undefined ? name : `${name}@${region}`;
    return { props, opts: { ...opts, import: id } as pulumi.CustomResourceOptions };
  };
  return AsyncResource.bind(transform);
}
