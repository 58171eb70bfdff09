import type { PullThroughCacheArgs } from "../../../component/args";
import { type ScanFrequency, ScanType } from "../../../component/values";
import type { Call } from "../cloud";
import type { Argument } from "./argument";
import { registry } from "./component-args";
import { counts, named, texts } from "./samples";

const scanning = (scanType: string, rules: unknown): Call => ({
  service: "ecr",
  operation: "PutRegistryScanningConfiguration",
  input: { scanType, rules },
});

/** Arguments of the registry scanning configuration. */
export const SCANNING: readonly Argument[] = [
  {
    path: "scanning.scanType",
    args: (scanType: ScanType) => ({ ...registry({}), scanning: { scanType } }),
    calls: (scanType: ScanType) => [scanning(scanType, [])],
    values: () => texts("ecr", "ScanType"),
  },
  ...Object.values(ScanType).flatMap((scanType) => [
    {
      path: "scanning.scanFrequency",
      args: (scanFrequency: ScanFrequency) => ({ ...registry({}), scanning: { scanType, scanFrequency } }),
      calls: (scanFrequency: ScanFrequency) => [
        scanning(scanType, [{ scanFrequency, repositoryFilters: [{ filter: "cache/*", filterType: "WILDCARD" }] }]),
      ],
      values: () => texts("ecr", "ScanFrequency"),
    },
    {
      path: "scanning.rules",
      args: (scanFrequency: ScanFrequency) => ({
        ...registry({}),
        scanning: { scanType, rules: [{ scanFrequency, filters: ["*"] }] },
      }),
      calls: (scanFrequency: ScanFrequency) => [
        scanning(scanType, [{ scanFrequency, repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }] }]),
      ],
      values: () => texts("ecr", "ScanFrequency"),
    },
  ]),
  {
    path: "scanning.rules",
    args: (filters: string[]): PullThroughCacheArgs => ({
      ...registry({}),
      scanning: { scanType: "ENHANCED", rules: [{ scanFrequency: "CONTINUOUS_SCAN", filters }] },
    }),
    calls: (filters: string[]) => [
      scanning("ENHANCED", [
        {
          scanFrequency: "CONTINUOUS_SCAN",
          repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })),
        },
      ]),
    ],
    values: () => [
      ...texts("ecr", "ScanningRepositoryFilterValue").map((filter) => [filter]),
      ...counts(100).map(named),
    ],
  },
];
