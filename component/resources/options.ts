import type * as pulumi from "@pulumi/pulumi";
import type { CachePlan } from "../plan/model";
import type { Scope } from "./scope";

/** Options of a resource that belongs to one cache: it continues the one of its former id, if there was one. */
export function resourceOptions(scope: Scope, cache: CachePlan): pulumi.CustomResourceOptions {
  const aliases = cache.formerId === undefined ? undefined : [{ name: `${scope.name}-${cache.formerId}` }];
  return { parent: scope.parent, aliases };
}
