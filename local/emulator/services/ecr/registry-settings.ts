import type { ECR } from "@aws-sdk/client-ecr";
import type { CallContext } from "../../context";
import { AwsError, found } from "../../errors";
import type { OperationsOf } from "../../operation";
import { parsePolicyAs, REGISTRY_POLICY, REGISTRY_POLICY_V1 } from "../../policy/document";
import { requirePermission } from "../../policy/require";
import { ensureServiceLinkedRole } from "../../policy/service-linked-roles";
import { matchesWildcard } from "../../policy/wildcard";
import type { RegionState, RegistryScanning } from "../../state/model";
import { page } from "../pages";
import { invalidParameter, invalidPolicy, limitExceeded, onOwnRegistry, validation } from "./registry";

const SCOPE = "REGISTRY_POLICY_SCOPE";

function scopeOf(name: string, { registryPolicyScope }: RegionState) {
  if (name !== SCOPE) throw invalidParameter(`Invalid parameter at 'name': the emulator knows only ${SCOPE}`);
  return { name, value: registryPolicyScope ?? "V2" };
}

/**
 * The scope of the registry policy, of AWS's account settings. V1 is accepted again for registries that have V2: the API
 * reference names V2 alone, and the Terraform provider both.
 */
const accountSettings: OperationsOf<ECR> = {
  GetAccountSetting: onOwnRegistry((registry, { name }) => scopeOf(name, registry)),
  PutAccountSetting: onOwnRegistry((registry, { name, value }) => {
    if (value !== "V1" && value !== "V2") throw invalidParameter(`Invalid parameter at 'value': ${name} is V1 or V2`);
    scopeOf(name, registry);
    registry.registryPolicyScope = value === "V1" ? value : undefined;
    return { name, value };
  }),
};

function policyOf({ registryPolicy }: RegionState, registryId: string) {
  const missing = `Registry policy does not exist in the registry with id '${registryId}'`;
  const policyText = found(registryPolicy, () => new AwsError("RegistryPolicyNotFoundException", missing));
  return { registryId, policyText };
}

const registryPolicy: OperationsOf<ECR> = {
  PutRegistryPolicy: onOwnRegistry((registry, { policyText }, { account }) => {
    const rules = registry.registryPolicyScope === "V1" ? REGISTRY_POLICY_V1 : REGISTRY_POLICY;
    parsePolicyAs(policyText, rules, invalidPolicy("registry"));
    registry.registryPolicy = policyText;
    return policyOf(registry, account);
  }),
  GetRegistryPolicy: onOwnRegistry((registry, _input, { account }) => policyOf(registry, account)),
  DeleteRegistryPolicy: onOwnRegistry((registry, _input, { account }) => {
    const deleted = policyOf(registry, account);
    registry.registryPolicy = undefined;
    return deleted;
  }),
};

const FREQUENCIES: Readonly<Record<string, readonly string[]>> = {
  BASIC: ["SCAN_ON_PUSH", "MANUAL"],
  ENHANCED: ["CONTINUOUS_SCAN", "SCAN_ON_PUSH"],
};

const scanning: OperationsOf<ECR> = {
  PutRegistryScanningConfiguration: onOwnRegistry((registry, { scanType = "BASIC", rules = [] }, context) => {
    const wrong = rules.find(({ scanFrequency }) => !FREQUENCIES[scanType]?.includes(scanFrequency));
    if (wrong) throw validation(`Scan frequency ${wrong.scanFrequency} cannot be used with scan type ${scanType}`);
    // AWS does not say what one frequency in two rules means: refused.
    if (new Set(rules.map((rule) => rule.scanFrequency)).size < rules.length) {
      throw validation("Each rule needs a scan frequency of its own");
    }
    requireInspector(scanType, registry.scanning?.scanType, context);
    registry.scanning = { scanType, rules };
    return { registryScanningConfiguration: registry.scanning };
  }),
  GetRegistryScanningConfiguration: onOwnRegistry((registry, _input, { account }) => ({
    registryId: account,
    scanningConfiguration: scanningOf(registry),
  })),
};

/** The scanning configuration, by default basic scanning of nothing. */
export const scanningOf = ({ scanning = { scanType: "BASIC", rules: [] } }: RegionState): RegistryScanning => scanning;

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
export function scansNewImages(name: string, registry: RegionState): boolean {
  const matches = (filter: string) => (filter.includes("*") ? matchesWildcard(filter, name) : name.includes(filter));
  return scanningOf(registry).rules.some(
    ({ scanFrequency, repositoryFilters }) =>
      scanFrequency !== "MANUAL" && repositoryFilters.some(({ filter }) => matches(filter)),
  );
}

/** No quota is documented. This is the longest list in AWS's API model. */
const MOST = 100;

const pullTimeExclusions: OperationsOf<ECR> = {
  RegisterPullTimeUpdateExclusion: onOwnRegistry(({ pullTimeExclusions }, { principalArn }, { cloud }) => {
    if (pullTimeExclusions.has(principalArn)) {
      throw new AwsError("ExclusionAlreadyExistsException", `The exclusion for '${principalArn}' already exists`);
    }
    if (pullTimeExclusions.size >= MOST) throw limitExceeded(`There are ${MOST} pull time update exclusions already`);
    const createdAt = cloud.clock.now();
    pullTimeExclusions.set(principalArn, createdAt);
    return { principalArn, createdAt };
  }),
  DeregisterPullTimeUpdateExclusion: onOwnRegistry(({ pullTimeExclusions }, { principalArn }) => {
    if (pullTimeExclusions.delete(principalArn)) return { principalArn };
    throw new AwsError("ExclusionNotFoundException", `There is no exclusion for '${principalArn}'`);
  }),
  ListPullTimeUpdateExclusions: onOwnRegistry(({ pullTimeExclusions }, input) => {
    const { items, nextToken } = page([...pullTimeExclusions.keys()], input.maxResults, input.nextToken);
    return { pullTimeUpdateExclusions: items, nextToken };
  }),
};

export const registrySettings = { ...accountSettings, ...registryPolicy, ...scanning, ...pullTimeExclusions };
