import type { PolicyComplianceFramework } from "@pulumi/policy";

/** A control of AWS Security Hub. AWS: "Security Hub CSPM controls for Amazon ECR". */
function control(reference: string, specification: string): PolicyComplianceFramework {
  return { name: "AWS Foundational Security Best Practices", version: "1.0.0", reference, specification };
}

export const scanningControl = control("ECR.1", "ECR private repositories should have image scanning configured");
export const lifecycleControl = control(
  "ECR.3",
  "ECR repositories should have at least one lifecycle policy configured",
);
