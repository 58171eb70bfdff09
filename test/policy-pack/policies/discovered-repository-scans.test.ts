import { discoveredRepositoryScans as policy } from "../../../policy-pack/policies/discovered-repository-scans";
import { configured, judges, later, passes, repository, rule, undecided } from "../support";

const config = { cachePrefixes: ["quay"] };
const rules = [{ scanFrequency: "SCAN_ON_PUSH", repositoryFilters: [{ filter: "quay/*" }] }];

judges(policy, {
  "reports a repository by itself, below the prefixes of the configuration": [
    "a: The repository is not scanned on push.",
    configured(config, repository("a")),
  ],
  "passes others, and those that are scanned": [
    passes,
    configured(config, repository("a", { imageScanningConfiguration: { scanOnPush: true } })),
    configured(config, repository("a", { name: "own/app" })),
    [rule("r"), repository("a")],
    configured({ ...config, scanningElsewhere: { "eu-central-1": { rules } } }, repository("a")),
  ],
  "waits for an unknown name": [undecided("a"), configured(config, repository("a", { name: later }))],
});
