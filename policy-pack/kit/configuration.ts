import type { Policies, PolicyConfigSchema } from "@pulumi/policy";
import { nearest } from "./nearest";

type Schema = PolicyConfigSchema["properties"][string];

/** A policy's level and settings from the engine. */
export interface Configured {
  readonly policy: string;
  readonly level: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Settings that no policy has. They would otherwise be ignored silently. */
export function configurationProblems(configured: readonly Configured[], policies: Policies): string[] {
  const schemas = new Map(policies.map((policy) => [policy.name, policy.configSchema]));
  return configured.flatMap(({ policy, settings }) => {
    // The engine also passes the settings of "all" under that name.
    if (policy === "all") return Object.keys(settings).map((key) => `all: ${key} can only be set for a single policy`);
    const schema = schemas.get(policy);
    if (!schemas.has(policy)) return [unknownName("policy", policy, [...schemas.keys()])];
    return settingProblems(settings, { type: "object", ...schema }, policy);
  });
}

function settingProblems(value: unknown, schema: Schema, at: string): string[] {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (typeof items !== "object" || Array.isArray(items)) return [];
    return value.flatMap((item, index) => settingProblems(item, items, `${at}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [];
  const { properties = {}, additionalProperties } = schema;
  return Object.entries(value).flatMap(([key, part]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    return typeof property === "object"
      ? settingProblems(part, property, `${at}.${key}`)
      : [`${at}: ${unknownName("setting", key, Object.keys(properties))}`];
  });
}

function unknownName(kind: string, name: string, known: readonly string[]): string {
  const right = nearest(name, known);
  return `there is no ${kind} "${name}"${right === undefined ? `; there are ${known.join(", ")}` : `; did you mean "${right}"?`}`;
}

/** With every policy disabled by `all`, none is left to print that settings are idle, so that they are an error. */
export function disabledSettings(configured: readonly Configured[], policies: Policies): string[] {
  if (!configured.every(({ level }) => level === "disabled")) return [];
  return idle(configured, policies).map(
    ({ policy }) => `${policy} has settings, but "all" disables it: set its "enforcementLevel", or remove its settings`,
  );
}

/** Policies with settings that differ from their defaults but are disabled, which is probably a mistake. */
export function idleSettings(configured: readonly Configured[], policies: Policies): string[] {
  if (configured.every(({ level }) => level === "disabled")) return [];
  return idle(configured, policies).map(
    ({ policy }) =>
      `${policy} has settings but is disabled: to enable it, set "enforcementLevel" to "advisory" or "mandatory".`,
  );
}

function idle(configured: readonly Configured[], policies: Policies): Configured[] {
  return configured.filter(({ policy, level, settings }) => {
    const properties = policies.find(({ name }) => name === policy)?.configSchema?.properties ?? {};
    const changed = Object.entries(settings).some(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(properties[key]?.default),
    );
    return level === "disabled" && changed;
  });
}
