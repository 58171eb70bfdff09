import * as pulumi from "@pulumi/pulumi";
import { RewriteReport } from "./report";

const LOG = {
  info: (message: string) => void pulumi.log.info(message),
  warn: (message: string) => void pulumi.log.warn(message),
};

const reports = new Map<boolean, RewriteReport>();

/** The report that all transforms of a program share: one line for all of them. */
export function stackReport(dryRun: boolean): RewriteReport {
  if (reports.size === 0) process.once("beforeExit", printReports);
  const existing = reports.get(dryRun);
  if (existing !== undefined) return existing;
  const report = new RewriteReport(LOG, dryRun);
  reports.set(dryRun, report);
  return report;
}

// Pulumi's runner waits for the handlers of beforeExit. Without an engine, as in tests and after an inline program of
// the Automation API, nobody would read the line.
function printReports(): void {
  if (pulumi.runtime.hasEngine()) for (const report of reports.values()) report.print();
  reports.clear();
}
