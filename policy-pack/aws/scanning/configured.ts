import { any, both } from "../../kit/logic";
import type { ConfigProperties, StackResource } from "../../kit/policy";
import { read, type Unknown, unknown, type Value } from "../../kit/values";
import { type Registry, regionPattern, registryOf, sameRegistry } from "../account/registry";
import { scanningConfiguration } from "../types";
import { type Scanning, scanFilters } from "./filters";

/** A registry scanning configuration that another stack owns, as the AWS API writes it. */
export interface DeclaredScanning {
  readonly scanType?: "BASIC" | "ENHANCED";
  readonly rules: Value;
}

export interface ScanningConfig {
  readonly scanningElsewhere: Readonly<Record<string, DeclaredScanning>>;
}

export const scanningElsewhere: ConfigProperties = {
  scanningElsewhere: {
    type: "object",
    default: {},
    description:
      'Registry scanning configurations that other stacks own, by Region: `{"eu-central-1": {"scanType": "BASIC", "rules": [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "*"}]}]}}`.',
    propertyNames: { pattern: `^${regionPattern}$` },
    additionalProperties: {
      type: "object",
      required: ["rules"],
      properties: {
        scanType: { type: "string", enum: ["BASIC", "ENHANCED"] },
        rules: {
          type: "array",
          items: {
            type: "object",
            required: ["scanFrequency", "repositoryFilters"],
            properties: {
              scanFrequency: { type: "string", enum: ["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"] },
              repositoryFilters: {
                type: "array",
                items: {
                  type: "object",
                  required: ["filter"],
                  properties: { filter: { type: "string" }, filterType: { type: "string", enum: ["WILDCARD"] } },
                },
              },
            },
          },
        },
      },
    },
  },
};

/** What one registry scans automatically. */
export interface ScanningAt {
  readonly configured: boolean;
  /** The name of the stack's resource that configures it. */
  readonly name: string | undefined;
  /** Whether only the registry's filters decide, whatever the repositories' own settings. */
  readonly enhanced: boolean | Unknown;
  /** Whether the filters of every configuration pass. With two in one Region, either may be written last. */
  scans(takes: (filters: readonly string[]) => boolean | Unknown): boolean | Unknown;
}

export function scanningIn(
  resources: readonly StackResource[],
  config: ScanningConfig,
): (registry: Registry) => ScanningAt {
  const declared = new Map(
    Object.entries(config.scanningElsewhere).map(([region, { scanType, rules }]) => [
      region,
      scanFilters(scanType, rules),
    ]),
  );
  const owned = resources
    .filter((resource) => resource.type === scanningConfiguration)
    .map((resource) => ({
      name: resource.name,
      registry: registryOf(resource),
      scanning: scanFilters(read(resource.props, "scanType"), read(resource.props, "rules")),
    }));
  return (registry) => {
    const found = owned
      .map(({ name, registry: other, scanning }): Possible => ({ name, scanning, here: sameRegistry(registry, other) }))
      .filter(({ here }) => here !== false);
    const elsewhere = [...declared]
      .map(([region, scanning]): Possible => ({ scanning, here: sameRegion(registry, region) }))
      .filter(({ here }) => here !== false);
    const possible: readonly Possible[] = [...found, ...elsewhere];
    const certain = possible.filter(({ here }) => here === true).map(({ scanning }) => scanning);
    const [first] = found.filter(({ here }) => here === true);
    return {
      configured: certain.length > 0,
      name: first?.name,
      enhanced: any(possible.map(({ here, scanning }) => both(here, scanning.enhanced))),
      scans: (takes) => scansAll(certain, certain.length < possible.length, takes),
    };
  };
}

interface Possible {
  readonly name?: string;
  readonly scanning: Scanning;
  readonly here: boolean | Unknown;
}

function sameRegion({ region }: Registry, other: string): boolean | Unknown {
  return typeof region === "string" ? region === other : unknown;
}

function scansAll(
  configurations: readonly Scanning[],
  open: boolean,
  takes: (filters: readonly string[]) => boolean | Unknown,
): boolean | Unknown {
  const answers = configurations.map((scanning) => {
    const answer = takes(scanning.filters);
    return answer === false && scanning.open ? unknown : answer;
  });
  if (answers.includes(false)) return false;
  if (answers.includes(unknown) || (answers.length === 0 && open)) return unknown;
  return answers.length > 0;
}
