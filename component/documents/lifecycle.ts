import * as z from "zod";
import type { LifecyclePolicy, LifecycleRule } from "../lifecycle/document";
import type { Issue } from "../problems/issue";
import { tagPattern } from "../schema/aws";
import { parse, strictObject } from "../schema/parse";

/**
 * Checks a lifecycle policy document by ECR's rules. Sources: Amazon ECR user guide, "Lifecycle policy properties" and
 * "Amazon ECR service quotas".
 */

const MAX_CHARACTERS = 30_720;
const MAX_RULES = 50;
const MAX_WILDCARDS = 4;
const MIN_ARCHIVE_DAYS = 90;

/** The message for a missing or wrong part of the document. Other issues keep theirs. */
const unless = (wanted: string) => (issue: { readonly code?: string }) =>
  issue.code === "invalid_type" ? `must be ${wanted}` : undefined;
const object = <T extends z.ZodRawShape>(shape: T) => strictObject(shape, unless("a JSON object"));

const text = z.string({ error: "must be a string" });
const positive = z.int({ error: "must be a whole number" }).min(1, { error: "must be 1 or more" });
const tagList = z
  .array(text.min(1, { error: "cannot be empty" }), { error: unless("a list") })
  .min(1, { error: "cannot be empty" });

const rule = object({
  rulePriority: positive,
  description: text.optional(),
  selection: object({
    tagStatus: z.enum(["tagged", "untagged", "any"], { error: "must be tagged, untagged or any" }),
    tagPatternList: tagList.optional(),
    tagPrefixList: tagList.optional(),
    storageClass: z.enum(["standard", "archive"], { error: "must be standard or archive" }).optional(),
    countType: z.enum(["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"], {
      error: "must be imageCountMoreThan, sinceImagePushed, sinceImagePulled or sinceImageTransitioned",
    }),
    countUnit: z.literal("days", { error: "must be days" }).optional(),
    countNumber: positive,
  }),
  action: object({
    type: z.enum(["expire", "transition"], { error: "must be expire or transition" }),
    targetStorageClass: z.literal("archive", { error: "must be archive" }).optional(),
  }),
}) satisfies z.ZodType<LifecycleRule>;

const document = object({
  rules: z
    .array(rule, { error: unless("a list of rules") })
    .min(1, { error: "needs at least one rule" })
    .max(MAX_RULES, { error: `ECR allows at most ${MAX_RULES} rules` }),
}) satisfies z.ZodType<LifecyclePolicy>;

/** Whether a lifecycle policy document moves images to archive storage. Source: Amazon ECR User Guide, "Archiving an image". */
export function archives(json: string): boolean {
  try {
    return document.safeParse(JSON.parse(json)).data?.rules.some(({ action }) => action.type === "transition") ?? false;
  } catch {
    return false;
  }
}

/** Everything in a lifecycle policy document that ECR would refuse, with paths below `at`. */
export function validateLifecyclePolicy(json: string, at: readonly PropertyKey[] = []): Issue[] {
  if (json.length > MAX_CHARACTERS) {
    return [{ path: at, message: `the document has ${json.length} characters; ECR allows ${MAX_CHARACTERS}` }];
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [{ path: at, message: "must be a JSON document" }];
  }
  const parsed = parse(document, value, at);
  if (!parsed.ok) return parsed.issues;
  const { rules } = parsed.value;
  return [
    ...rules.flatMap((entry, index) =>
      ruleProblems(entry).map(({ path, message }) => ({ path: [...at, "rules", index, ...path], message })),
    ),
    ...relationProblems(rules).map((message) => ({ path: [...at, "rules"], message })),
  ];
}

function ruleProblems({ selection, action }: LifecycleRule): Issue[] {
  const problems: Issue[] = [];
  const report = (path: string, message: string) => problems.push({ path: path.split("."), message });
  const { tagStatus, tagPatternList, tagPrefixList, countType, countUnit, countNumber, storageClass } = selection;
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined);

  if (tagStatus === "tagged" && lists.length !== 1) {
    report("selection.tagStatus", "tagged needs either tagPatternList or tagPrefixList");
  }
  if (tagStatus !== "tagged" && lists.length > 0) {
    report("selection.tagStatus", `${tagStatus} excludes tagPatternList and tagPrefixList`);
  }
  if (tagPatternList?.some((pattern) => !tagPattern.safeParse(pattern).success)) {
    report("selection.tagPatternList", "a pattern has 1 to 128 letters, digits, '.', '_', '-' and '*'");
  }
  if (tagPatternList?.some((pattern) => pattern.split("*").length > MAX_WILDCARDS + 1)) {
    report("selection.tagPatternList", `a pattern has at most ${MAX_WILDCARDS} '*'`);
  }
  if (countType === "imageCountMoreThan" && countUnit !== undefined) {
    report("selection.countUnit", "imageCountMoreThan has no unit");
  }
  if (countType !== "imageCountMoreThan" && countUnit === undefined) {
    report("selection.countUnit", `${countType} needs the unit days`);
  }
  if (countType === "sinceImageTransitioned" && storageClass !== "archive") {
    report("selection.storageClass", "sinceImageTransitioned needs storageClass archive");
  }
  if (countType !== "sinceImageTransitioned" && storageClass === "archive") {
    report("selection.storageClass", `${countType} is only for storageClass standard`);
  }
  if (countType === "sinceImageTransitioned" && action.type === "transition") {
    report("action.type", "an archived image can only expire");
  }
  if (countType === "sinceImageTransitioned" && countNumber < MIN_ARCHIVE_DAYS) {
    report("selection.countNumber", `an archived image is kept for at least ${MIN_ARCHIVE_DAYS} days`);
  }
  if (countType === "sinceImagePulled" && action.type === "expire") {
    report("action.type", "sinceImagePulled can only archive: use transition, or sinceImagePushed to expire");
  }
  if (action.type === "transition" && action.targetStorageClass === undefined) {
    report("action.targetStorageClass", "transition needs the target archive");
  }
  if (action.type === "expire" && action.targetStorageClass !== undefined) {
    report("action.targetStorageClass", "expire has no target");
  }
  return problems;
}

function relationProblems(rules: readonly LifecycleRule[]): string[] {
  const problems: string[] = [];
  const priorities = rules.map((entry) => entry.rulePriority);
  if (new Set(priorities).size < priorities.length) problems.push("two rules have the same rulePriority");

  for (const storageClass of ["standard", "archive"]) {
    const inClass = rules.filter(({ selection }) => (selection.storageClass ?? "standard") === storageClass);
    const highest = Math.max(...inClass.map((entry) => entry.rulePriority));
    if (inClass.some((entry) => entry.selection.tagStatus === "any" && entry.rulePriority < highest)) {
      problems.push(`the rule with tagStatus any must have the highest rulePriority of storage class ${storageClass}`);
    }
    if (inClass.filter((entry) => entry.selection.tagStatus === "untagged").length > 1) {
      problems.push(`only one rule of storage class ${storageClass} may select untagged images`);
    }
    if (hasDuplicate(inClass.map(tagSelection).filter((tags) => tags !== undefined))) {
      problems.push(`two rules of storage class ${storageClass} select the same tags`);
    }
  }
  return problems;
}

function tagSelection({ selection }: LifecycleRule): string | undefined {
  const list = selection.tagPatternList ?? selection.tagPrefixList;
  return list && JSON.stringify([selection.tagPatternList ? "pattern" : "prefix", ...new Set([...list].sort())]);
}

function hasDuplicate(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}
