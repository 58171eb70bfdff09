import { around } from "../values";
import type { Argument } from "./argument";
import { template } from "./calls";
import { registry } from "./component-args";
import { NUMBERS, named, padded, tagPatternSamples } from "./samples";

function lifecycle(selection: object, action: object = { type: "expire" }): string {
  const document = {
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1, ...selection },
        action,
      },
    ],
  };
  return JSON.stringify(document);
}

/** Arguments that are one number of a rule. */
const NUMERIC: readonly {
  readonly field: string;
  readonly beside?: object;
  readonly selection: object;
  readonly action?: object;
}[] = [
  { field: "keepImages", selection: {} },
  { field: "expireAfterDays", selection: { countType: "sinceImagePushed", countUnit: "days" } },
  {
    field: "expireUntaggedAfterDays",
    selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days" },
  },
  {
    field: "archiveUnpulledAfterDays",
    selection: { countType: "sinceImagePulled", countUnit: "days" },
    action: { type: "transition", targetStorageClass: "archive" },
  },
  {
    field: "deleteArchivedAfterDays",
    beside: { archiveUnpulledAfterDays: 30 },
    selection: { countType: "sinceImageTransitioned", countUnit: "days", storageClass: "archive" },
  },
];

/** Arguments of a lifecycle policy. */
export const LIFECYCLE: readonly Argument[] = [
  {
    path: "registries.cache.lifecycle.policy",
    args: (text: string) => registry({ lifecycle: { policy: text } }),
    calls: (lifecyclePolicy: string) => [template({ lifecyclePolicy })],
    values: () => ["", "{}", "[]", "null", ...padded(lifecycle({}), 100, 30_720)],
  },
  ...NUMERIC.map(({ field, beside, selection, action }) => ({
    path: `registries.cache.lifecycle.${field}`,
    args: (value: number) => registry({ lifecycle: { ...beside, [field]: value } }),
    calls: (value: number) => [template({ lifecyclePolicy: lifecycle({ ...selection, countNumber: value }, action) })],
    values: () => [...NUMBERS, ...around(90)],
  })),
  {
    path: "registries.cache.lifecycle.tagged",
    args: (tagPatterns: string[]) => registry({ lifecycle: { tagged: [{ tagPatterns, keepImages: 1 }] } }),
    calls: (tagPatternList: string[]) => [
      template({ lifecyclePolicy: lifecycle({ tagStatus: "tagged", tagPatternList }) }),
    ],
    values: () => [...tagPatternSamples().map((pattern) => [pattern]), [], ["v*", "*-rc"], ["v*", "v*"]],
  },
  {
    path: "registries.cache.lifecycle.tagged",
    args: (count: number) =>
      registry({ lifecycle: { tagged: named(count).map((tag) => ({ tagPatterns: [tag], keepImages: 1 })) } }),
    calls: (count: number) => [
      template({
        lifecyclePolicy: JSON.stringify({
          rules: named(count).map((tag, index) => ({
            rulePriority: index + 1,
            selection: { tagStatus: "tagged", tagPatternList: [tag], countType: "imageCountMoreThan", countNumber: 1 },
            action: { type: "expire" },
          })),
        }),
      }),
    ],
    values: () => [1, 2, ...around(50)],
  },
];
