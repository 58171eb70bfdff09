import { write } from "../../operation";
import { list, required, string, structure } from "../../validation/shape";
import { tagsFrom } from "../tags";
import { invalidParameter } from "./errors";
import { findUsableSecret, secretResource } from "./secrets";
import * as shape from "./shapes";

export const TagResource = write(
  structure({ SecretId: required(shape.secretId), Tags: required(shape.tags) }),
  (input, context) => {
    const secret = findUsableSecret(input, context);
    secret.tags = tagsFrom(input.Tags, invalidParameter, secret.tags);
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
