import { parsePolicyAs, REGISTRY_POLICY, REGISTRY_POLICY_V1, REPOSITORY_POLICY } from "../../policy/document";
import { invalidParameter } from "./errors";

const invalid = (what: string) => (reason: string) =>
  invalidParameter(
    `Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid ${what} policy provided: ${reason}'`,
  );

export const checkRepositoryPolicy = (text: string) => parsePolicyAs(text, REPOSITORY_POLICY, invalid("repository"));
export const checkRegistryPolicy = (text: string, scope?: "V1") =>
  parsePolicyAs(text, scope === "V1" ? REGISTRY_POLICY_V1 : REGISTRY_POLICY, invalid("registry"));
