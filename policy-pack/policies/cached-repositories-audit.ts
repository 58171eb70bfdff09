import { defaultLifecycle } from "../aws/default-lifecycle";
import { clientSettings, type Inventory, type OpenInventory, openInventory } from "../aws/inventory";
import { expiringRules, parseLifecycle } from "../aws/lifecycle";
import { byLength, inCache } from "../aws/prefix";
import { type Registry, registryOf } from "../aws/registry";
import { filterMatches, scanFilters } from "../aws/scanning";
import { pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, unknown, type Value } from "../kit/values";
import { fail, pass, undecided } from "../kit/verdict";

interface Config {
  readonly enabled: boolean;
}

const permissions = "ecr:DescribeRepositories, ecr:GetLifecyclePolicy and ecr:GetRegistryScanningConfiguration";
const maxErrorLength = 200;

export const cachedRepositoriesAudit = stackPolicy<Config>({
  name: "cached-repositories-audit",
  displayName: "Repositories that the cache already created",
  rule: "Repositories that already exist below the stack's cache prefixes must expire images and be scanned.",
  why: "The cache created them, so Pulumi's state does not have them, and a template never changes a repository that exists.",
  fix: "Run the commands that the message names.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
  enforcementLevel: "advisory",
  severity: "medium",
  trigger: pullThroughCacheRule,
  config: {
    enabled: {
      type: "boolean",
      default: false,
      description: `Ask ECR, with the stack's Region and credentials. Needs ${permissions}.`,
    },
  },
  judge: (resources, config) => audit(resources, config),
});

/** Registries are asked one after the other, and so are repositories: an audit is never in a hurry. */
export async function audit(
  resources: readonly StackResource[],
  config: Config,
  open: OpenInventory = openInventory,
): Promise<Finding[]> {
  if (!config.enabled) return [];
  const rules = resources.filter((resource) => resource.type === pullThroughCacheRule);
  const findings: Finding[] = [];
  for (const group of grouped(rules)) {
    findings.push(...(await auditRegistry(group, open)));
  }
  return findings;
}

function grouped(rules: readonly StackResource[]): StackResource[][] {
  const groups = new Map<string, StackResource[]>();
  for (const rule of rules) {
    const { provider, region } = registryOf(rule);
    const key = JSON.stringify([provider, String(region)]);
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()];
}

async function auditRegistry(rules: readonly StackResource[], open: OpenInventory): Promise<Finding[]> {
  const [first] = rules;
  if (first === undefined) return [];
  const registry = registryOf(first);
  if (registry.region === unknown) return rules.map((resource) => ({ resource, verdict: undecided }));
  let inventory: Inventory | undefined;
  try {
    inventory = await open(clientSettings(first, registry.region));
    return await judgeRegistry(rules, registry, inventory);
  } catch (error) {
    return [{ resource: first, verdict: pass, note: noAccess(registry, error) }];
  } finally {
    inventory?.close();
  }
}

function noAccess(registry: Registry, error: unknown): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
  const region = typeof registry.region === "string" ? registry.region : "the default Region";
  return `cached-repositories-audit: ECR in ${region} could not be asked, so nothing was audited there (${reason.slice(0, maxErrorLength)}). The audit needs credentials with ${permissions}.`;
}

async function judgeRegistry(
  rules: readonly StackResource[],
  registry: Registry,
  inventory: Inventory,
): Promise<Finding[]> {
  const scanning = await inventory.scanning();
  const { filters } = scanFilters(scanning.scanType, scanning.rules as Value);
  const owners = rules
    .map((rule): Owner => ({ rule, prefix: prefixOf(rule), growing: [], unscanned: [] }))
    .sort((a, b) => byLength(a.prefix ?? "", b.prefix ?? ""));
  for await (const { name, scanOnPush } of inventory.repositories()) {
    const owner = owners.find(({ prefix }) => prefix !== undefined && inCache(prefix, name));
    if (owner === undefined) continue;
    if (!expires(await inventory.lifecyclePolicy(name))) owner.growing.push(name);
    if (!scanOnPush && !filters.some((filter) => filterMatches(filter, name))) owner.unscanned.push(name);
  }
  return owners.map(({ rule, prefix, growing, unscanned }) => {
    if (prefix === undefined) return { resource: rule, verdict: undecided };
    const problems = [
      ...describe(growing, registry, "keep every image for ever", putLifecycle),
      ...describe(unscanned, registry, "are not scanned", putScanning),
    ];
    return { resource: rule, verdict: problems.length === 0 ? pass : fail(...problems) };
  });
}

/** A rule and the repositories below its prefix that lack something. */
interface Owner {
  readonly rule: StackResource;
  readonly prefix: string | undefined;
  readonly growing: string[];
  readonly unscanned: string[];
}

function prefixOf(rule: StackResource): string | undefined {
  const prefix = text(read(rule.props, "ecrRepositoryPrefix"));
  return prefix === unknown ? undefined : prefix;
}

function expires(policy: string | undefined): boolean {
  const lifecycle = parseLifecycle(policy);
  if (lifecycle === undefined || lifecycle === unknown) return false;
  return lifecycle.problems.length === 0 && expiringRules(lifecycle).length > 0;
}

const putLifecycle = `put-lifecycle-policy --lifecycle-policy-text '${defaultLifecycle}'`;
const putScanning = "put-image-scanning-configuration --image-scanning-configuration scanOnPush=true";

function describe(names: readonly string[], registry: Registry, what: string, command: string): string[] {
  if (names.length === 0) return [];
  const region = typeof registry.region === "string" ? ` --region ${registry.region}` : "";
  return [
    `${names.length} existing repositories ${what}. This mends them:\nfor repository in ${names.join(" ")}; do aws ecr${region} ${command} --repository-name "$repository"; done`,
  ];
}
