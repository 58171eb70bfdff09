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

const sinceDays = (countNumber: unknown) => ({ countType: "sinceImagePushed", countUnit: "days", countNumber });

/** Arguments of a lifecycle policy. */
export const LIFECYCLE: readonly Argument[] = [
  {
    path: "registries.cache.lifecycle.policy",
    args: (text: string) => registry({ lifecycle: { policy: text } }),
    calls: (lifecyclePolicy: string) => [template({ lifecyclePolicy })],
    values: () => ["", "{}", "[]", "null", ...padded(lifecycle({}), 100, 30_720)],
  },
  ...(["keepImages", "expireAfterDays"] as const).map((field) => ({
    path: `registries.cache.lifecycle.${field}`,
    args: (value: number) => registry({ lifecycle: { [field]: value } }),
    calls: (value: number) => [
      template({ lifecyclePolicy: lifecycle(field === "keepImages" ? { countNumber: value } : sinceDays(value)) }),
    ],
    values: () => NUMBERS,
  })),
  {
    path: "registries.cache.lifecycle.expireUntaggedAfterDays",
    args: (expireUntaggedAfterDays: number) => registry({ lifecycle: { expireUntaggedAfterDays } }),
    calls: (days: number) => [template({ lifecyclePolicy: lifecycle({ tagStatus: "untagged", ...sinceDays(days) }) })],
    values: () => NUMBERS,
  },
  {
    path: "registries.cache.lifecycle.archiveUnpulledAfterDays",
    args: (archiveUnpulledAfterDays: number) => registry({ lifecycle: { archiveUnpulledAfterDays } }),
    calls: (days: number) => [
      template({
        lifecyclePolicy: lifecycle(
          { countType: "sinceImagePulled", countUnit: "days", countNumber: days },
          { type: "transition", targetStorageClass: "archive" },
        ),
      }),
    ],
    values: () => NUMBERS,
  },
  {
    path: "registries.cache.lifecycle.deleteArchivedAfterDays",
    args: (deleteArchivedAfterDays: number) =>
      registry({ lifecycle: { archiveUnpulledAfterDays: 30, deleteArchivedAfterDays } }),
    calls: (days: number) => {
      const archived = { countType: "sinceImageTransitioned", countUnit: "days", storageClass: "archive" };
      return [template({ lifecyclePolicy: lifecycle({ ...archived, countNumber: days }) })];
    },
    values: () => [...NUMBERS, ...around(90)],
  },
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
