import {
  clientSettings,
  type Inventory,
  type OpenInventory,
  openInventory,
  whyElsewhere,
} from "../aws/account/inventory";
import { type Registry, registryOf } from "../aws/account/registry";
import { byLength, inCache, nameUnder } from "../aws/caches/prefix";
import { defaultLifecycle } from "../aws/lifecycle/default";
import { parseLifecycle } from "../aws/lifecycle/document";
import { canExpire } from "../aws/lifecycle/effect";
import { filterMatches, scanFilters } from "../aws/scanning/filters";
import { pullThroughCacheRule } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { read, text, unknown, type Value } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

const permissions = "ecr:DescribeRepositories, ecr:GetLifecyclePolicy and ecr:GetRegistryScanningConfiguration";
const maxErrorLength = 200;

export const cachedRepositoriesAudit = stackPolicy<object>({
  name: "cached-repositories-audit",
  displayName: "Repositories that the cache already created",
  rule: "Repositories that already exist below the stack's cache prefixes must expire images and be scanned.",
  why: `The cache created them, so they are not in Pulumi's state, and a template never changes them. It reads ECR as the provider does, with ${permissions}, or says why not.`,
  fix: "Run the command in the message: it gives each repository a lifecycle policy, or turns on scanning.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html",
  enforcementLevel: "disabled",
  severity: "medium",
  topic: "cost",
  trigger: pullThroughCacheRule,
  judge: (resources) => audit(resources),
});

/** Reads registries and repositories one after the other, to stay below rate limits. */
export async function audit(
  resources: readonly StackResource[],
  open: OpenInventory = openInventory,
): Promise<Finding[]> {
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
  const elsewhere = whyElsewhere(first);
  if (elsewhere !== undefined) return [notAudited(first, registry, elsewhere)];
  let inventory: Inventory | undefined;
  try {
    inventory = await open(clientSettings(first, registry.region));
    return await judgeRegistry(rules, registry, inventory);
  } catch (error) {
    return [notAudited(first, registry, noAccess(error))];
  } finally {
    inventory?.close();
  }
}

function notAudited(resource: StackResource, { region }: Registry, because: string): Finding {
  const place = typeof region === "string" ? region : "the default Region";
  const note = `cached-repositories-audit: ECR in ${place} was not audited, because ${because}.`;
  return { resource, verdict: pass, note };
}

function noAccess(error: unknown): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message.split("\n")[0]}` : String(error);
  return `it could not be read (${reason.slice(0, maxErrorLength)}). The audit needs credentials with ${permissions}`;
}

async function judgeRegistry(
  rules: readonly StackResource[],
  registry: Registry,
  inventory: Inventory,
): Promise<Finding[]> {
  const scanning = await inventory.scanning();
  const { filters, enhanced } = scanFilters(scanning.scanType, scanning.rules as Value);
  let account: string | undefined;
  const owners = rules
    .map((rule): Owner => ({ rule, prefix: prefixOf(rule), growing: [], unscanned: [] }))
    .sort((a, b) => byLength(a.prefix ?? "", b.prefix ?? ""));
  for await (const { name, scanOnPush, ...repository } of inventory.repositories()) {
    account = repository.account;
    if (typeof registry.account === "string" && account !== registry.account) {
      return rules
        .slice(0, 1)
        .map((rule) =>
          notAudited(
            rule,
            registry,
            `its credentials are of account ${account}, and the rules are in account ${String(registry.account)}`,
          ),
        );
    }
    const owner = owners.find(({ prefix }) => prefix !== undefined && inCache(prefix, name));
    if (owner === undefined) continue;
    if (!expires(await inventory.lifecyclePolicy(name))) owner.growing.push(name);
    const byItself = scanOnPush && enhanced !== true;
    if (!byItself && !filters.some((filter) => filterMatches(filter, name))) owner.unscanned.push(name);
  }
  return owners.map(({ rule, prefix, growing, unscanned }) => {
    if (prefix === undefined) return { resource: rule, verdict: undecided };
    const verdicts = [
      keepForEver(growing, { ...registry, account }),
      notScanned(unscanned, { ...registry, account }, enhanced === true, prefix),
    ];
    return { resource: rule, verdict: all(verdicts) };
  });
}

/** A rule, and the repositories below its prefix that have a problem. */
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
  return lifecycle !== undefined && lifecycle !== unknown && canExpire(lifecycle);
}

const putLifecycle = `put-lifecycle-policy --lifecycle-policy-text '${defaultLifecycle}'`;
const putScanning = "put-image-scanning-configuration --image-scanning-configuration scanOnPush=true";

/** With the account in it, ECR refuses the command under the credentials of another one. */
function loop(names: readonly string[], { region, account }: Registry, command: string): string {
  const place = typeof region === "string" ? ` --region ${region}` : "";
  const owner = typeof account === "string" ? ` --registry-id ${account}` : "";
  return `Run: for repository in ${names.join(" ")}; do aws ecr${place} ${command}${owner} --repository-name "$repository"; done`;
}

function keepForEver(names: readonly string[], registry: Registry): Verdict {
  if (names.length === 0) return pass;
  return fail(`${names.length} existing repositories keep every image forever.`, loop(names, registry, putLifecycle));
}

/** Under enhanced scanning, a repository's own setting has no effect. */
function notScanned(names: readonly string[], registry: Registry, enhanced: boolean, prefix: string): Verdict {
  if (names.length === 0) return pass;
  const filter = nameUnder(prefix, "*");
  return fail(
    `${names.length} existing repositories are not scanned.`,
    enhanced
      ? `Add the filter "${filter}" to the registry scanning configuration.`
      : loop(names, registry, putScanning),
  );
}
