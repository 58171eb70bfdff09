import * as pulumi from "@pulumi/pulumi";
import { settle } from "../resources/late/settle";

/** The workloads of the program. A plugin does not see them. */
const registered = new Map<string, pulumi.Resource | undefined>();

/** How a resource is known to transforms, which do not see its parent. */
export const keyOf = (type: string, name: string) => `${type} ${name}`;

/** Remembers a resource. Two with one name, of different parents, cannot be told apart later. */
export function remember(type: string, name: string, resource: pulumi.Resource): void {
  registered.set(keyOf(type, name), registered.has(keyOf(type, name)) ? undefined : resource);
}

export function forget(): void {
  registered.clear();
}

/**
 * Whether a resource has an image, after the update or as planned. With `--target`, the engine gives other resources the
 * outputs of their last update. If that cannot be seen, it counts as written.
 */
export async function isWritten(type: string, name: string, image: string): Promise<boolean> {
  const resource = registered.get(keyOf(type, name));
  if (resource === undefined) return true;
  const outputs = Object.entries(resource).flatMap(([property, value]) =>
    property !== "urn" && property !== "id" && pulumi.Output.isInstance(value) ? [value] : [],
  );
  const settled = await Promise.all(outputs.map(settle));
  if (settled.length === 0 || settled.includes(undefined)) return true;
  return JSON.stringify(settled).includes(image);
}
