import type { StackValidationPolicy } from "@pulumi/policy";
import { advise } from "./report";
import { tags } from "./tags";
import { unmatchedExceptions } from "./unmatched";

const shown = 3;
const open = new Map<string, Set<string>>();
const notes = new Set<string>();

/** Remembers that a policy cannot judge the resource yet. */
export function leaveOpen(policy: string, resource: string): void {
  open.set(policy, (open.get(policy) ?? new Set()).add(resource));
}

/** Remembers a message for the end of the run. */
export function noteLater(note: string): void {
  notes.add(note);
}

/**
 * Reports what the other policies could not decide, in one line per policy, and settings that have no effect. It must be the last of the pack: Pulumi
 * runs policies in order, and those for single resources before those for the stack.
 */
export const notDecided: StackValidationPolicy = {
  name: "not-decided",
  displayName: "What a preview cannot decide yet",
  description:
    "Names the resources that a policy could not judge, because values are known only after the deployment, or only to AWS. This is never a violation.",
  enforcementLevel: "advisory",
  severity: "low",
  remediationSteps: "Nothing: the update decides what the deployment tells.",
  url: "https://www.pulumi.com/docs/insights/policy/",
  tags,
  configSchema: { properties: {} },
  validateStack: (_args, report) => {
    for (const note of [...notes, ...unmatchedExceptions()]) advise(report, "not-decided", note);
    for (const [policy, resources] of open) advise(report, policy, line(policy, [...resources].sort()));
    notes.clear();
    open.clear();
  },
};

function line(policy: string, resources: readonly string[]): string {
  const rest = resources.length > shown ? ` and ${resources.length - shown} more` : "";
  return `${policy}: not decided for ${resources.slice(0, shown).join(", ")}${rest}, because it depends on values that only the deployment knows, which the update decides, or only AWS.`;
}
