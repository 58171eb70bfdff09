import {
  document,
  type Fields,
  hasUnknown,
  isFields,
  isList,
  type Unknown,
  unknown,
  type Value,
  word,
} from "../../kit/values";

/** A rule of a lifecycle policy, reduced to what decides which images it affects. */
export interface LifecycleRule {
  readonly priority: number;
  readonly action: "expire" | "transition";
  readonly tagStatus: "tagged" | "untagged" | "any";
  /** For `tagged`: patterns that must all match the image's tags. */
  readonly patterns: readonly string[];
  /** Whether the patterns were written as prefixes, which ECR takes for other tags than the same ones as patterns. */
  readonly fromPrefixes: boolean;
  readonly countType: string;
  readonly count: number;
  readonly storageClass: "standard" | "archive";
}

/** The rules by priority, and the reasons why ECR would refuse the document. */
export interface Lifecycle {
  readonly rules: readonly LifecycleRule[];
  readonly problems: readonly string[];
}

const maxRules = 50;
const maxCharacters = 30_720;
const maxWildcards = 4;
const minArchiveDays = 90;
const sinceTypes = ["sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"];
const tagPattern = /^[0-9A-Za-z._*-]{1,128}$/;
const ruleKeys = ["rulePriority", "description", "selection", "action"];
const selectionKeys = [
  "tagStatus",
  "tagPatternList",
  "tagPrefixList",
  "storageClass",
  "countType",
  "countUnit",
  "countNumber",
];

/** Reads a lifecycle policy by AWS's rules ("Lifecycle policy properties"). Returns `undefined` if there is none. */
export function parseLifecycle(value: Value): Lifecycle | Unknown | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string" && value.length > maxCharacters) {
    return refused(`it is longer than ${maxCharacters} characters`);
  }
  const policy = document(value);
  if (policy === unknown) return unknown;
  const rules = policy?.rules;
  if (rules === unknown) return unknown;
  if (policy === undefined || !isList(rules) || rules.length === 0) {
    return refused("it is not a JSON object with `rules`");
  }
  if (rules.length > maxRules) return refused(`it has more than ${maxRules} rules`);
  // Only an object, not a JSON text, can be partly unknown.
  if (typeof value !== "string" && hasUnknown(rules)) return unknown;
  const parsed = rules.map((rule, index) => parseRule(rule, `rules[${index}]`));
  const valid = parsed
    .flatMap(({ rule }) => (rule === undefined ? [] : [rule]))
    .sort((one, other) => one.priority - other.priority);
  return {
    rules: valid,
    problems: [
      ...unknownKeys(policy, ["rules"], "it"),
      ...parsed.flatMap(({ problems }) => problems),
      ...setProblems(valid),
    ],
  };
}

function refused(problem: string): Lifecycle {
  return { rules: [], problems: [problem] };
}

function parseRule(value: Value, at: string): { rule?: LifecycleRule; problems: string[] } {
  if (!isFields(value) || !isFields(value.selection) || !isFields(value.action)) {
    return { problems: [`${at} needs \`selection\` and \`action\``] };
  }
  const { selection, action, rulePriority, description } = value;
  const problems = [
    ...unknownKeys(value, ruleKeys, at),
    ...(isPositive(rulePriority) ? [] : [`${at}.rulePriority must be an integer of 1 or more`]),
    ...(description === undefined || typeof description === "string" ? [] : [`${at}.description must be text`]),
    ...selectionProblems(selection, `${at}.selection`),
    ...countProblems(selection, action, `${at}.selection`),
    ...actionProblems(action, `${at}.action`),
  ];
  if (problems.length > 0) return { problems };
  return {
    problems,
    rule: {
      priority: rulePriority as number,
      action: action.type as LifecycleRule["action"],
      tagStatus: selection.tagStatus as LifecycleRule["tagStatus"],
      patterns: [...strings(selection.tagPatternList), ...strings(selection.tagPrefixList).map((tag) => `${tag}*`)],
      fromPrefixes: selection.tagPrefixList !== undefined,
      countType: selection.countType as string,
      count: selection.countNumber as number,
      storageClass: selection.storageClass === "archive" ? "archive" : "standard",
    },
  };
}

function unknownKeys(value: Fields, known: readonly string[], at: string): string[] {
  return Object.keys(value).every((key) => known.includes(key)) ? [] : [`${at} has a key that ECR does not know`];
}

