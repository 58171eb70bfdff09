import { registryOf, sameRegistry } from "../aws/account/registry";
import { normalPrefix } from "../aws/caches/prefix";
import { pullThroughCacheRule, replicationConfiguration } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, items, read, text, unknown, type Value, word } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";

export const replicationFiltered = stackPolicy<object>({
  name: "replication-filtered",
  displayName: "Replication names what it copies",
  rule: "In a registry with pull through caches, every replication rule must have repositoryFilters.",
  why: "Without them it copies each cached image to every destination, where it is stored and paid for again. A filter that names a cache is taken as meant.",
  fix: "Add repositoryFilters with the prefixes of your own repositories to each rule of the ReplicationConfiguration.",
  snippet: `
repositoryFilters: [{ filter: "shop/", filterType: "PREFIX_MATCH" }],`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html",
  enforcementLevel: "advisory",
  mandatoryFrom: "1.0",
  severity: "medium",
  topic: "cost",
  trigger: replicationConfiguration,
  judge: judgeReplication,
});

export function judgeReplication(resources: readonly StackResource[]): Finding[] {
  const caches = resources.filter(({ type }) => type === pullThroughCacheRule);
  return resources
    .filter(({ type }) => type === replicationConfiguration)
    .map((resource) => {
      const answers = caches.map((cache) => ({ cache, here: sameRegistry(registryOf(cache), registryOf(resource)) }));
      const here = answers.filter((answer) => answer.here === true).map(({ cache }) => cache);
      if (here.length > 0) return { resource, verdict: judgeRules(resource, here) };
      return { resource, verdict: answers.some((answer) => answer.here === unknown) ? undecided : pass };
    });
}

function judgeRules(resource: StackResource, caches: readonly StackResource[]): Verdict {
  const block = read(resource.props, "replicationConfiguration");
  const rules = block === unknown ? unknown : items(fieldsOf(block).rules);
  if (rules === unknown) return undecided;
  return all(rules.map((rule, index) => judgeRule(rule, index, caches)));
}

function judgeRule(rule: Value, index: number, caches: readonly StackResource[]): Verdict {
  if (rule === unknown) return undecided;
  const { repositoryFilters, destinations } = fieldsOf(rule);
  const filters = items(repositoryFilters);
  if (filters === unknown) return undecided;
  if (filters.length > 0) return pass;
  const cached = caches.map((cache) => text(read(cache.props, "ecrRepositoryPrefix")));
  const names = [...new Set(cached.filter((prefix) => typeof prefix === "string").map(normalPrefix))];
  const places = items(destinations);
  const regions = places === unknown ? [] : places.map((place) => word(fieldsOf(place).region)).filter(Boolean);
  return fail(
    `rules[${index}] has no repositoryFilters, so it copies ${names.length > 0 ? `what is cached below ${names.sort().join(", ")}` : "every cached image"} to ${[...new Set(regions)].join(", ") || "its destinations"}.`,
  );
}
