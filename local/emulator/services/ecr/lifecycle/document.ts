import { z } from "zod";
import { jsonOf } from "../../../errors";
import { invalidParameter } from "../registry";

const MINIMUM_ARCHIVE_DAYS = 90;

const positive = z.int().min(1);
const wildcards = (pattern: string) => pattern.split("*").length - 1;
const tagPattern = z
  .string()
  .regex(/^[0-9A-Za-z._*-]{1,128}$/, "no pattern of image tags")
  .refine((pattern) => wildcards(pattern) <= 4, "a tag pattern holds at most 4 wildcards");

/** AWS's lifecycle policy grammar (Amazon ECR User Guide, "Lifecycle policy properties"). */
const lifecycleRule = z
  .strictObject({
    // AWS's guide gives no lower bound. Its service model has 1.
    rulePriority: positive,
    description: z.string().optional(),
    selection: z.strictObject({
      tagStatus: z.enum(["tagged", "untagged", "any"]),
      tagPatternList: z.array(tagPattern).min(1).optional(),
      tagPrefixList: z.array(z.string().min(1)).min(1).optional(),
      storageClass: z.enum(["standard", "archive"]).default("standard"),
      countType: z.enum(["imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"]),
      countUnit: z.literal("days").optional(),
      countNumber: positive,
    }),
    action: z.discriminatedUnion("type", [
      z.strictObject({ type: z.literal("expire") }),
      z.strictObject({ type: z.literal("transition"), targetStorageClass: z.literal("archive") }),
    ]),
  })
  .check((context) => {
    const reason = complaint(context.value);
    if (reason !== undefined) context.issues.push({ code: "custom", message: reason, input: context.value });
  });

export type LifecycleRule = z.infer<typeof lifecycleRule>;

const policy = z.strictObject({ rules: z.array(lifecycleRule).min(1).max(50) });

/** What fits no rule of the guide, although each member does. */
function complaint({ selection, action }: LifecycleRule): string | undefined {
  const { tagStatus, tagPatternList, tagPrefixList, storageClass, countType, countUnit, countNumber } = selection;
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined).length;
  const isTransitioned = countType === "sinceImageTransitioned";
  const rules: readonly (readonly [broken: boolean, reason: string])[] = [
    [tagStatus === "tagged" && lists !== 1, "tagged requires exactly one of tagPatternList and tagPrefixList"],
    [tagStatus !== "tagged" && lists > 0, `tagPatternList and tagPrefixList cannot be used with ${tagStatus}`],
    [(countType === "imageCountMoreThan") === (countUnit === "days"), `countUnit does not fit ${countType}`],
    [isTransitioned !== (storageClass === "archive"), `${countType} cannot be used with storageClass ${storageClass}`],
    // AWS documents sinceImagePulled with transition only: its pairing with expire is refused.
    [countType === "sinceImagePulled" && action.type === "expire", "sinceImagePulled cannot be used with expire"],
    [isTransitioned && action.type !== "expire", "sinceImageTransitioned can be used with expire only"],
    [isTransitioned && countNumber < MINIMUM_ARCHIVE_DAYS, "archived images cannot be deleted before 90 days"],
  ];
  return rules.find(([broken]) => broken)?.[1];
}

const refuse = (reason: string) =>
  invalidParameter(
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
  );

/** Reads a policy's rules, lowest priority number first; refuses what PutLifecyclePolicy refuses. */
export function checkLifecyclePolicy(text: string): LifecycleRule[] {
  const read = policy.safeParse(jsonOf(text, () => refuse("the policy is not valid JSON")));
  const [issue] = read.error?.issues ?? [];
  if (!read.success) throw refuse(`${issue?.path.join(".")}: ${issue?.message}`);
  const rules = read.data.rules.sort((left, right) => left.rulePriority - right.rulePriority);
  checkTogether(rules);
  return rules;
}

function checkTogether(rules: readonly LifecycleRule[]): void {
  const isUnique = (values: readonly unknown[]) => new Set(values).size === values.length;
  if (!isUnique(rules.map(({ rulePriority }) => rulePriority))) throw refuse("rulePriority must be unique");
  for (const storageClass of ["standard", "archive"]) {
    const group = rules
      .map(({ selection }) => selection)
      .filter((selection) => selection.storageClass === storageClass);
    if (group.slice(0, -1).some(({ tagStatus }) => tagStatus === "any")) {
      throw refuse("a rule with tagStatus any must have the highest rulePriority");
    }
    if (group.filter(({ tagStatus }) => tagStatus === "untagged").length > 1) {
      throw refuse("only one rule may select untagged images");
    }
    const tagged = group.filter(({ tagStatus }) => tagStatus === "tagged");
    const selections = tagged.map(({ tagPatternList = [], tagPrefixList = [] }) =>
      JSON.stringify([tagPatternList, tagPrefixList].map((tags) => [...new Set(tags)].sort())),
    );
    if (!isUnique(selections)) throw refuse("each rule needs a set of tag patterns or prefixes of its own");
  }
}
