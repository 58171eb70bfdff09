import { regionPattern, registryOf, sameRegistry } from "../aws/account/registry";
import { type Repeated, repeated } from "../aws/account/repeated";
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
  return Object.keys(singletons).flatMap((type) =>
    repeated(
      resources.filter((resource) => resource.type === type),
      registryOf,
      sameRegistry,
    ).map((one) => ({ resource: one.resource, verdict: judge(one, config) })),
  );
}

/** The first resource is not reported: the later ones overwrite it. */
function judge({ resource, first }: Repeated, { ownedElsewhere }: Config): Verdict {
  const what = singletons[resource.type];
  const { region } = registryOf(resource);
  if (ownedElsewhere.includes("*") || (typeof region === "string" && ownedElsewhere.includes(region))) {
    return fail(
      `The ${what} of this Region belongs to another stack.`,
      "Remove this resource, and add its rules there.",
    );
  }
  if (first !== unknown && first !== undefined) {
    return fail(`It overwrites ${first.name}, the ${what} of the same account and Region.`);
  }
  return first === unknown || (typeof region !== "string" && ownedElsewhere.length > 0) ? undecided : pass;
}
