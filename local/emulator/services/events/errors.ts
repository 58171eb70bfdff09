import { AwsError } from "../../errors";
import type { Refusal } from "../../protocols/protocol";

export const validation = (message: string) => new AwsError("ValidationException", message);

export const refuse: Refusal = (problems) => {
  const each = problems.map(({ at, constraint }) => `Value at '${at}' failed to satisfy constraint: ${constraint}`);
  return validation(`${problems.length} validation error(s) detected: ${each.join("; ")}`);
};

export const invalidPattern = (reason: string) =>
  new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);

export const ruleNotFound = (name: string) =>
  new AwsError("ResourceNotFoundException", `Rule ${name} does not exist on EventBus default.`);
