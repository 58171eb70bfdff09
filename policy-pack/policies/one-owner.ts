import { regionPattern, registryOf, sameRegistry } from "../aws/account/registry";
import { registryPolicy, scanningConfiguration } from "../aws/types";
import { type Finding, type StackResource, stackPolicy, stringList } from "../kit/policy";
import { unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly ownedElsewhere: readonly string[];
}

const singletons: Readonly<Record<string, string>> = {
  [scanningConfiguration]: "registry scanning configuration",
  [registryPolicy]: "registry policy",
};

export const oneOwner = stackPolicy<Config>({
  name: "one-owner",
  displayName: "One owner of registry-wide settings",
  rule: "A Region's registry scanning configuration and registry policy must have one owner each.",
  why: "An account has one of each per Region: a second resource silently overwrites the first, and deleting either clears both.",
  fix: "Keep one RegistryScanningConfiguration and one RegistryPolicy for each Region, and merge the rules and statements of the others there.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-settings.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "availability",
  config: {
    ownedElsewhere: stringList("Regions whose registry-wide settings another stack owns; `*` for all.", {
      pattern: `^(?:\\*|${regionPattern})$`,
    }),
  },
  judge: judgeSingletons,
});

export function judgeSingletons(resources: readonly StackResource[], config: Config): Finding[] {
  return Object.keys(singletons).flatMap((type) => {
    // The engine lists resources in any order, but the same stack must always get the same answer.
    const same = resources.filter((resource) => resource.type === type).sort((a, b) => (a.urn < b.urn ? -1 : 1));
    return same.map((resource, index) => ({ resource, verdict: judge(resource, same.slice(0, index), config) }));
  });
}

/** The first resource is not reported: the later ones overwrite it. */
function judge(resource: StackResource, earlier: readonly StackResource[], config: Config): Verdict {
  const what = singletons[resource.type];
  const registry = registryOf(resource);
  const { region } = registry;
  const elsewhere = config.ownedElsewhere;
  if (elsewhere.includes("*") || (typeof region === "string" && elsewhere.includes(region))) {
    return fail(
      `The ${what} of this Region belongs to another stack.`,
      "Remove this resource, and add its rules there.",
    );
  }
  const answers = earlier.map((other) => ({ other, same: sameRegistry(registry, registryOf(other)) }));
  const first = answers.find(({ same }) => same === true);
  if (first !== undefined)
    return fail(`It overwrites ${first.other.name}, the ${what} of the same account and Region.`);
  const open = answers.some(({ same }) => same === unknown) || (typeof region !== "string" && elsewhere.length > 0);
  return open ? undecided : pass;
}
