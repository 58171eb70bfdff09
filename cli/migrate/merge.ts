import { formatPath } from "pulumi-pull-through-cache/plan";
import type { Found, Problem, Reading } from "./entry";

/** Merges what the YAML declares with what the state has. Each entry must be in both. */
export function mergeInputs(yaml: Reading | undefined, state: Reading | undefined): Reading {
  const problems: Problem[] = [...(yaml?.problems ?? []), ...(state?.problems ?? [])];
  if (!yaml || !state) return { entries: (yaml ?? state)?.entries ?? [], problems };
  // An entry that could not be read would also be reported as missing.
  if (problems.length > 0) return { entries: [], problems };

  const deployed = new Map(state.entries.map((entry) => [entry.key, entry]));
  const declared = new Set(yaml.entries.map(({ key }) => key));
  for (const { key } of state.entries) {
    if (!declared.has(key)) {
      problems.push({
        place: formatPath([key]),
        message: "is only in the Terraform state: add it to the YAML, or give only --state",
      });
    }
  }
  const entries = yaml.entries.flatMap((entry): Found[] => {
    const live = deployed.get(entry.key);
    if (!live) {
      const message = "is only in the YAML: run `terraform apply` first, remove it, or give only --from";
      problems.push({ place: formatPath([entry.key]), message });
      return [];
    }
    if (live.registry !== entry.registry) {
      problems.push({
        place: formatPath([entry.key, "registry"]),
        message: "names another host in the YAML than in the state",
      });
    }
    return [
      {
        ...entry,
        credentials: entry.credentials ?? live.credentials,
        tokenProblem: entry.credentials ? undefined : live.tokenProblem,
        lifecyclePolicy: entry.lifecyclePolicy ?? live.lifecyclePolicy,
        tagMutability: entry.tagMutability ?? live.tagMutability,
        deployed: live.deployed,
      },
    ];
  });
  return { entries, problems };
}
