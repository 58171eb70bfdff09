import { AwsError } from "../../errors";
import type { Refusal } from "../../protocols/protocol";

export const validation = (message: string) => new AwsError("ValidationException", message);

export const refuse: Refusal = (problems) => {
  const each = problems.map(({ at, constraint }) => `Value at '${at}' failed to satisfy constraint: ${constraint}`);
  return validation(`${problems.length} validation error(s) detected: ${each.join("; ")}`);
};

export const conflict = (name: string) => new AwsError("ConflictException", `Schedule ${name} already exists.`, 409);

export const notFound = (name: string) =>
  new AwsError("ResourceNotFoundException", `Schedule ${name} does not exist.`, 404);
