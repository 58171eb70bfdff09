import { given, registryOf } from "../aws/account/registry";
import { cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { scanningControl } from "../aws/controls";
import { type ScanningAt, type ScanningConfig, scanningElsewhere, scanningIn } from "../aws/scanning/configured";
import { filterMatches } from "../aws/scanning/filters";
import { repository } from "../aws/types";
import { all, any, not } from "../kit/logic";
import { type AnyResource, type Finding, type StackResource, stackPolicy } from "../kit/policy";
import { fieldsOf, read, text, type Unknown, unknown } from "../kit/values";
import { fail, ifConcerned, pass, undecided, type Verdict } from "../kit/verdict";

type Config = ScanningConfig & ScopeConfig;

export const repositoryScansOnPush = stackPolicy<Config>({
  name: "repository-scans-on-push",
  displayName: "Repositories in a cache scan on push",
  rule: "A repository that is declared below a cache prefix must be scanned on push.",
  why: "The cache does not create a repository that already exists, so it keeps its own settings.",
  fix: "Set scanOnPush in the repository's imageScanningConfiguration, or cover the repository in the registry scanning configuration.",
  snippet: `
imageScanningConfiguration: { scanOnPush: true },`,
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "security",
  framework: scanningControl,
  trigger: repository,
  config: { ...scanningElsewhere, ...scope },
  judge: judgeRepositories,
  remediates: {
    type: repository,
    mend: (resource, config) => {
      // A remediation does not see the stack's rules, so it repairs only repositories named in the configuration.
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
  const scanningAt = scanningIn(resources, config);
  return resources
    .filter((resource) => resource.type === repository)
    .map((resource) => {
      const name = text(read(resource.props, "name")) ?? unknown;
      const verdict = judgeRepository(resource, name, scanningAt(registryOf(resource)));
      return { resource, verdict: ifConcerned(caches.contains(resource, name), verdict) };
    });
}

/** Under enhanced scanning, only the registry's filters decide. AWS: "Scan images for software vulnerabilities". */
export function judgeRepository(resource: AnyResource, name: string | Unknown, scanning: ScanningAt): Verdict {
  const configuration = given(resource, "imageScanningConfiguration");
  const own = configuration === unknown ? unknown : fieldsOf(configuration).scanOnPush;
  const byItself = all([own === unknown ? unknown : own === true, not(scanning.enhanced)]);
  const byRegistry = scanning.scans((filters) => {
    if (filters.includes("*")) return true;
    if (name === unknown) return filters.length > 0 ? unknown : false;
    return filters.some((filter) => filterMatches(filter, name));
  });
  const scanned = any([byItself, byRegistry]);
  if (scanned === unknown) return undecided;
  if (scanned) return pass;
  return scanning.enhanced === true
    ? fail(
        "The registry scans only by its filters (ENHANCED), and none of them matches the repository.",
        "Add a filter for the repository to the registry scanning configuration.",
      )
    : fail("The repository is not scanned on push.");
}