function isPositive(value: Value): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function strings(value: Value): string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

function selectionProblems(selection: Fields, at: string): string[] {
  const { tagStatus, tagPatternList, tagPrefixList } = selection;
  const keys = unknownKeys(selection, selectionKeys, at);
  const given: readonly Value[] = [tagPatternList, tagPrefixList];
  const lists = given.filter((list) => list !== undefined);
  if (tagStatus !== "tagged") {
    if (tagStatus !== "untagged" && tagStatus !== "any")
      return [...keys, `${at}.tagStatus must be tagged, untagged or any`];
    return lists.length > 0 ? [...keys, `${at} may list tags only with tagStatus tagged`] : keys;
  }
  const [list] = lists;
  if (
    lists.length !== 1 ||
    !isList(list) ||
    list.length === 0 ||
    strings(list).length !== list.length ||
    list.includes("")
  ) {
    return [...keys, `${at} needs exactly one of tagPatternList and tagPrefixList, with text in it`];
  }
  const patterns = strings(tagPatternList);
  if (patterns.some((pattern) => !tagPattern.test(pattern))) keys.push(`${at}.tagPatternList has an invalid pattern`);
  if (patterns.some((pattern) => pattern.split("*").length - 1 > maxWildcards)) {
    keys.push(`${at}.tagPatternList may have at most ${maxWildcards} wildcards in a pattern`);
  }
  return keys;
}

function countProblems(selection: Fields, action: Fields, at: string): string[] {
  const { countType, countUnit, countNumber, storageClass } = selection;
  const transitioned = countType === "sinceImageTransitioned";
  const since = sinceTypes.includes(word(countType));
  const rightUnit = since ? countUnit === "days" : countUnit === undefined;
  const rightClass = transitioned
    ? storageClass === "archive"
    : storageClass === undefined || storageClass === "standard";
  return [
    ...(since || countType === "imageCountMoreThan" ? [] : [`${at}.countType is not one that ECR knows`]),
    ...(rightUnit ? [] : [`${at}.countUnit must be days with a since* count and absent otherwise`]),
    ...(isPositive(countNumber) ? [] : [`${at}.countNumber must be a positive integer`]),
    ...(rightClass ? [] : [`${at}: storageClass archive goes with sinceImageTransitioned, and only with it`]),
    ...(countType === "sinceImagePulled" && action.type === "expire"
      ? [`${at}: sinceImagePulled can archive images but not expire them`]
      : []),
    ...(transitioned && action.type !== "expire" ? [`${at}: sinceImageTransitioned can only expire images`] : []),
    ...(transitioned && typeof countNumber === "number" && countNumber < minArchiveDays
      ? [`${at}.countNumber must be at least ${minArchiveDays} in the archive`]
      : []),
  ];
}

function actionProblems(action: Fields, at: string): string[] {
  const keys = unknownKeys(action, ["type", "targetStorageClass"], at);
  if (action.type !== "expire" && action.type !== "transition")
    return [...keys, `${at}.type must be expire or transition`];
  const wanted = action.type === "transition" ? "archive" : undefined;
  return action.targetStorageClass === wanted
    ? keys
    : [...keys, `${at}: transition needs targetStorageClass archive, expire has none`];
}

function setProblems(rules: readonly LifecycleRule[]): string[] {
  const problems: string[] = [];
  if (new Set(rules.map((rule) => rule.priority)).size < rules.length) problems.push("rulePriority must be unique");
  for (const storage of ["standard", "archive"]) {
    const stored = rules.filter((rule) => rule.storageClass === storage);
    if (stored.slice(0, -1).some((rule) => rule.tagStatus === "any")) {
      problems.push("a rule with tagStatus any must have the highest rulePriority");
    }
    if (stored.filter((rule) => rule.tagStatus === "untagged").length > 1) {
      problems.push("only one rule may select untagged images");
    }
    const tags = stored.filter((rule) => rule.tagStatus === "tagged").map(tagSet);
    if (new Set(tags).size < tags.length) problems.push("two rules select the same tags");
  }
  return problems;
}

function tagSet({ patterns, fromPrefixes }: LifecycleRule): string {
  return JSON.stringify([fromPrefixes, ...[...new Set(patterns)].sort()]);
}
