import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import type { Tags } from "../../state/model";
import { list, required, string, structure } from "../../validation/shape";
import { invalidParameter } from "./errors";
import { registryArnResource, repositoryByArn } from "./registry";
import { resourceArn, tags as tagList } from "./shapes";

const TAGS_PER_RESOURCE = 50;

export interface Tag {
  Key: string;
  Value: string;
}

export function tagsFrom(given: readonly Tag[] | undefined, existing: Tags = new Map()): Tags {
  const tags = new Map(existing);
  const keys = (given ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length) {
    throw new AwsError("InvalidTagParameterException", "Tag keys must be unique within one request");
  }
  for (const { Key, Value } of given ?? []) {
    if (Key.toLowerCase().startsWith("aws:")) {
      throw new AwsError("InvalidTagParameterException", "Tag keys that start with aws: are reserved");
    }
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(`${Key}${Value}`)) {
      throw new AwsError("InvalidTagParameterException", `The tag ${Key} holds a character that AWS does not take`);
    }
    tags.set(Key, Value);
  }
  if (tags.size > TAGS_PER_RESOURCE) {
    throw new AwsError("TooManyTagsException", `A repository takes at most ${TAGS_PER_RESOURCE} tags`);
  }
  return tags;
}

export function tagsView(tags: Tags): Tag[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export const ListTagsForResource = read(
  structure({ resourceArn: required(resourceArn) }),
  (input, context) => ({ tags: tagsView(repositoryByArn(input.resourceArn, context).tags) }),
  registryArnResource,
);

export const TagResource = write(
  structure({ resourceArn: required(resourceArn), tags: required(tagList) }),
  (input, context) => {
    if (input.tags.length === 0) throw invalidParameter("Invalid parameter at 'tags': no tag is given");
    const repository = repositoryByArn(input.resourceArn, context);
    repository.tags = tagsFrom(input.tags, repository.tags);
  },
  registryArnResource,
);

export const UntagResource = write(
  structure({ resourceArn: required(resourceArn), tagKeys: required(list(string({ min: 1, max: 128 }))) }),
  (input, context) => {
    const { tags } = repositoryByArn(input.resourceArn, context);
    for (const key of input.tagKeys) tags.delete(key);
  },
  registryArnResource,
);
