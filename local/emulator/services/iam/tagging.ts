import type { Tags } from "../../state/model";
import { invalidInput, limitExceeded } from "./errors";

export function tagsFrom(
  given: readonly { Key: string; Value: string }[] | undefined,
  existing: Tags = new Map(),
): Tags {
  const tags = new Map(existing);
  // IAM ignores the case of tag keys.
  const keys = (given ?? []).map(({ Key }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  for (const { Key, Value } of given ?? []) {
    if (Key.toLowerCase().startsWith("aws:")) throw invalidInput("Tag keys that start with aws: are reserved.");
    const same = [...tags.keys()].find((existingKey) => existingKey.toLowerCase() === Key.toLowerCase());
    if (same !== undefined) tags.delete(same);
    tags.set(Key, Value);
  }
  if (tags.size > 50) throw limitExceeded("Cannot exceed quota for TagsPerResource: 50");
  return tags;
}
