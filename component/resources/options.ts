import type * as pulumi from "@pulumi/pulumi";
import type { CachePlan } from "../plan/model";
import type { Scope } from "./scope";

/** Name of a resource, and the options that let it continue a resource with a former name. */
export interface Identity {
  readonly name: string;
  readonly options: pulumi.CustomResourceOptions;
}

/** The identity of a cache's resources in a Region. */
export function identityOf(scope: Scope, { name, formerName }: CachePlan, region: string | undefined): Identity {
  const starts = [name, ...(formerName === undefined ? [] : [formerName])];
  return identity(
    scope,
    starts.map((start) => `${scope.name}-${start}`),
    region,
  );
}

/** The identity of a resource that exists once per Region. */
export function regionalIdentity(scope: Scope, region: string | undefined): Identity {
  return identity(scope, [scope.name], region);
}

/**
 * Names end with `@region` if the component has `regions`. In the provider's Region, a resource with that ending
 * continues the one without it, and the other way round. So nothing is replaced when `regions` is added or removed.
 *
 * @param starts Start of the name: now, and in earlier versions of the component.
 */
function identity(scope: Scope, starts: readonly string[], region: string | undefined): Identity {
  const [own = "", ...former] = starts.map((start) => spelled(start, region));
  const aliases = [
    ...former.map((name) => ({ name })),
    ...starts.map(async (start) => {
      const home = await scope.home;
      return { name: region === home ? start : spelled(start, region ?? home) };
    }),
  ];
  return { name: own, options: { parent: scope.parent, aliases } };
}

function spelled(start: string, region: string | undefined): string {
  return region ? `${start}@${region}` : start;
}
