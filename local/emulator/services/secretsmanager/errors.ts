import { AwsError } from "../../errors";
import type { Problem } from "../../validation/shape";

/** Secrets Manager counts the violated constraints and joins them. Values are left out, because they may be secret. */
export function refuse(problems: readonly Problem[]): AwsError {
  const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected`;
  const each = problems.map(
    ({ at, constraint }) => `Value at '${lowerFirst(at)}' failed to satisfy constraint: ${constraint}`,
  );
  return new AwsError("ValidationException", `${count}: ${each.join("; ")}`);
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);
export const invalidRequest = (message: string) => new AwsError("InvalidRequestException", message);
export const notFound = (message = "Secrets Manager can't find the specified secret.") =>
  new AwsError("ResourceNotFoundException", message);
export const exists = (message: string) => new AwsError("ResourceExistsException", message);
export const limitExceeded = (message: string) => new AwsError("LimitExceededException", message);
export const invalidToken = () => new AwsError("InvalidNextTokenException", "The NextToken value is invalid.");
