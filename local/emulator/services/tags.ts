import type { AwsError } from "../errors";
import type { Tags } from "../state/model";

const TAGS_PER_RESOURCE = 50;
/** AWS General Reference, "Tag naming limits and requirements". */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export interface Tag {
  Key: string;
  Value: string;
}

/** Adds the tags of a call to existing ones. `refuse` creates the service's own error. */
export function tagsFrom(
  given: readonly Tag[] | undefined,
  refuse: (message: string) => AwsError,
  existing: Tags = new Map(),
): Tags {
  const tags = new Map(existing);
  const keys = (given ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw refuse("Duplicate keys in Tags are not allowed.");
  for (const { Key, Value } of given ?? []) {
    if (Key.toLowerCase().startsWith("aws:")) throw refuse("Tag keys that start with aws: are reserved.");
    if (!TAG_TEXT.test(`${Key}${Value}`)) throw refuse(`The tag ${Key} holds a character that AWS does not take.`);
    tags.set(Key, Value);
  }
  if (tags.size > TAGS_PER_RESOURCE) throw refuse(`A resource takes at most ${TAGS_PER_RESOURCE} tags.`);
  return tags;
}

export const tagsView = (tags: Tags): Tag[] => [...tags].map(([Key, Value]) => ({ Key, Value }));
