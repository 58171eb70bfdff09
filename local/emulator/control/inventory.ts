import type { Store } from "../state/store";

/** Names of everything in an account, by Region. No values and no documents. */
export interface Inventory {
  readonly empty: boolean;
  readonly roles: string[];
  readonly serviceLinkedRoles: string[];
  readonly policies: string[];
  readonly regions: Record<string, RegionInventory>;
}

interface RegionInventory {
  readonly rules: string[];
  readonly templates: string[];
  readonly secrets: string[];
  readonly secretsScheduledForDeletion: string[];
  readonly repositories: string[];
  readonly eventRules: string[];
  readonly topics: string[];
  readonly schedules: string[];
  readonly pullTimeExclusions: string[];
  readonly registryPolicy: boolean;
  readonly scanning: boolean;
}

/** Service-linked roles and secrets in their recovery window do not count: AWS keeps them by itself. */
export function inventory(store: Store, account: string): Inventory {
  const { roles, policies } = store.global(account);
  const linked = [...roles.values()].filter(({ Path }) => Path.startsWith("/aws-service-role/"));
  const own = [...roles.values()].filter((role) => !linked.includes(role));
  const regions = Object.fromEntries(
    store.regionsOf(account).map((region) => [region, ofRegion(store, account, region)]),
  );
  const isEmpty = (region: RegionInventory) =>
    [region.rules, region.templates, region.secrets, region.repositories].every(({ length }) => length === 0) &&
    [region.eventRules, region.topics, region.schedules, region.pullTimeExclusions].every(
      ({ length }) => length === 0,
    ) &&
    !region.registryPolicy &&
    !region.scanning;
  return {
    empty: own.length === 0 && policies.size === 0 && Object.values(regions).every(isEmpty),
    roles: own.map(({ RoleName }) => RoleName),
    serviceLinkedRoles: linked.map(({ RoleName }) => RoleName),
    policies: [...policies.keys()],
    regions,
  };
}

function ofRegion(store: Store, account: string, region: string): RegionInventory {
  const state = store.region(account, region);
  const secrets = [...state.secrets.values()];
  return {
    rules: [...state.rules.keys()],
    templates: [...state.templates.keys()],
    secrets: secrets.filter(({ DeletedDate }) => DeletedDate === undefined).map(({ Name }) => Name),
    secretsScheduledForDeletion: secrets.filter(({ DeletedDate }) => DeletedDate !== undefined).map(({ Name }) => Name),
    repositories: [...state.repositories.keys()],
    eventRules: [...state.eventRules.keys()],
    topics: [...state.topics.keys()],
    schedules: [...state.schedules.keys()],
    pullTimeExclusions: [...state.pullTimeExclusions.keys()],
    registryPolicy: state.registryPolicy !== undefined,
    // {BASIC, no rules} is the default.
    scanning: state.scanning !== undefined && (state.scanning.scanType !== "BASIC" || state.scanning.rules.length > 0),
  };
}
