import { policyJson } from "./document";

/** The resource policy of a secret that lets principals read it. */
export function secretReadersPolicy(readers: readonly string[]): string {
  return policyJson([
    {
      Sid: "Readers",
      Effect: "Allow",
      Principal: { AWS: readers },
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
    },
  ]);
}
