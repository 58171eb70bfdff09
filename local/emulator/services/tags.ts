import type { CallContext } from "../context";
import type { AwsError } from "../errors";
import { operationsOn } from "../operation";
import type { Tag } from "../state/model";

const TAGS_PER_RESOURCE = 50;
/** AWS General Reference, "Tag naming limits and requirements". */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** The error of a service for a tag that it refuses. */
type Refused = (message: string) => AwsError;

interface Given {
  readonly Key?: string;
  readonly Value?: string;
}

export interface TagRules {
  readonly invalid: Refused;
  /** Default: `invalid`. */
  readonly tooMany?: Refused;
  /** IAM ignores the case of keys. */
  readonly ignoresCase?: boolean;
}

/** Adds the tags of a call to those that a thing has. */
export function withTags(rules: TagRules, given: readonly Given[] = [], existing: readonly Tag[] = []): Tag[] {
  const { invalid, tooMany = invalid } = rules;
  const same = (key: string) => (rules.ignoresCase ? key.toLowerCase() : key);
  const tags = new Map(existing.map((tag) => [same(tag.Key), tag]));
  if (new Set(given.map(({ Key = "" }) => same(Key))).size < given.length) {
    throw invalid("Duplicate tag keys found. Tag keys must be unique within one request.");
  }
  for (const { Key, Value = "" } of given) {
    if (Key === undefined) throw invalid("A tag needs a key.");
    if (Key.toLowerCase().startsWith("aws:")) throw invalid("Tag keys that start with aws: are reserved.");
    if (!TAG_TEXT.test(`${Key}${Value}`)) throw invalid("A tag holds a character that AWS does not take.");
    tags.delete(same(Key));
    tags.set(same(Key), { Key, Value });
  }
  if (tags.size > TAGS_PER_RESOURCE) throw tooMany(`A resource takes at most ${TAGS_PER_RESOURCE} tags.`);
  return [...tags.values()];
}

/** The operations that change the tags of a kind of things. */
export function tagOperations<I>(
  find: (input: I, context: CallContext) => { Tags: Tag[] },
  rules: TagRules,
  resource: (input: I, context: CallContext) => string,
) {
  const on = operationsOn(find, resource);
  return {
    tag: on<I & { Tags: Given[] }>((thing, { Tags }) => {
      thing.Tags = withTags(rules, Tags, thing.Tags);
    }),
    untag: on<I & { TagKeys: string[] }>((thing, { TagKeys }) => {
      thing.Tags = withoutTags(thing.Tags, TagKeys);
    }),
  };
}

export const withoutTags = (tags: readonly Tag[], keys: readonly string[]) =>
  tags.filter(({ Key }) => !keys.includes(Key));
