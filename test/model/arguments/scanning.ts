import type { PullThroughCacheArgs } from "../../../component/args";
import { type ScanFrequency, ScanType } from "../../../component/values";
import type { Call } from "../cloud";
import type { Argument } from "./argument";
import { registry } from "./component-args";
import { counts, named, texts } from "./samples";

const scanning = (scanType: string, scanFrequency?: string, filters: readonly string[] = []): Call => ({
  service: "ecr",
  operation: "PutRegistryScanningConfiguration",
  input: {
    scanType,
    rules:
      scanFrequency === undefined
        ? []
        : [{ scanFrequency, repositoryFilters: filters.map((filter) => ({ filter, filterType: "WILDCARD" })) }],
  },
});

/** Arguments of the registry scanning configuration. */
export const SCANNING: readonly Argument[] = [
  {
    path: "scanning.scanType",
    args: (scanType: ScanType) => ({ ...registry({}), scanning: { scanType } }),
    calls: (scanType: ScanType) => [scanning(scanType)],
    values: () => texts("ecr", "ScanType"),
  },
  ...Object.values(ScanType).flatMap((scanType) => [
    {
      path: "scanning.scanFrequency",
      args: (scanFrequency: ScanFrequency) => ({ ...registry({}), scanning: { scanType, scanFrequency } }),
      calls: (scanFrequency: ScanFrequency) => [scanning(scanType, scanFrequency, ["cache/*"])],
      values: () => texts("ecr", "ScanFrequency"),
    },
    {
      path: "scanning.rules",
      args: (scanFrequency: ScanFrequency) => ({
        ...registry({}),
        scanning: { scanType, rules: [{ scanFrequency, filters: ["*"] }] },
      }),
      calls: (scanFrequency: ScanFrequency) => [scanning(scanType, scanFrequency, ["*"])],
      values: () => texts("ecr", "ScanFrequency"),
    },
  ]),
  {
    path: "scanning.rules",
    args: (filters: string[]): PullThroughCacheArgs => ({
      ...registry({}),
      scanning: { scanType: "ENHANCED", rules: [{ scanFrequency: "CONTINUOUS_SCAN", filters }] },
    }),
    calls: (filters: string[]) => [scanning("ENHANCED", "CONTINUOUS_SCAN", filters)],
    values: () => [
      ...texts("ecr", "ScanningRepositoryFilterValue").map((filter) => [filter]),
      ...counts(100).map(named),
    ],
  },
];
