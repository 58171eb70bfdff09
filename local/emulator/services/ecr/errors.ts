import { AwsError } from "../../errors";
import type { Refusal } from "../../protocols/protocol";

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);

/** ECR reports only the first invalid member. */
export const refuse: Refusal = (problems) => {
  const first = problems[0];
  return invalidParameter(`Invalid parameter at '${first?.at}' failed to satisfy constraint: '${first?.constraint}'`);
};

export const validation = (message: string) => new AwsError("ValidationException", message);

export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);

export const repositoryNotFound = (name: string, registryId: string) =>
  new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${registryId}'`,
  );
