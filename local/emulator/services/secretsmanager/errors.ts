import { AwsError } from "../../errors";

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);
export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", message);
export const notFound = (message = "Secrets Manager can't find the specified secret.") =>
  new AwsError("ResourceNotFoundException", message);
export const exists = (message: string) => new AwsError("ResourceExistsException", message);
export const invalidToken = () => new AwsError("InvalidNextTokenException", "The NextToken value is invalid.");
