import { invalidParameter } from "../errors";

/** AWS's lifecycle policy grammar (Amazon ECR User Guide, "Lifecycle policy properties"). */
export interface LifecycleRule {
  readonly priority: number;
  readonly tagStatus: "tagged" | "untagged" | "any";
  readonly tagPatterns: readonly string[];
  readonly tagPrefixes: readonly string[];
  readonly storageClass: "standard" | "archive";
  readonly countType: CountType;
  readonly countNumber: number;
  readonly action: "expire" | "transition";
}

const COUNT_TYPES = ["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"] as const;
export type CountType = (typeof COUNT_TYPES)[number];

const RULES_PER_POLICY = 50;
const WILDCARDS_PER_PATTERN = 4;
const MINIMUM_ARCHIVE_DAYS = 90;

type Json = Record<string, unknown>;

const refuse = (reason: string) =>
  invalidParameter(
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
  );

/** Reads a policy's rules, lowest priority number first; refuses what PutLifecyclePolicy refuses. */
export function checkLifecyclePolicy(text: string): LifecycleRule[] {
  const document = parse(text);
  onlyKeys(document, ["rules"], "the policy");
  if (!Array.isArray(document.rules)) throw refuse("rules must be a list");
  if (document.rules.length === 0) throw refuse("rules must hold at least one rule");
  if (document.rules.length > RULES_PER_POLICY) throw refuse(`rules must hold at most ${RULES_PER_POLICY} rules`);
  const rules = document.rules.map(readRule).sort((left, right) => left.priority - right.priority);
  checkTogether(rules);
  return rules;
}

function parse(text: string): Json {
  try {
    return asObject(JSON.parse(text), "the policy");
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse("the policy is not valid JSON");
    throw error;
  }
}

function readRule(value: unknown): LifecycleRule {
  const rule = asObject(value, "a rule");
  onlyKeys(rule, ["rulePriority", "description", "selection", "action"], "a rule");
  const priority = rule.rulePriority;
  // AWS's guide gives no lower bound. Its service model has 1.
  if (!isPositiveInteger(priority)) throw refuse("rulePriority must be an integer of at least 1");
  if (rule.description !== undefined && typeof rule.description !== "string")
    throw refuse("description must be a string");
  const selection = asObject(rule.selection, "selection");
  const tags = readTags(selection);
  const count = readCount(selection);
  const action = readAction(asObject(rule.action, "action"));
  const storageClass = readStorageClass(selection, count.countType);
  checkPairing(count.countType, count.countNumber, action);
  return { priority, ...tags, ...count, action, storageClass };
}

function readTags(selection: Json): Pick<LifecycleRule, "tagStatus" | "tagPatterns" | "tagPrefixes"> {
  const keys = [
    "tagStatus",
    "tagPatternList",
    "tagPrefixList",
    "countType",
    "countUnit",
    "countNumber",
    "storageClass",
  ];
  onlyKeys(selection, keys, "selection");
  const tagStatus = selection.tagStatus;
  if (tagStatus !== "tagged" && tagStatus !== "untagged" && tagStatus !== "any") {
    throw refuse("tagStatus must be tagged, untagged or any");
  }
  const tagPatterns = texts(selection.tagPatternList, "tagPatternList");
  const tagPrefixes = texts(selection.tagPrefixList, "tagPrefixList");
  const given = Number(tagPatterns.length > 0) + Number(tagPrefixes.length > 0);
  if (tagStatus === "tagged" && given !== 1) {
    throw refuse("exactly one of tagPatternList and tagPrefixList is required with tagStatus tagged");
  }
  if (tagStatus !== "tagged" && (selection.tagPatternList !== undefined || selection.tagPrefixList !== undefined)) {
    throw refuse(`tagPatternList and tagPrefixList cannot be used with tagStatus ${tagStatus}`);
  }
  for (const pattern of tagPatterns) {
    if (pattern.split("*").length - 1 > WILDCARDS_PER_PATTERN) {
      throw refuse(`a tag pattern holds at most ${WILDCARDS_PER_PATTERN} wildcards`);
    }
    if (!/^[0-9A-Za-z._*-]{1,128}$/.test(pattern)) throw refuse(`${pattern} is no pattern of image tags`);
  }
  return { tagStatus, tagPatterns, tagPrefixes };
}

