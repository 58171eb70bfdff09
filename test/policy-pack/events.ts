/** A policy's finding, as the engine reports it. */
export interface Found {
  readonly policy: string;
  readonly level: string;
  /** Pulumi name of the resource, or of the stack. */
  readonly resource: string;
  readonly message: string;
}

/** The findings of an event log as `--event-log` writes it, with one JSON object per line. */
export function findingsIn(eventLog: string): Found[] {
  return eventLog
    .split("\n")
    .filter((line) => line.includes("policyEvent"))
    .map((line) => JSON.parse(line).policyEvent)
    .map((event) => ({
      policy: event.policyName,
      level: event.enforcementLevel,
      resource: event.resourceUrn?.split("::").pop() ?? "",
      message: event.message.replaceAll(/<\{%[^%]*%\}>/g, "").trim(),
    }));
}

/** A line that says what could not be decided yet. */
export function isUndecided({ message }: Found): boolean {
  return message.includes(": not decided for ");
}
