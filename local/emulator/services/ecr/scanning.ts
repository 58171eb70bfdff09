import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { type OperationsOf, operation } from "../../operation";
import { requirePermission } from "../../policy/require";
import { ensureServiceLinkedRole } from "../../policy/service-linked-roles";
import { matchesWildcard } from "../../policy/wildcard";
import type { RegistryScanning } from "../../state/model";
import { validation } from "./errors";
import { ownRegistry } from "./registry";

const DEFAULT: RegistryScanning = { scanType: "BASIC", rules: [] };

const FREQUENCIES: Readonly<Record<string, readonly string[]>> = {
  BASIC: ["SCAN_ON_PUSH", "MANUAL"],
  ENHANCED: ["CONTINUOUS_SCAN", "SCAN_ON_PUSH"],
};

export const scanning: OperationsOf<ECR> = {
  PutRegistryScanningConfiguration: operation(({ scanType = "BASIC", rules = [] }, context) => {
    const state = ownRegistry({}, context);
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
  }),
  GetRegistryScanningConfiguration: operation((_input, context) => ({
    registryId: context.account,
    scanningConfiguration: ownRegistry({}, context).scanning ?? DEFAULT,
  })),
};

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

/** Whether a new image of a repository is scanned. Without a wildcard a filter matches every name that contains it. */
export function scansNewImages(name: string, { rules }: RegistryScanning = DEFAULT): boolean {
  return rules.some(
    ({ scanFrequency, repositoryFilters }) =>
      scanFrequency !== "MANUAL" &&
      repositoryFilters.some(({ filter }) =>
        filter.includes("*") ? matchesWildcard(filter, name) : name.includes(filter),
      ),
  );
}
