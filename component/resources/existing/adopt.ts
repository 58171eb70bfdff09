import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { hasEngine } from "../../engine";
import { settle } from "../late/settle";
import type { Scope } from "../scope";
import { changedOptions } from "../transform-options";
import { findExisting, type Kind, ownerOf } from "./kinds";

/**
 * Lets a resource adopt what AWS has under its name: the engine imports it and then updates it in place. If nothing
 * exists, the resource is created. If the stack already has it, nothing changes.
 *
 * @param wanted The inputs that cannot be changed in place.
 */
export function adopting<T>(
  kind: Kind<T>,
  name: string,
  region: string | undefined,
  wanted: { readonly [name: string]: unknown },
  { parent, home, state }: Scope,
): pulumi.ResourceTransform[] {
  if (!hasEngine()) return [];
  const transform: pulumi.ResourceTransform = async ({ props, opts }) => {
    const found = await findExisting(kind, name, region, { parent });
    // If it cannot be adopted, the hook fails the creation and says why.
    const inputs = (await settle(pulumi.output(wanted)))?.value ?? wanted;
    if (found === undefined || kind.mismatch(found, inputs) !== undefined) return undefined;
    const known = await state();
    if (ownerOf(known, kind, name, region ?? (await home))) return undefined;
    const left = kind.leaves?.(found, inputs);
    if (left && !known.some(({ outputs }) => outputs.arn === left)) {
      await pulumi.log.warn(
        `The ${kind.title} "${name}" that is adopted uses the secret ${left}, and will use another one. Nothing deletes the old one, and its token stays valid: if nothing else uses it, delete it, and revoke the token.`,
        parent,
      );
    }
    const own = kind.id?.(found) ?? name;
    const id = region === undefined ? own : `${own}@${region}`;
    return { props, opts: changedOptions(opts, { import: id }) };
  };
  return [AsyncResource.bind(transform)];
}