function readCount(selection: Json): Pick<LifecycleRule, "countType" | "countNumber"> {
  const countType = COUNT_TYPES.find((type) => type === selection.countType);
  if (countType === undefined) throw refuse(`countType must be one of ${COUNT_TYPES.join(", ")}`);
  if (countType === "imageCountMoreThan" && selection.countUnit !== undefined) {
    throw refuse("countUnit cannot be used with imageCountMoreThan");
  }
  if (countType !== "imageCountMoreThan" && selection.countUnit !== "days") {
    throw refuse(`countUnit must be days with ${countType}`);
  }
  const countNumber = selection.countNumber;
  if (!isPositiveInteger(countNumber)) throw refuse("countNumber must be a positive integer");
  return { countType, countNumber };
}

function readAction(action: Json): LifecycleRule["action"] {
  onlyKeys(action, ["type", "targetStorageClass"], "action");
  if (action.type === "expire" && action.targetStorageClass === undefined) return "expire";
  if (action.type === "transition" && action.targetStorageClass === "archive") return "transition";
  if (action.type === "expire") throw refuse("targetStorageClass cannot be used with action expire");
  if (action.type === "transition") throw refuse("action transition requires targetStorageClass archive");
  throw refuse("action type must be expire or transition");
}

function readStorageClass(selection: Json, countType: CountType): LifecycleRule["storageClass"] {
  const { storageClass = "standard" } = selection;
  if (storageClass !== "standard" && storageClass !== "archive") {
    throw refuse("storageClass must be standard or archive");
  }
  const wanted = countType === "sinceImageTransitioned" ? "archive" : "standard";
  if (storageClass !== wanted) throw refuse(`${countType} requires storageClass ${wanted}`);
  return storageClass;
}

function checkPairing(countType: CountType, countNumber: number, action: LifecycleRule["action"]): void {
  // AWS documents sinceImagePulled with transition only: its pairing with expire is refused.
  if (countType === "sinceImagePulled" && action === "expire") {
    throw refuse("sinceImagePulled cannot be used with action expire");
  }
  if (countType !== "sinceImageTransitioned") return;
  if (action !== "expire") throw refuse("sinceImageTransitioned can be used with action expire only");
  if (countNumber < MINIMUM_ARCHIVE_DAYS) {
    throw refuse(`archived images cannot be deleted before ${MINIMUM_ARCHIVE_DAYS} days`);
  }
}

function checkTogether(rules: readonly LifecycleRule[]): void {
  if (new Set(rules.map(({ priority }) => priority)).size < rules.length) throw refuse("rulePriority must be unique");
  for (const storageClass of ["standard", "archive"]) {
    const group = rules.filter((rule) => rule.storageClass === storageClass);
    if (group.slice(0, -1).some(({ tagStatus }) => tagStatus === "any")) {
      throw refuse("a rule with tagStatus any must have the highest rulePriority");
    }
    if (group.filter(({ tagStatus }) => tagStatus === "untagged").length > 1) {
      throw refuse("only one rule may select untagged images");
    }
    const selections = group
      .filter(({ tagStatus }) => tagStatus === "tagged")
      .map(({ tagPatterns, tagPrefixes }) =>
        JSON.stringify([tagPatterns, tagPrefixes].map((tags) => [...new Set(tags)].sort())),
      );
    if (new Set(selections).size < selections.length) {
      throw refuse("each rule needs a set of tag patterns or prefixes of its own");
    }
  }
}

function texts(value: unknown, name: string): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length === 0) throw refuse(`${name} must be a list with at least one item`);
  return value.map((item) => {
    if (typeof item !== "string" || item === "") throw refuse(`${name} must hold non-empty strings`);
    return item;
  });
}

function onlyKeys(value: Json, keys: readonly string[], what: string): void {
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw refuse(`${what} holds the unknown property ${unknown}`);
}

function isPositiveInteger(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}

function asObject(value: unknown, what: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw refuse(`${what} must be an object`);
}
