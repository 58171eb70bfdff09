import { callOf, failureOf } from "../aws/calls";
import { isDenied } from "../aws/errors";
import { type Check, type Outcome, unchecked } from "./finding";

/** The outcome of a check, or what could not be checked, and why. A call that fails does not end the run. */
export async function attempt(check: Check, work: () => Promise<Outcome> | Outcome): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    return unchecked(`${check}: ${isDenied(error) ? `no permission for ${actionOf(error)}` : failureOf(error)}`);
  }
}

/** In IAM's spelling, such as `secretsmanager:DescribeSecret`. */
function actionOf(error: unknown): string {
  const [, service = "", operation = "a call"] = /^(.+) (\w+) in /.exec(callOf(error as Error) ?? "") ?? [];
  return `${service.replaceAll(" ", "").toLowerCase()}:${operation}`;
}
