import { MalformedPolicy, parsePolicy, REPOSITORY_POLICY, RESOURCE_POLICY } from "../../policy/document";
import { invalidParameter } from "./errors";

export function checkRepositoryPolicy(text: string): void {
  check(text, REPOSITORY_POLICY, "Invalid repository policy provided");
}

export function checkRegistryPolicy(text: string): void {
  const statements = check(text, RESOURCE_POLICY, "Invalid registry policy provided");
  for (const action of statements.flatMap(({ actions, notActions }) => [...(actions ?? []), ...(notActions ?? [])])) {
    if (action !== "*" && !action.toLowerCase().startsWith("ecr:")) {
      throw invalidPolicy(`Invalid registry policy provided: ${action} is no action of ECR`);
    }
  }
}

function check(text: string, rules: typeof RESOURCE_POLICY, complaint: string) {
  try {
    return parsePolicy(text, rules);
  } catch (error) {
    if (error instanceof MalformedPolicy) throw invalidPolicy(`${complaint}: ${error.message}`);
    throw error;
  }
}

const invalidPolicy = (reason: string) =>
  invalidParameter(`Invalid parameter at 'PolicyText' failed to satisfy constraint: '${reason}'`);
