import * as pulumi from "@pulumi/pulumi";
import type { ConfiguredCredentials } from "./input/credentials/config";

/** What the components of one deployment know of each other. */
export interface Deployment {
  /** Which resource writes what: URNs, by what exists once in AWS. */
  readonly claims: Map<string, string>;
  /** How many components have a name. */
  readonly named: Map<string, number>;
  /** The components that a plugin created, by URN: a method call carries only the URN. */
  readonly caches: Map<string, unknown>;
  /** The credentials in the stack's config, by the text of the whole config. */
  readonly credentials: Map<string, ConfiguredCredentials>;
}

/** One process may run several deployments, after each other or side by side. A plugin is not told when one ends. */
const KEPT = 32;
const deployments = new Map<unknown, Deployment>();

/** The deployment that is running. */
export function currentDeployment(): Deployment {
  const key = deploymentKey();
  const found = deployments.get(key) ?? {
    claims: new Map(),
    named: new Map(),
    caches: new Map(),
    credentials: new Map(),
  };
  deployments.set(key, found);
  for (const old of [...deployments.keys()].slice(0, -KEPT)) deployments.delete(old);
  return found;
}

/** The engine starts a server for each deployment. The mocks of unit tests are an object. */
function deploymentKey(): unknown {
  const monitor = pulumi.runtime.getMonitor() as { getChannel?(): { getTarget(): string } } | undefined;
  const address = monitor?.getChannel?.().getTarget();
  return address === undefined ? monitor : [address, pulumi.getProject(), pulumi.getStack()].join(" ");
}

/**
 * The name by which the backend finds the stack. The engine does not tell plugins the organization, so there it is the
 * bare name, which the backend looks for in the user's own organization.
 */
export function stackName(): string {
  try {
    return [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  } catch {
    return pulumi.getStack();
  }
}

/** Returns who else has claimed it in this deployment, or undefined if it belongs to this URN now. */
export function claim({ claims }: Deployment, what: string, urn: string): string | undefined {
  // With mocks, one object serves many tests.
  if (!pulumi.runtime.hasEngine()) return undefined;
  const owner = claims.get(what) ?? urn;
  claims.set(what, owner);
  return owner === urn ? undefined : owner;
}
