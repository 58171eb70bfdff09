import { longestMatch, nameUnder, stripSlash } from "../caches/model";
import type {
  Credentials,
  Deployed,
  Found,
  Problem,
  Reading,
  SecretSettings,
  StateResource,
  TemplateSettings,
} from "./entry";
import { bareHost } from "./module-yaml";
import { accountOf, choosePlace, RULE, regionOf, type Wanted } from "./place";

/** The content of a Terraform state: the registries in one Region, and the Region itself. */
export interface StateReading extends Reading {
  /** The Region, if the state or the user gives one. */
  readonly region?: string;
  /** Descriptions of resources that stay with Terraform. */
  readonly left: readonly string[];
}

const TEMPLATE = "aws_ecr_repository_creation_template";
const SECRET = "aws_secretsmanager_secret";
/** The attribute of a secret, or of a part of it, that has the secret's ARN. */
const SECRET_ARN: { readonly [type: string]: string } = {
  [SECRET]: "arn",
  aws_secretsmanager_secret_version: "secret_id",
  aws_secretsmanager_secret_policy: "secret_arn",
};
const STAYS: { readonly [type: string]: string } = {
  aws_ecr_registry_policy: "the registry policy: see registryPolicy and the output registryPolicyStatements",
  aws_ecr_registry_scanning_configuration: "the registry scanning configuration: see scanning",
};

/**
 * Reads a raw Terraform (or OpenTofu) state by the types of its resources, so it does not matter which module created
 * them. It calls neither Terraform nor AWS. Source of the format: hashicorp/terraform,
 * internal/states/statefile/version4.go; of the attributes: hashicorp/terraform-provider-aws, internal/service/ecr.
 */
export function readTerraformState(text: string, name: string, wanted: Wanted): StateReading {
  const refuse = (message: string): StateReading => ({ entries: [], problems: [{ place: name, message }], left: [] });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse("is not JSON: give the output of `terraform state pull`");
  }
  const state = record(json);
  if (state.sops !== undefined) return refuse("is still encrypted: pipe it through `sops decrypt`");
  if (state.encrypted_data !== undefined) {
    return refuse("is encrypted by OpenTofu: give the output of `tofu state pull`, which decrypts it");
  }
  if (state.format_version !== undefined) {
    return refuse("is the output of `terraform show -json`: give the output of `terraform state pull`");
  }
  if (state.version !== 4 || !Array.isArray(state.resources)) {
    const version = typeof state.version === "number" ? ` of version ${state.version}` : "";
    return refuse(
      `is not a Terraform state of version 4, but something else${version}: run \`terraform state pull\` with Terraform 0.12 or newer`,
    );
  }
  return readResources(state.resources.flatMap(instancesOf), name, wanted);
}

type Attributes = { readonly [name: string]: unknown };

function instancesOf(resource: unknown): StateResource[] {
  const { mode, module, type, name, instances, provider: config } = record(resource);
  if (mode !== "managed" || typeof type !== "string" || !Array.isArray(instances)) return [];
  const [, provider = "default"] = /\]\.([\w-]+)$/.exec(String(config)) ?? [];
  const address = [module, type, name].filter((part) => typeof part === "string").join(".");
  return instances.map(record).flatMap(({ attributes, index_key: index, deposed }) => {
    if (deposed !== undefined) return [];
    const suffix = index === undefined ? "" : `[${JSON.stringify(index)}]`;
    return [{ address: `${address}${suffix}`, provider, type, attributes: record(attributes) }];
  });
}

