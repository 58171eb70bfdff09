import { AwsError } from "../../errors";

export const validation = (message: string) => new AwsError("ValidationException", message);

export const limitExceeded = () =>
  new AwsError("LimitExceededException", "The requested resource exceeds the maximum number allowed.");

export const invalidPattern = (reason: string) =>
  new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);

export const notFound = (what: string) => new AwsError("ResourceNotFoundException", `${what} does not exist.`);
