import type { RegionState } from "../state/model";
import type { Store } from "../state/store";

/**
 * Names of everything in an account, by Region. No values and no documents. Service-linked roles and secrets in their
 * recovery window do not count: AWS keeps them by itself.
 */
export function inventory(store: Store, account: string) {
  const { roles, policies } = store.global(account);
  const isLinked = ({ Path }: { Path: string }) => Path.startsWith("/aws-service-role/");
  const names = (linked: boolean) =>
    [...roles.values()].filter((role) => isLinked(role) === linked).map(({ RoleName }) => RoleName);
  const regions = store.regionsOf(account).map((region) => [region, ofRegion(store.region(account, region))] as const);
  return {
    empty: regions.every(([, parts]) => isEmpty(parts)) && names(false).length === 0 && policies.size === 0,
    roles: names(false),
    serviceLinkedRoles: names(true),
    policies: [...policies.keys()],
    regions: Object.fromEntries(regions),
  };
}

function ofRegion({ registryPolicy, scanning, ...state }: RegionState): Readonly<Record<string, string[] | boolean>> {
  const named = Object.entries(state).flatMap(([kind, things]) =>
    things instanceof Map ? [[kind, [...things.keys()] as string[]] as const] : [],
  );
  const secrets = (deleted: boolean) =>
    [...state.secrets.values()]
      .filter((secret) => (secret.DeletedDate !== undefined) === deleted)
      .map(({ Name }) => Name);
  return {
    ...Object.fromEntries(named),
    secrets: secrets(false),
    secretsScheduledForDeletion: secrets(true),
    registryPolicy: registryPolicy !== undefined,
    // {BASIC, no rules} is the default.
    scanning: scanning !== undefined && (scanning.scanType !== "BASIC" || scanning.rules.length > 0),
  };
}

function isEmpty({ secretsScheduledForDeletion: _, ...parts }: ReturnType<typeof ofRegion>): boolean {
  return Object.values(parts).every((part) => (typeof part === "boolean" ? !part : part.length === 0));
}