function readResources(all: readonly StateResource[], name: string, wanted: Wanted): StateReading {
  const rules = all.filter(({ type }) => type === RULE);
  if (rules.length === 0) {
    const isAwscc = all.some(({ type }) => type.startsWith("awscc_ecr_"));
    const advice = isAwscc ? ", but rules of the provider awscc: see docs/migrate-cloudformation.md" : "";
    return { entries: [], problems: [{ place: name, message: `has no ${RULE}${advice}` }], left: [] };
  }
  const { isHere, region, problems } = choosePlace(all, name, wanted);
  const here = rules.filter(isHere);
  const entries = here.map((rule) => readRule(rule, all.filter(isHere), problems));
  for (const { key, deployed } of entries) {
    const same = entries.filter((entry) => entry.key === key).map((entry) => entry.deployed?.rule.address);
    if (same[0] === deployed?.rule.address && same.length > 1)
      problems.push({ place: name, message: `has the prefix ${key} twice: ${same.join(", ")}` });
  }
  const prefixes = new Set(entries.map(({ key }) => key));
  const left = [
    ...rules
      .filter((rule) => !here.includes(rule))
      .map((rule) => `${rule.address}: in ${placeName(rule, all)}; run migrate for it too`),
    ...all
      .filter(({ type, attributes }) => type === TEMPLATE && !prefixes.has(prefixOf(attributes)))
      .filter(isHere)
      .map(({ address, attributes }) => `${address}: ${usesOf(prefixOf(attributes), entries)}`),
    ...all.flatMap(({ type, address }) => (STAYS[type] ? [`${address}: ${STAYS[type]}`] : [])),
  ];
  return { entries, problems, region, left };
}

function placeName(rule: StateResource, all: readonly StateResource[]): string {
  return [accountOf(rule), regionOf(rule, all) ?? `provider ${rule.provider}`].filter(Boolean).join(" ");
}

function usesOf(prefix: string, entries: readonly Found[]): string {
  const users = entries.filter(({ deployed }) => deployed?.inherited === prefix).map(({ key }) => key);
  if (users.length === 0) return "a template without a pull through cache rule";
  return `a template for ${users.join(", ")} and others; each entry gets a template of its own with its settings`;
}

function prefixOf(attributes: Attributes): string {
  return stripSlash(string(attributes.prefix) ?? "");
}

function readRule(rule: StateResource, all: readonly StateResource[], problems: Problem[]): Found {
  const { attributes } = rule;
  const key = stripSlash(string(attributes.ecr_repository_prefix) ?? "");
  // ECR uses the template with the longest prefix.
  const effective = longestMatch(
    all.filter(({ type }) => type === TEMPLATE),
    ({ attributes: of }) => prefixOf(of),
    nameUnder(key, "any"),
  );
  const isOwn = effective !== undefined && prefixOf(effective.attributes) === key;
  const credentialArn = string(attributes.credential_arn);
  const secretAndParts = all.filter(({ type, attributes: of }) => {
    const name = SECRET_ARN[type];
    return name !== undefined && of[name] === credentialArn;
  });
  const secret = secretAndParts.find(({ type }) => type === SECRET);
  const ofSecret = secretAndParts.filter((part) => part !== secret);
  const settings = templateSettings(effective?.attributes ?? {});
  const deployed: Deployed = {
    rule,
    template: isOwn ? effective : undefined,
    inherited: isOwn || !effective ? undefined : prefixOf(effective.attributes),
    secret,
    inUse: [
      ...roleResources(string(attributes.custom_role_arn), all),
      ...kmsKeys(settings.kmsKey, all),
      // The other template goes on using its role.
      ...(isOwn ? [] : roleResources(settings.roleArn, all)),
    ],
    others: [...ofSecret, ...(isOwn ? roleResources(settings.roleArn, all) : [])],
    upstreamPrefix: string(attributes.upstream_repository_prefix),
    credentialArn,
    roleArn: string(attributes.custom_role_arn),
    settings,
    secretSettings: secretSettings(secret?.attributes ?? {}, ofSecret),
  };
  if (credentialArn !== undefined && !/:secret:ecr-pullthroughcache\//.test(credentialArn)) {
    problems.push({
      place: rule.address,
      message: "uses a secret whose name does not start with ecr-pullthroughcache/, which ECR cannot read",
    });
  }
  const secretRegion = credentialArn?.split(":")[3];
  const ruleRegion = string(attributes.region);
  if (secretRegion !== undefined && ruleRegion !== undefined && secretRegion !== ruleRegion) {
    problems.push({ place: rule.address, message: `is in ${ruleRegion}, but its secret is in ${secretRegion}` });
  }
  return {
    key,
    registry: bareHost(string(attributes.upstream_registry_url) ?? ""),
    ...credentialsIn(ofSecret),
    lifecyclePolicy: string(effective?.attributes.lifecycle_policy),
    tagMutability: string(effective?.attributes.image_tag_mutability),
    deployed,
  };
}

