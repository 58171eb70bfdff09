import { z } from "zod";
import { AwsError, jsonOf } from "../../errors";

const invalidPattern = (reason: string) =>
  new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);

/** A condition on a value of an event. If the event has a list of values, any of them may meet it. */
const condition = z.union([
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ prefix: z.string() }),
  z.strictObject({
    "anything-but": z.union([z.string(), z.number(), z.array(z.string()).min(1), z.array(z.number()).min(1)]),
  }),
]);
type Condition = z.infer<typeof condition>;

/**
 * An event pattern (Amazon EventBridge User Guide, "Event patterns"): for each key another pattern, or conditions of
 * which one must hold. The emulator knows the comparison operators `prefix`, `exists` and `anything-but` with values, and
 * refuses all others, and `$or`.
 */
export interface Pattern {
  readonly [key: string]: Pattern | readonly Condition[];
}
const pattern: z.ZodType<Pattern> = z
  .record(
    z.string().refine((key) => key !== "$or", "the emulator does not know $or"),
    z.union([z.array(condition).min(1), z.lazy(() => pattern)]),
  )
  .refine((members) => Object.keys(members).length > 0, "Empty objects are not allowed");

export function parsePattern(text: string): Pattern {
  const read = pattern.safeParse(jsonOf(text, () => invalidPattern("it is not valid JSON")));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalidPattern(`${issue?.path.join(".")}: ${issue?.message}`);
}

export function matchesPattern(wanted: Pattern, event: unknown): boolean {
  return Object.entries(wanted).every(([key, member]) => {
    const value = isObject(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (!isConditions(member)) return candidates(value).some((each) => matchesPattern(member, each));
    const leaves = candidates(value).filter((each) => each !== undefined && !isObject(each));
    return member.some((each) => holds(each, leaves));
  });
}

/** The values of one key to compare with. Items of lists count separately, also of nested lists. */
function candidates(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flatMap(candidates) : [value];
}

function holds(wanted: Condition, leaves: readonly unknown[]): boolean {
  if (typeof wanted !== "object" || wanted === null) return leaves.includes(wanted);
  if ("exists" in wanted) return leaves.length > 0 === wanted.exists;
  if ("prefix" in wanted) return leaves.some((leaf) => typeof leaf === "string" && leaf.startsWith(wanted.prefix));
  const others: readonly unknown[] = [wanted["anything-but"]].flat();
  return leaves.some((leaf) => !others.includes(leaf));
}

const isConditions = (member: Pattern | readonly Condition[]): member is readonly Condition[] => Array.isArray(member);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
