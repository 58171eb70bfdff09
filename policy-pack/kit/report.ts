import type { EnforcementLevel, ReportViolation } from "@pulumi/policy";

interface Diagnostic {
  /** The policy that the message is from, if it is not the one that runs. */
  readonly name?: string;
  readonly message: string;
  readonly urn?: string;
  readonly enforcementLevel?: EnforcementLevel;
}

/**
 * Reports a message as it is. The server of @pulumi/policy accepts a whole diagnostic, although the type of
 * `ReportViolation` does not show it. It would print a plain text below the policy's description, which is the same for
 * every resource.
 */
export function say(report: ReportViolation, diagnostic: Diagnostic): void {
  (report as unknown as (diagnostic: Diagnostic) => void)(diagnostic);
}

/** A note that never fails a preview, whatever the policy's own level. */
export function advise(report: ReportViolation, policy: string, message: string): void {
  say(report, { name: policy, message, enforcementLevel: "advisory" });
}
