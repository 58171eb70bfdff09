import { document, type Fields, isFields, isList, type Unknown, unknown, type Value } from "../kit/values";
import { haveCommonMatch } from "./wildcards";

/** A rule of a lifecycle policy, reduced to what decides which images it takes. */
export interface LifecycleRule {
  readonly priority: number;
  readonly action: "expire" | "transition";
  readonly tagStatus: "tagged" | "untagged" | "any";
  /** For `tagged`: patterns that must all match the image's tags. */
  readonly patterns: readonly string[];
  readonly countType: string;
  readonly count: number;
  readonly storageClass: "standard" | "archive";
}

export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
  readonly problems: readonly string[];
}

const maxRules = 50;
const maxCharacters = 30_720;
const maxWildcards = 4;
const sinceTypes = ["sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"];
const minArchiveDays = 90;

/** Reads a lifecycle policy by AWS's rules ("Lifecycle policy properties"). `undefined`: there is none. */
export function parseLifecycle(value: Value): Lifecycle | Unknown | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && value.length > maxCharacters) {
    return { rules: [], problems: [`it is longer than ${maxCharacters} characters`] };
  }
  const policy = document(value);
  if (policy === unknown) return unknown;
  const rules = policy?.rules;
  if (rules === unknown) return unknown;
  if (!isList(rules) || rules.length === 0) return { rules: [], problems: ["it is not a JSON object with `rules`"] };
  if (rules.length > maxRules) return { rules: [], problems: [`it has more than ${maxRules} rules`] };
  // Only what Pulumi holds as an object can be known in part.
  if (typeof value !== "string" && hasUnknown(rules)) return unknown;
  const parsed = rules.map((rule, index) => parseRule(rule, `rules[${index}]`));
  const valid = parsed.flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  return { rules: valid, problems: [...parsed.flatMap(({ problems }) => problems), ...setProblems(valid)] };
}

function hasUnknown(value: Value): boolean {
  if (value === unknown) return true;
  if (isList(value)) return value.some(hasUnknown);
  return isFields(value) && Object.values(value).some(hasUnknown);
}

function parseRule(value: Value, at: string): { rule?: LifecycleRule; problems: string[] } {
  if (!isFields(value) || !isFields(value.selection) || !isFields(value.action)) {
    return { problems: [`${at} needs \`selection\` and \`action\``] };
  }
  const { selection, action } = value;
  const problems = [
    ...(Number.isInteger(value.rulePriority) ? [] : [`${at}.rulePriority must be an integer`]),
    ...selectionProblems(selection, `${at}.selection`),
    ...countProblems(selection, action, `${at}.selection`),
    ...actionProblems(action, `${at}.action`),
  ];
  if (problems.length > 0) return { problems };
  return {
    problems,
    rule: {
      priority: value.rulePriority as number,
      action: action.type as LifecycleRule["action"],
      tagStatus: selection.tagStatus as LifecycleRule["tagStatus"],
      patterns: [...strings(selection.tagPatternList), ...strings(selection.tagPrefixList).map((tag) => `${tag}*`)],
      countType: selection.countType as string,
      count: selection.countNumber as number,
      storageClass: selection.storageClass === "archive" ? "archive" : "standard",
    },
  };
}

function strings(value: Value): string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

function selectionProblems(selection: Fields, at: string): string[] {
  const given: readonly Value[] = [selection.tagPatternList, selection.tagPrefixList];
  const lists = given.filter((list) => list !== undefined);
  if (selection.tagStatus !== "tagged") {
    if (selection.tagStatus !== "untagged" && selection.tagStatus !== "any") {
      return [`${at}.tagStatus must be tagged, untagged or any`];
    }
    return lists.some((list) => !isList(list) || list.length > 0)
      ? [`${at} may list tags only with tagStatus tagged`]
      : [];
  }
  const [list] = lists;
  if (lists.length !== 1 || !isList(list) || list.length === 0 || strings(list).length !== list.length) {
    return [`${at} needs exactly one of tagPatternList and tagPrefixList`];
  }
  const wild = strings(selection.tagPatternList).some((pattern) => pattern.split("*").length - 1 > maxWildcards);
  return wild ? [`${at}.tagPatternList may have at most ${maxWildcards} wildcards in a pattern`] : [];
}

function countProblems(selection: Fields, action: Fields, at: string): string[] {
  const { countType, countUnit, countNumber, storageClass } = selection;
  const archive = storageClass === "archive";
  const since = sinceTypes.includes(String(countType));
  return [
    ...(since || countType === "imageCountMoreThan" ? [] : [`${at}.countType is none that ECR has`]),
    ...(since === (countUnit === "days") && (since || countUnit === undefined)
      ? []
      : [`${at}.countUnit must be days with a since* count and absent otherwise`]),
    ...(Number.isInteger(countNumber) && (countNumber as number) > 0
      ? []
      : [`${at}.countNumber must be a positive integer`]),
    ...(archive === (countType === "sinceImageTransitioned")
      ? []
      : [`${at}: storageClass archive goes with sinceImageTransitioned, and only with it`]),
    ...(countType === "sinceImagePulled" && action.type === "expire"
      ? [`${at}: sinceImagePulled can archive images but not expire them`]
      : []),
    ...(archive && typeof countNumber === "number" && countNumber < minArchiveDays
      ? [`${at}.countNumber must be at least ${minArchiveDays} in the archive`]
      : []),
  ];
}

function actionProblems(action: Fields, at: string): string[] {
  if (action.type !== "expire" && action.type !== "transition") return [`${at}.type must be expire or transition`];
  return (action.type === "transition") === (action.targetStorageClass === "archive")
    ? []
    : [`${at}: transition needs targetStorageClass archive, expire has none`];
}

function setProblems(rules: readonly LifecycleRule[]): string[] {
  const problems: string[] = [];
  if (new Set(rules.map((rule) => rule.priority)).size < rules.length) problems.push("rulePriority must be unique");
  for (const storage of ["standard", "archive"]) {
    const stored = rules.filter((rule) => rule.storageClass === storage);
    const last = Math.max(...stored.map((rule) => rule.priority));
    if (stored.some((rule) => rule.tagStatus === "any" && rule.priority < last)) {
      problems.push("a rule with tagStatus any must have the highest rulePriority");
    }
    if (stored.filter((rule) => rule.tagStatus === "untagged").length > 1) {
      problems.push("only one rule may select untagged images");
    }
  }
  return problems;
}

/** The rules that can expire an image at all. */
export function expiringRules(lifecycle: Lifecycle): readonly LifecycleRule[] {
  const archives = lifecycle.rules.some((rule) => rule.action === "transition" && canSelect(rule));
  return lifecycle.rules.filter(
    (rule) => rule.action === "expire" && canSelect(rule) && (rule.storageClass === "standard" || archives),
  );
}

/** ECR wants all listed tags on one image; a cached image has the tag it was pulled by, so one tag must fit them all. */
function canSelect(rule: LifecycleRule): boolean {
  return rule.tagStatus !== "tagged" || haveCommonMatch(rule.patterns);
}
