import type * as pulumi from "@pulumi/pulumi";
import type { CachePlan } from "../plan/model";
import type { Scope } from "./scope";
import { childUrn } from "./urn";

/** Name of a resource, and the options that let it continue a resource with a former name. */
export interface Identity {
  readonly name: string;
  /** @param type Type of the resource, such as `aws:ecr/registryPolicy:RegistryPolicy`. */
  optionsOf(type: string): pulumi.CustomResourceOptions;
}

/** The identity of a cache's resources in a Region. */
export function identityOf(scope: Scope, { name, formerName, region }: CachePlan): Identity {
  const starts = [name, ...(formerName === undefined ? [] : [formerName])];
  return identity(
    scope,
    starts.map((start) => `${scope.name}-${start}`),
    region,
  );
}

/** The identity of a resource that exists once per Region. */
export function regionalIdentity(scope: Scope, region: string | undefined, name = scope.name): Identity {
  return identity(scope, [name], region);
}

/**
 * Names end with `@region` if the component has `regions`. In the provider's Region, a resource with that ending
 * continues the one without it, and the other way round. So nothing is replaced when `regions` is added or removed.
 *
 * @param starts Start of the name: now, and in earlier versions of the component.
 */
function identity(scope: Scope, starts: readonly string[], region: string | undefined): Identity {
  const [own = "", ...former] = starts.map((start) => spelled(start, region));
  const otherwise = async (start: string) => {
    const home = await scope.home;
    return region === home ? start : spelled(start, region ?? home);
  };
  const names = [...former.map(async (name) => name), ...starts.map(otherwise)];
  return {
    name: own,
    optionsOf: (type) => ({
      parent: scope.parent,
      // As URNs: for an alias with a name, the SDK makes several Outputs, which take much memory.
      aliases: names.map(async (name) => childUrn(await scope.urn, type, await name)),
    }),
  };
}

function spelled(start: string, region: string | undefined): string {
  return region ? `${start}@${region}` : start;
}
