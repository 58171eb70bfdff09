import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { read, write } from "../../operation";
import { requirePermission } from "../../policy/require";
import { ensureServiceLinkedRole } from "../../policy/service-linked-roles";
import { matchesWildcard } from "../../policy/wildcard";
import type { RegistryScanning } from "../../state/model";
import { enumeration, list, required, string, structure } from "../../validation/shape";
import { validation } from "./errors";
import { ownRegistry } from "./registry";
import { repositoryName } from "./shapes";

const DEFAULT: RegistryScanning = { scanType: "BASIC", rules: [] };

const FREQUENCIES: Readonly<Record<string, readonly string[]>> = {
  BASIC: ["SCAN_ON_PUSH", "MANUAL"],
  ENHANCED: ["CONTINUOUS_SCAN", "SCAN_ON_PUSH"],
};

const repositoryFilters = list(
  structure({
    // Equivalent to the model's pattern, which backtracks exponentially.
    filter: required(string({ min: 1, max: 255, pattern: /^[a-z0-9*]+(?:[._\-/][a-z0-9*]+)*$/ })),
    filterType: required(enumeration(["WILDCARD"])),
  }),
  { min: 0, max: 100 },
);

export const PutRegistryScanningConfiguration = write(
  structure({
    scanType: enumeration(["BASIC", "ENHANCED"]),
    rules: list(
      structure({
        scanFrequency: required(enumeration(["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"])),
        repositoryFilters: required(repositoryFilters),
      }),
      { min: 0, max: 2 },
    ),
  }),
  (input, context) => {
    const state = ownRegistry({}, context);
    const scanType = input.scanType ?? "BASIC";
    const rules = input.rules ?? [];
    for (const { scanFrequency } of rules) {
      if (!FREQUENCIES[scanType]?.includes(scanFrequency)) {
        throw validation(`Scan frequency ${scanFrequency} cannot be used with scan type ${scanType}`);
      }
    }
    // AWS does not say what one frequency in two rules means: refused.
    if (new Set(rules.map((rule) => rule.scanFrequency)).size < rules.length) {
      throw validation("Each rule needs a scan frequency of its own");
    }
    requireInspector(scanType, state.scanning?.scanType, context);
    state.scanning = { scanType, rules };
    return { registryScanningConfiguration: state.scanning };
  },
);

/**
 * Enhanced scanning turns Amazon Inspector on and off, which needs the caller's permission. Sources: Amazon ECR user
 * guide, "Enhanced scanning" (required permissions); handlers of AWS::ECR::RegistryScanningConfiguration.
 */
function requireInspector(scanType: string, before: string | undefined, context: CallContext): void {
  if (scanType === "ENHANCED") {
    for (const action of ["inspector2:ListAccountPermissions", "inspector2:Enable"]) {
      requirePermission(context, action, "*");
    }
    ensureServiceLinkedRole(context, "inspector2.amazonaws.com");
  } else if (before === "ENHANCED") {
    requirePermission(context, "inspector2:Disable", "*");
  }
}

export const GetRegistryScanningConfiguration = read(structure({}), (_input, context) => ({
  registryId: context.account,
  scanningConfiguration: ownRegistry({}, context).scanning ?? DEFAULT,
}));

/** Without a wildcard a filter matches every name that contains it. */
function filterMatches(filter: string, name: string): boolean {
  return filter.includes("*") ? matchesWildcard(filter, name) : name.includes(filter);
}

export interface RepositoryScanning {
  /** Undefined if enhanced scanning is on but does not cover this repository. */
  readonly scanFrequency: string | undefined;
  readonly appliedScanFilters: { filter: string; filterType: string }[];
}

/** The effect of the registry's configuration on one repository. Continuous scanning has priority over scan on push. */
export function scanningOf(name: string, configuration: RegistryScanning = DEFAULT): RepositoryScanning {
  const matching = configuration.rules.flatMap((rule) =>
    rule.repositoryFilters
      .filter(({ filter }) => filterMatches(filter, name))
      .map((filter) => ({ filter, scanFrequency: rule.scanFrequency })),
  );
  const without = configuration.scanType === "BASIC" ? "MANUAL" : undefined;
  const scanFrequency = ["CONTINUOUS_SCAN", "SCAN_ON_PUSH", "MANUAL"].find((frequency) =>
    matching.some((match) => match.scanFrequency === frequency),
  );
  const applied = matching.filter((match) => match.scanFrequency === scanFrequency);
  return { scanFrequency: scanFrequency ?? without, appliedScanFilters: applied.map(({ filter }) => filter) };
}

export const BatchGetRepositoryScanningConfiguration = read(
  structure({ repositoryNames: required(list(repositoryName, { min: 1, max: 25 })) }),
  (input, context) => {
    const state = ownRegistry({}, context);
    const known = input.repositoryNames.filter((name) => state.repositories.has(name));
    const unknown = input.repositoryNames.filter((name) => !state.repositories.has(name));
    return {
      scanningConfigurations: known.map((name) => {
        const scanning = scanningOf(name, state.scanning);
        const scanOnPush = scanning.scanFrequency === "SCAN_ON_PUSH" || scanning.scanFrequency === "CONTINUOUS_SCAN";
        return {
          repositoryArn: repositoryArn(context.account, context.region, name),
          repositoryName: name,
          scanOnPush,
          ...scanning,
        };
      }),
      failures: unknown.map((name) => ({
        repositoryName: name,
        failureCode: "REPOSITORY_NOT_FOUND",
        failureReason: `The repository with name '${name}' does not exist in the registry with id '${context.account}'`,
      })),
    };
  },
);
