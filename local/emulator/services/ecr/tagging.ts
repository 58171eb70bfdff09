import type { ECR } from "@aws-sdk/client-ecr";
import { AwsError } from "../../errors";
import { type OperationsOf, operation } from "../../operation";
import type { Tag } from "../../state/model";
import { withoutTags, withTags } from "../tags";
import { invalidParameter } from "./errors";
import { repositoryByArn } from "./registry";

const RULES = {
  invalid: (message: string) => new AwsError("InvalidTagParameterException", message),
  tooMany: (message: string) => new AwsError("TooManyTagsException", message),
};

export const tagsOfRepository = (given?: readonly Tag[], existing?: readonly Tag[]) => withTags(RULES, given, existing);
/** The model has no exceptions of their own for a template's tags. */
export const tagsOfTemplate = (given?: readonly Tag[]) => withTags({ invalid: invalidParameter }, given);

const resource = ({ resourceArn }: { resourceArn: string }) => resourceArn;

export const tagging: OperationsOf<ECR> = {
  ListTagsForResource: operation(repositoryByArn, resource),
  TagResource: operation((input, context) => {
    if (input.tags.length === 0) throw invalidParameter("Invalid parameter at 'tags': no tag is given");
    const repository = repositoryByArn(input, context);
    repository.tags = tagsOfRepository(input.tags, repository.tags);
  }, resource),
  UntagResource: operation((input, context) => {
    const repository = repositoryByArn(input, context);
    repository.tags = withoutTags(repository.tags, input.tagKeys);
  }, resource),
};
