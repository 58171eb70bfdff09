import { AwsError } from "../../errors";
import { read, write } from "../../operation";
import type { Tags } from "../../state/model";
import { list, required, string, structure } from "../../validation/shape";
import { type Tag, tagsFrom, tagsView } from "../tags";
import { invalidParameter } from "./errors";
import { registryArnResource, repositoryByArn } from "./registry";
import { resourceArn, tags as tagList } from "./shapes";

/** ECR's own exceptions for tags that it does not accept. */
export function repositoryTags(given: readonly Tag[] | undefined, existing?: Tags): Tags {
  return tagsFrom(
    given,
    (message) => new AwsError("InvalidTagParameterException", message),
    existing,
    (message) => new AwsError("TooManyTagsException", message),
  );
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
    repository.tags = repositoryTags(input.tags, repository.tags);
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
