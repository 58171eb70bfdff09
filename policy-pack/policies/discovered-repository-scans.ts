import { registryOf } from "../aws/account/registry";
import { cacheScope, type ScopeConfig, scope } from "../aws/caches/scope";
import { scanningControl } from "../aws/controls";
import { type ScanningConfig, scanningElsewhere, scanningIn } from "../aws/scanning/configured";
import { repository } from "../aws/types";
import { resourcePolicy } from "../kit/policy";
import { read, text, unknown } from "../kit/values";
import { ifConcerned } from "../kit/verdict";
import { judgeRepository } from "./repository-scans-on-push";

export const discoveredRepositoryScans = resourcePolicy<ScanningConfig & ScopeConfig>({
  name: "discovered-repository-scans",
  displayName: "Discovered repositories in a cache scan on push",
  rule: "A repository below one of cachePrefixes must be scanned on push, by its own setting or by scanningElsewhere.",
  why: "For Pulumi Insights, which shows a policy one resource at a time; in a stack, repository-scans-on-push sees more.",
  fix: "Set scanOnPush in the repository's imageScanningConfiguration, or cover the repository in the registry scanning configuration.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
  enforcementLevel: "disabled",
  severity: "high",
  topic: "security",
  framework: scanningControl,
  types: [repository],
  config: { ...scanningElsewhere, ...scope },
  judge: (resource, config) => {
    const name = text(read(resource.props, "name")) ?? unknown;
    const inside = cacheScope([], config).contains(resource, name);
    return ifConcerned(inside, judgeRepository(resource, name, scanningIn([], config)(registryOf(resource))));
  },
});
