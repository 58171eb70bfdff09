import { AsyncResource } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import { printable } from "../problems/print";
import { type Log, RewriteReport } from "./report";
import { forget } from "./written";

const reports = new Map<boolean, RewriteReport>();

/** The report that all transforms of a program share: one line for all of them. */
export function stackReport(dryRun: boolean): RewriteReport {
  if (reports.size === 0) process.once("beforeExit", printReports);
  const existing = reports.get(dryRun);
  if (existing !== undefined) return existing;
  const inPlugin = !pulumi.runtime.getStackResource() && pulumi.runtime.getEngine() !== undefined;
  const report = new RewriteReport(logFromHere(), dryRun, inPlugin);
  reports.set(dryRun, report);
  return report;
}

/** Pulumi calls a plugin's transforms outside the context that knows the engine, so the log keeps that context. */
function logFromHere(): Log {
  return {
    info: AsyncResource.bind((message: string) => void pulumi.log.info(printable(message))),
    warn: AsyncResource.bind((message: string) => void pulumi.log.warn(printable(message))),
  };
}

// Pulumi's runner waits for the handlers of beforeExit. Without an engine, as in tests and after an inline program of
// the Automation API, nobody would read the line.
function printReports(): void {
  if (pulumi.runtime.hasEngine()) for (const report of reports.values()) void report.print().then(forget);
  reports.clear();
}
