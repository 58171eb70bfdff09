import { write } from "../../operation";
import type { Tags } from "../../state/model";
import { list, required, string, structure } from "../../validation/shape";
import { invalidParameter } from "./errors";
import { findUsableSecret, secretResource } from "./secrets";
import * as shape from "./shapes";

const TAGS_PER_SECRET = 50;
/** AWS Secrets Manager API reference, TagResource: letters, spaces, numbers and + - = . _ : / @. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export interface Tag {
  Key?: string;
  Value?: string;
}

export function tagsFrom(given: readonly Tag[] | undefined, existing: Tags = new Map()): Tags {
  const tags = new Map(existing);
  const keys = (given ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) throw invalidParameter("Tag keys must be unique within one request.");
  for (const { Key, Value } of given ?? []) {
    if (Key === undefined) throw invalidParameter("A tag needs a key.");
    if (Key.toLowerCase().startsWith("aws:")) throw invalidParameter("Tag keys that start with aws: are reserved.");
    if (!TAG_TEXT.test(`${Key}${Value ?? ""}`))
      throw invalidParameter("A tag holds a character that AWS does not take.");
    tags.set(Key, Value ?? "");
  }
  if (tags.size > TAGS_PER_SECRET) throw invalidParameter(`A secret takes at most ${TAGS_PER_SECRET} tags.`);
  return tags;
}

export const tagsView = (tags: Tags): Tag[] => [...tags].map(([Key, Value]) => ({ Key, Value }));

export const TagResource = write(
  structure({ SecretId: required(shape.secretId), Tags: required(shape.tags) }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    secret.tags = tagsFrom(input.Tags, secret.tags);
  },
  secretResource,
);

export const UntagResource = write(
  structure({ SecretId: required(shape.secretId), TagKeys: required(list(string({ min: 1, max: 128 }))) }),
  (input, context) => {
    const { tags } = findUsableSecret(input, context);
    for (const key of input.TagKeys) tags.delete(key);
  },
  secretResource,
);
