import { stripSlash } from "../caches/model";
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

/** The content of a Terraform state: the registries in one Region, and the Region itself. */
export interface StateReading extends Reading {
  /** The Region, if the state or the user gives one. */
  readonly region?: string;
  /** Descriptions of resources that stay with Terraform. */
  readonly left: readonly string[];
}

const RULE = "aws_ecr_pull_through_cache_rule";
const TEMPLATE = "aws_ecr_repository_creation_template";
const SECRET = "aws_secretsmanager_secret";
const STAYS: { readonly [type: string]: string } = {
  aws_ecr_registry_policy: "the registry policy: see registryPolicy and the output registryPolicyStatements",
  aws_ecr_registry_scanning_configuration: "the registry scanning configuration: see scanning",
};

/**
 * Reads a raw Terraform (or OpenTofu) state by the types of its resources, so it does not matter which module created
 * them. It calls neither Terraform nor AWS. Source of the format: hashicorp/terraform,
 * internal/states/statefile/version4.go; of the attributes: hashicorp/terraform-provider-aws, internal/service/ecr.
 */
export function readTerraformState(text: string, name: string, wanted: string | undefined): StateReading {
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
  const { mode, module, type, name, instances } = record(resource);
  if (mode !== "managed" || typeof type !== "string" || !Array.isArray(instances)) return [];
  const address = [module, type, name].filter((part) => typeof part === "string").join(".");
  return instances.map(record).flatMap(({ attributes, index_key: index, deposed }) => {
    if (deposed !== undefined) return [];
    const suffix = index === undefined ? "" : `[${JSON.stringify(index)}]`;
    return [{ address: `${address}${suffix}`, type, attributes: record(attributes) }];
  });
}

function readResources(all: readonly StateResource[], name: string, wanted: string | undefined): StateReading {
  const problems: Problem[] = [];
  const rules = all.filter(({ type }) => type === RULE);
  if (rules.length === 0) {
    return { entries: [], problems: [{ place: name, message: `has no ${RULE}` }], left: [] };
  }
  const regions = new Set(rules.map((rule) => regionOf(rule, all)).filter((region) => region !== undefined));
  const region = wanted ?? (regions.size === 1 ? [...regions][0] : undefined);
  if (wanted === undefined && regions.size > 1) {
    const message = `has rules of several Regions (${[...regions].sort().join(", ")}): choose one with --region`;
    problems.push({ place: name, message });
  } else if (wanted !== undefined && regions.size > 0 && !regions.has(wanted)) {
    problems.push({
      place: name,
      message: `is for another Region (${[...regions].sort().join(", ")}) than --region ${wanted}`,
    });
  }
  const isHere = (resource: StateResource) => (regionOf(resource, all) ?? region) === region;
  const here = rules.filter(isHere);
  const entries = here.map((rule) => readRule(rule, all.filter(isHere), problems));
  const prefixes = new Set(entries.map(({ key }) => key));
  const left = [
    ...rules
      .filter((rule) => !here.includes(rule))
      .map((rule) => `${rule.address}: in ${regionOf(rule, all)}; run migrate for that Region too`),
    ...all
      .filter(({ type, attributes }) => type === TEMPLATE && !prefixes.has(stripSlash(string(attributes.prefix) ?? "")))
      .filter(isHere)
      .map(({ address }) => `${address}: a template without a pull through cache rule`),
    ...all.flatMap(({ type, address }) => (STAYS[type] ? [`${address}: ${STAYS[type]}`] : [])),
  ];
  return { entries, problems, region, left };
}

function readRule(rule: StateResource, all: readonly StateResource[], problems: Problem[]): Found {
  const { attributes } = rule;
  const key = stripSlash(string(attributes.ecr_repository_prefix) ?? "");
  const template = all.find(
    ({ type, attributes: of }) => type === TEMPLATE && stripSlash(string(of.prefix) ?? "") === key,
  );
  const credentialArn = string(attributes.credential_arn);
  const secret = all.find(
    ({ type, attributes: of }) => type === SECRET && of.arn === credentialArn && of.arn !== undefined,
  );
  const ofSecret = all.filter(
    ({ type, attributes: of }) =>
      credentialArn !== undefined &&
      ((type === "aws_secretsmanager_secret_version" && of.secret_id === credentialArn) ||
        (type === "aws_secretsmanager_secret_policy" && of.secret_arn === credentialArn)),
  );
  const settings = templateSettings(template?.attributes ?? {});
  const deployed: Deployed = {
    rule,
    template,
    secret,
    inUse: [...roleResources(string(attributes.custom_role_arn), all), ...kmsKeys(settings.kmsKey, all)],
    others: [...ofSecret, ...roleResources(settings.roleArn, all)],
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
    credentials: credentialsIn(ofSecret, problems),
    lifecyclePolicy: string(template?.attributes.lifecycle_policy),
    tagMutability: string(template?.attributes.image_tag_mutability),
    deployed,
  };
}

/** The Region of a resource: its own attribute (provider 6), or the one in the ARN of its secret. */
function regionOf({ type, attributes }: StateResource, all: readonly StateResource[]): string | undefined {
  const own = string(attributes.region);
  if (own !== undefined) return own;
  const arn = type === RULE ? string(attributes.credential_arn) : string(attributes.arn);
  const inArn = arn?.split(":")[3];
  if (inArn) return inArn;
  if (type !== RULE && type !== TEMPLATE) return undefined;
  // Provider 5 deploys to one Region, which any secret in the state shows.
  const regions = new Set(
    all.filter((other) => other.type === SECRET).map((other) => string(other.attributes.arn)?.split(":")[3]),
  );
  return regions.size === 1 ? [...regions][0] : undefined;
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
  return all.filter(({ type, attributes }) => type === "aws_kms_key" && arn !== undefined && attributes.arn === arn);
}

/** A role and its policies. */
function roleResources(roleArn: string | undefined, all: readonly StateResource[]): StateResource[] {
  if (roleArn === undefined) return [];
  const roles = all.filter(({ type, attributes }) => type === "aws_iam_role" && attributes.arn === roleArn);
  const names = new Set(roles.map(({ attributes }) => attributes.name));
  const attached = all.filter(
    ({ type, attributes }) => type.startsWith("aws_iam_role_policy") && names.has(attributes.role),
  );
  const arns = new Set(attached.map(({ attributes }) => attributes.policy_arn));
  const policies = all.filter(({ type, attributes }) => type === "aws_iam_policy" && arns.has(attributes.arn));
  return [...roles, ...policies, ...attached];
}

function credentialsIn(ofSecret: readonly StateResource[], problems: Problem[]): Credentials | undefined {
  const version = ofSecret.find(
    ({ type, attributes }) => type === "aws_secretsmanager_secret_version" && string(attributes.secret_string),
  );
  if (!version) return undefined;
  try {
    const { username, accessToken } = record(JSON.parse(string(version.attributes.secret_string) ?? ""));
    if (typeof username === "string" && typeof accessToken === "string") return { username, accessToken };
  } catch {
    // Reported below, because the parser's message would quote the secret.
  }
  problems.push({ place: version.address, message: "is not JSON with username and accessToken, so ECR cannot use it" });
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
