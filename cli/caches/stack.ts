import { CannotRunError } from "../exit";
import type { Cache, DeclaredScanning, DeclaredTemplate } from "./model";
import { stripSlash } from "./model";

const RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";
const REGISTRY_POLICY = "aws:ecr/registryPolicy:RegistryPolicy";
const SCANNING = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";
/** Pulumi marks encrypted values with it. Source: Pulumi's SDK, sdk/go/common/resource/sig. */
const SECRET = "4dabf18193072939515e22adb298388d";

interface StackResource {
  readonly delete?: boolean;
  readonly external?: boolean;
  readonly type?: string;
  readonly inputs?: Values;
  readonly outputs?: Values;
}

type Values = { readonly [name: string]: unknown };

/**
 * The caches that a stack has deployed, with the component or with other resources, from `pulumi stack export`. Secrets
 * are encrypted there and stay encrypted.
 */
export function cachesOfStack(text: string): Cache[] {
  const { deployment } = parseJson(text, "pulumi stack export");
  const all = list(record(deployment).resources).map(record) as StackResource[];
  // What a replacement has yet to delete, and what the program only reads, is not declared.
  const resources = all.filter((one) => !one.delete && !one.external);
  const templates = resources.filter(({ type }) => type === TEMPLATE);
  const listed = listedImages(resources.map(({ outputs }) => outputs));
  return resources
    .filter(({ type }) => type === RULE)
    .map((rule): Cache => {
      const inputs = rule.inputs ?? {};
      const prefix = stripSlash(string(inputs.ecrRepositoryPrefix) ?? "");
      const region = regionOf(rule);
      const template = templates.find(
        (candidate) => regionOf(candidate) === region && stripSlash(string(candidate.inputs?.prefix) ?? "") === prefix,
      );
      const ofRegion = (wanted: string) => resources.find((one) => one.type === wanted && regionOf(one) === region);
      return {
        region,
        account: string(rule.outputs?.registryId),
        prefix,
        upstream: string(inputs.upstreamRegistryUrl) ?? "",
        upstreamPrefix: string(inputs.upstreamRepositoryPrefix),
        repositories: listed.get(`${region} ${prefix}`),
        declared: {
          rule: {
            upstreamRegistryUrl: string(inputs.upstreamRegistryUrl),
            upstreamRepositoryPrefix: string(inputs.upstreamRepositoryPrefix),
            credentialArn: string(inputs.credentialArn),
            customRoleArn: string(inputs.customRoleArn),
          },
          ...(template && { template: templateOf(template) }),
          stack: {
            hidden: [...hiddenIn(inputs), ...hiddenIn(template?.inputs ?? {})],
            registryPolicy: string(ofRegion(REGISTRY_POLICY)?.inputs?.policy),
            scanning: scanningOf(ofRegion(SCANNING)?.inputs),
          },
        },
      };
    });
}

/** With the defaults of ECR and its provider, because a stack declares everything. */
function templateOf({ inputs = {}, outputs = {} }: StackResource): DeclaredTemplate {
  const encryption = record(list(inputs.encryptionConfigurations)[0]);
  // ECR may fill in the key that it chose.
  const chosen = record(list(outputs.encryptionConfigurations)[0]);
  return {
    appliedFor: list(inputs.appliedFors).map(String),
    description: string(inputs.description),
    lifecyclePolicy: string(inputs.lifecyclePolicy),
    repositoryPolicy: string(inputs.repositoryPolicy),
    imageTagMutability: string(inputs.imageTagMutability) ?? "MUTABLE",
    imageTagMutabilityExclusionFilters: list(inputs.imageTagMutabilityExclusionFilters).map((filter) =>
      String(record(filter).filter),
    ),
    encryptionType: string(encryption.encryptionType) ?? "AES256",
    kmsKey: string(encryption.kmsKey) ?? string(chosen.kmsKey),
    resourceTags: (inputs.resourceTags ?? {}) as DeclaredTemplate["resourceTags"],
    customRoleArn: string(inputs.customRoleArn),
  };
}

function scanningOf(inputs: Values | undefined): DeclaredScanning | undefined {
  if (inputs === undefined || hiddenIn(inputs).length > 0) return undefined;
  const filters = list(inputs.rules)
    .map(record)
    .flatMap(({ scanFrequency, repositoryFilters }) =>
      list(repositoryFilters).map((filter) => `${scanFrequency} ${record(filter).filter}`),
    );
  return { scanType: String(inputs.scanType), filters };
}

function hiddenIn(inputs: Values): string[] {
  return Object.keys(inputs).filter((name) => JSON.stringify(inputs[name])?.includes(SECRET));
}

function regionOf({ inputs, outputs }: StackResource): string {
  return string(inputs?.region) ?? string(outputs?.region) ?? "";
}

/** The caches in a stack's outputs, from `pulumi stack output --json`: any output with rules counts. */
export function cachesOfOutputs(text: string): Cache[] {
  const outputs = parseJson(text, "pulumi stack output --json");
  const found = new Map<string, Cache>();
  const listed = listedImages(outputs);
  for (const value of everything(outputs)) {
    const { ecrRepositoryPrefix: prefix, upstreamRegistryUrl: upstream, region, registryId } = value;
    const upstreamPrefix = string(value.upstreamRepositoryPrefix);
    if (typeof prefix !== "string" || typeof upstream !== "string" || typeof region !== "string") continue;
    found.set(`${region} ${prefix}`, {
      region,
      account: string(registryId),
      prefix: stripSlash(prefix),
      upstream,
      upstreamPrefix,
      repositories: listed.get(`${region} ${stripSlash(prefix)}`),
      declared: { rule: { upstreamRegistryUrl: upstream, upstreamRepositoryPrefix: upstreamPrefix } },
    });
  }
  if (found.size === 0) {
    throw new CannotRunError(
      "The outputs name no cache: export the component's `rules` (`export const rules = cache.rules;`), or use --stack.",
    );
  }
  return [...found.values()];
}

const CACHE_URL = /^[0-9]{12}\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+(?:\/(.+))?$/;

/** The repositories that caches list, by Region and prefix, from the component's `cacheRules`. */
function listedImages(outputs: unknown): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { url, repositories } of everything(outputs)) {
    const [, region, prefix = "ROOT"] = CACHE_URL.exec(String(url)) ?? [];
    if (region !== undefined && Array.isArray(repositories)) found.set(`${region} ${prefix}`, repositories.map(String));
  }
  return found;
}

/** All maps and lists in a value, however deep. */
function* everything(value: unknown): Generator<Values> {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null) continue;
    yield next as Values;
    for (const inner of Object.values(next)) pending.push(inner);
  }
}

function parseJson(text: string, source: string): Values {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CannotRunError(`This is not the output of \`${source}\`: it is not JSON.`);
  }
  if (typeof value === "object" && value !== null) return value as Values;
  throw new CannotRunError(`This is not the output of \`${source}\`: it is not a JSON object.`);
}

function record(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Values) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A secret is an object here, and counts as unknown. */
function string(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