function templateSettings(attributes: Attributes): TemplateSettings {
  const encryption = list(attributes.encryption_configuration).map(record)[0] ?? {};
  return {
    description: string(attributes.description),
    exclusionFilters: list(attributes.image_tag_mutability_exclusion_filter)
      .map((filter) => string(record(filter).filter))
      .filter((filter) => filter !== undefined),
    encryptionType: string(encryption.encryption_type),
    kmsKey: string(encryption.kms_key),
    repositoryPolicy: string(attributes.repository_policy),
    resourceTags: tags(attributes.resource_tags),
    roleArn: string(attributes.custom_role_arn),
    appliedFor: list(attributes.applied_for).filter((use) => typeof use === "string"),
  };
}

function secretSettings(attributes: Attributes, ofSecret: readonly StateResource[]): SecretSettings {
  const policy = ofSecret.find(({ type }) => type === "aws_secretsmanager_secret_policy");
  const days = attributes.recovery_window_in_days;
  return {
    description: string(attributes.description),
    tags: tags(attributes.tags),
    recoveryWindowInDays: typeof days === "number" ? days : undefined,
    policy: string(policy?.attributes.policy) ?? string(attributes.policy),
  };
}

function kmsKeys(arn: string | undefined, all: readonly StateResource[]): StateResource[] {
  return all.filter(({ type, attributes }) => type === "aws_kms_key" && attributes.arn === arn);
}

/** A role and its policies. */
function roleResources(roleArn: string | undefined, all: readonly StateResource[]): StateResource[] {
  const roles = all.filter(({ type, attributes }) => type === "aws_iam_role" && attributes.arn === roleArn);
  const names = new Set(roles.map(({ attributes }) => attributes.name));
  const attached = all.filter(
    ({ type, attributes }) => type.startsWith("aws_iam_role_policy") && names.has(attributes.role),
  );
  const arns = new Set(attached.map(({ attributes }) => attributes.policy_arn));
  const policies = all.filter(({ type, attributes }) => type === "aws_iam_policy" && arns.has(attributes.arn));
  return [...roles, ...policies, ...attached];
}

/** What stands in a secret until somebody sets its value by hand. */
const PLACEHOLDER =
  /^(?:(?:update|change|replace|fill|set)[-_ ]?(?:me|it|this)|todo|tbd|placeholder|dummy|example|x{3,}|<.*>)$/i;

/** The token of the secret's current version. An older one has been rotated, and would break a cache that works. */
function credentialsIn(ofSecret: readonly StateResource[]): Pick<Found, "credentials" | "tokenProblem"> {
  const versions = ofSecret.filter(({ type }) => type === "aws_secretsmanager_secret_version");
  if (versions.length === 0) return {};
  const current = versions.find(({ attributes }) => list(attributes.version_stages).includes("AWSCURRENT"));
  if (!current) return { tokenProblem: "the token in the state is not the current one" };
  const text = string(current.attributes.secret_string);
  if (text === undefined) return { tokenProblem: "the state does not have the token" };
  const credentials = parseCredentials(text);
  if (!credentials)
    return { tokenProblem: "the secret is not JSON with username and accessToken, so ECR cannot use it" };
  if (Object.values(credentials).some((value) => PLACEHOLDER.test(value)))
    return { tokenProblem: "the token in the state is a placeholder" };
  return { credentials };
}

/** Errors of the parser are not passed on, because they would quote the secret. */
export function parseCredentials(text: string): Credentials | undefined {
  try {
    const { username, accessToken } = record(JSON.parse(text));
    if (typeof username === "string" && typeof accessToken === "string") return { username, accessToken };
  } catch {
    // Not JSON.
  }
  return undefined;
}

function record(value: unknown): Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Attributes) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function tags(value: unknown): { [key: string]: string } | undefined {
  const found = Object.entries(record(value)).filter((tag): tag is [string, string] => typeof tag[1] === "string");
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
