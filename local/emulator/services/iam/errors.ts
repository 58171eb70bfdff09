import { AwsError } from "../../errors";
import type { Problem } from "../../validation/shape";

export function refuse(problems: readonly Problem[]): AwsError {
  const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected`;
  const each = problems.map(
    ({ at, constraint }) =>
      `Value at '${at.charAt(0).toLowerCase()}${at.slice(1)}' failed to satisfy constraint: ${constraint}`,
  );
  return new AwsError("ValidationError", `${count}: ${each.join("; ")}`);
}

export const noSuchEntity = (message: string) => new AwsError("NoSuchEntity", message, 404);
export const alreadyExists = (message: string) => new AwsError("EntityAlreadyExists", message, 409);
export const deleteConflict = (message: string) => new AwsError("DeleteConflict", message, 409);
export const limitExceeded = (message: string) => new AwsError("LimitExceeded", message, 409);
export const malformedPolicy = (message: string) => new AwsError("MalformedPolicyDocument", message);
export const invalidInput = (message: string) => new AwsError("InvalidInput", message);
export const unmodifiable = (message: string) => new AwsError("UnmodifiableEntity", message);
export const invalidMarker = () => new AwsError("ValidationError", "Invalid Marker.");
