import { isDeepStrictEqual } from "node:util";
import type { Tags } from "../caches/model";
import { parsed } from "../json";
import { type Finding, found, NOTHING, type Outcome, together, unchecked } from "./finding";

/** The finding about fields that differ. Those that the stack keeps encrypted could not be compared. */
export function comparison(
  what: string,
  fields: readonly string[],
  hidden: readonly string[],
  findingFor: (names: string) => Finding,
): Outcome {
  const differing = fields.filter((field) => !hidden.includes(field));
  const notCompared = fields.filter((field) => hidden.includes(field));
  return together(
    differing.length === 0 ? NOTHING : found(findingFor(differing.join(", "))),
    notCompared.length === 0 ? NOTHING : unchecked(`${what}: the stack keeps ${notCompared.join(", ")} encrypted`),
  );
}

/** Tags of AWS itself are nobody's declaration. */
export function isSameTags(
  there: readonly { readonly Key?: string; readonly Value?: string }[],
  wanted: Tags,
): boolean {
  const own = there.filter(({ Key = "" }) => !Key.startsWith("aws:"));
  return isDeepStrictEqual(Object.fromEntries(own.map(({ Key, Value }) => [Key, Value])), wanted);
}

/** Whether two policies say the same, in another order or form. No policy, or an empty one, says nothing. */
export function isSamePolicy(one: string | undefined, other: string | undefined): boolean {
  return isDeepStrictEqual(normal(parsed(one || "{}")), normal(parsed(other || "{}")));
}

/** Lists have no order in policies, one element may stand without a list, and an account may stand for its root. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) {
    const elements = value.map(normal).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return elements.length === 1 ? elements[0] : elements;
  }
  if (typeof value === "string") return value.replace(/^arn:[\w-]+:iam::(\d{12}):root$/, "$1");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, normal(inner)]));
}
