import { AwsError } from "../../errors";
import type { Refusal } from "../../protocols/protocol";

export const invalidParameter = (message: string) => new AwsError("InvalidParameter", `Invalid parameter: ${message}`);

export const refuse: Refusal = (problems) => {
  const each = problems.map(({ at, constraint }) => `Value at '${at}' failed to satisfy constraint: ${constraint}`);
  return new AwsError("ValidationError", `${problems.length} validation error(s) detected: ${each.join("; ")}`);
};

export const notFound = (what: string) => new AwsError("NotFound", `${what} does not exist`, 404);

export const resourceNotFound = () => new AwsError("ResourceNotFound", "Resource does not exist", 404);
