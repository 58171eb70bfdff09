import type { AwsError } from "../errors";
import type { Tags } from "../state/model";

const TAGS_PER_RESOURCE = 50;
/** AWS General Reference, "Tag naming limits and requirements". */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export interface Tag {
  Key?: string;
  Value?: string;
}

/** Adds the tags of a call to existing ones. `invalid` and `tooMany` create the service's own errors. */
export function tagsFrom(
  given: readonly Tag[] | undefined,
  invalid: (message: string) => AwsError,
  existing: Tags = new Map(),
  tooMany: (message: string) => AwsError = invalid,
): Tags {
  const tags = new Map(existing);
  const keys = (given ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalid("Tag keys must be unique within one request.");
  for (const { Key, Value = "" } of given ?? []) {
    if (Key === undefined) throw invalid("A tag needs a key.");
    if (Key.toLowerCase().startsWith("aws:")) throw invalid("Tag keys that start with aws: are reserved.");
    if (!TAG_TEXT.test(`${Key}${Value}`)) throw invalid("A tag holds a character that AWS does not take.");
    tags.set(Key, Value);
  }
  if (tags.size > TAGS_PER_RESOURCE) throw tooMany(`A resource takes at most ${TAGS_PER_RESOURCE} tags.`);
  return tags;
}

export const tagsView = (tags: Tags) => [...tags].map(([Key, Value]) => ({ Key, Value }));
