import type { ECR } from "@aws-sdk/client-ecr";
import { repositoryArn } from "../../aws";
import type { CallContext } from "../../context";
import { AwsError } from "../../errors";
import { type OperationsOf, operationsOn } from "../../operation";
import type { Tag } from "../../state/model";
import { withoutTags, withTags } from "../tags";
import { findRepository, invalidParameter } from "./registry";

const RULES = {
  invalid: (message: string) => new AwsError("InvalidTagParameterException", message),
  tooMany: (message: string) => new AwsError("TooManyTagsException", message),
};

export const tagsOfRepository = (given?: readonly Tag[], existing?: readonly Tag[]) => withTags(RULES, given, existing);
/** The model has no exceptions of their own for a template's tags. */
export const tagsOfTemplate = (given?: readonly Tag[]) => withTags({ invalid: invalidParameter }, given);

interface ResourceInput {
  resourceArn: string;
}

function findTagged({ resourceArn }: ResourceInput, context: CallContext) {
  const prefix = repositoryArn(context.account, context.region, "");
  if (!resourceArn.startsWith(prefix)) {
    throw invalidParameter(`Invalid parameter at 'resourceArn': ${resourceArn} is no repository here`);
  }
  return findRepository({ repositoryName: resourceArn.slice(prefix.length) }, context);
}

const onTagged = operationsOn(findTagged, ({ resourceArn }) => resourceArn);

export const tagging: OperationsOf<ECR> = {
  ListTagsForResource: onTagged((repository) => repository),
  TagResource: onTagged((repository, { tags }) => {
    if (tags.length === 0) throw invalidParameter("Invalid parameter at 'tags': no tag is given");
    repository.tags = tagsOfRepository(tags, repository.tags);
  }),
  UntagResource: onTagged((repository, { tagKeys }) => {
    repository.tags = withoutTags(repository.tags, tagKeys);
  }),
};
