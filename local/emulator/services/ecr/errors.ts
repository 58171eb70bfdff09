import { AwsError, type Refusal } from "../../errors";

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);

/** ECR reports only the first invalid member. */
export const refuse: Refusal = ([first]) =>
  invalidParameter(`Invalid parameter at '${first?.at}' failed to satisfy constraint: '${first?.constraint}'`);

export const validation = (message: string) => new AwsError("ValidationException", message);

export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);

/** For a thing of the registry. */
export const alreadyExists = (code: string, what: string, registryId: string) =>
  new AwsError(code, `The ${what} already exists in the registry with id '${registryId}'`);

export const notFound = (code: string, what: string, registryId: string) =>
  new AwsError(code, `The ${what} does not exist in the registry with id '${registryId}'`);

export const repositoryNotFound = (name: string, registryId: string) =>
  notFound("RepositoryNotFoundException", `repository with name '${name}'`, registryId);

/** For a document of a repository. */
export const documentNotFound = (code: string, what: string, name: string, registryId: string) =>
  new AwsError(
    code,
    `${what} does not exist for the repository with name '${name}' in the registry with id '${registryId}'`,
  );
