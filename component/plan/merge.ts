import type { RegistryArgs, RegistryDefaultsArgs } from "../args";

/**
 * The settings of one entry, with defaults for those it does not have. A setting replaces the default as a whole. Only
 * `resourceTags` and the tags of `secret` are merged key by key. Settings that belong together come from the same side:
 * `tagMutability` with its filters, and `access` with `repositoryPolicy`.
 */
export function mergeDefaults(defaults: RegistryDefaultsArgs, entry: RegistryArgs): RegistryArgs {
  const inherited = { ...defaults };
  if (entry.tagMutability !== undefined) delete inherited.tagMutabilityExclusionFilters;
  if (entry.access !== undefined || entry.repositoryPolicy !== undefined) {
    delete inherited.access;
    delete inherited.repositoryPolicy;
  }
  const resourceTags = { ...defaults.resourceTags, ...entry.resourceTags };
  const merged: RegistryArgs = { ...inherited, ...defined(entry), resourceTags };
  if (defaults.secret && entry.secret) {
    const { readers, policy, ...rest } = defaults.secret;
    const readable = entry.secret.readers || entry.secret.policy ? {} : defined({ readers, policy });
    const tags = { ...defaults.secret.tags, ...entry.secret.tags };
    merged.secret = { ...rest, ...readable, ...defined(entry.secret), tags };
  }
  return merged;
}

/** A copy without the keys whose value is undefined. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;
}
