import { cacheScope, type ScopeConfig, scope } from "../aws/cache-scope";
import { given, registryOf } from "../aws/registry";
import { filterMatches } from "../aws/scanning";
import { repository } from "../aws/types";
import { type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, read, text, unknown } from "../kit/values";
import { all, fail, pass, undecided, type Verdict } from "../kit/verdict";
import { filtersFor, type ScanningAt, type ScanningConfig, scanningElsewhere } from "./rule-prefix-scanned";

type Config = ScanningConfig & ScopeConfig;

export const repositoryScansOnPush = stackPolicy<Config>({
  name: "repository-scans-on-push",
  displayName: "Repositories in a cache scan on push",
  rule: "A repository that is declared below a cache prefix must be scanned on push.",
  why: "A repository that exists before its first pull is not made by the cache and keeps its own settings.",
  fix: "Set imageScanningConfiguration.scanOnPush, or cover the repository by the registry scanning configuration.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
  enforcementLevel: "mandatory",
  severity: "high",
  trigger: repository,
  config: { ...scanningElsewhere, ...scope },
  judge: judgeRepositories,
  remediates: {
    type: repository,
    mend: (resource, config) => {
      // One resource does not show the stack's rules, so only what the configuration names is mended.
      const name = text(read(resource.props, "name")) ?? "";
      const asked = cacheScope([], config).contains({ ...resource, name: String(resource.name) }, name) === true;
      const scan = fieldsOf(read(resource.props, "imageScanningConfiguration")).scanOnPush;
      if (!asked || scan === true || scan === unknown) return undefined;
      resource.props.imageScanningConfiguration = { scanOnPush: true };
      return resource.props;
    },
  },
});

export function judgeRepositories(resources: readonly StackResource[], config: Config): Finding[] {
  const caches = cacheScope(resources, config);
  return resources
    .filter((resource) => resource.type === repository)
    .map((resource) => {
      const name = text(read(resource.props, "name")) ?? unknown;
      const inside = caches.contains(resource, name);
      if (inside === false) return { resource, verdict: pass };
      const verdict = judgeRepository(resource, name, filtersFor(registryOf(resource), resources, config));
      return { resource, verdict: inside === unknown && verdict !== pass ? undecided : verdict };
    });
}

function judgeRepository(resource: StackResource, name: string | typeof unknown, scanning: ScanningAt): Verdict {
  const configuration = given(resource, "imageScanningConfiguration");
  const scan = configuration === unknown ? unknown : fieldsOf(configuration).scanOnPush;
  if (scan === true) return pass;
  if (typeof name === "string" && scanning.filters.some((filter) => filterMatches(filter, name))) return pass;
  if (scanning.filters.includes("*")) return pass;
  const open = scan === unknown || scanning.open || (name === unknown && scanning.filters.length > 0);
  return open ? undecided : all([fail("The repository is not scanned on push.")]);
}
