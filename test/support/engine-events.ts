import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** An operation that the engine did, or would do, on a resource. */
export interface Step {
  /** `create`, `update`, `delete`, `same`, `replace`, and of a replacement also `create-replacement`, `delete-replaced`. */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  /** Properties that differ. */
  readonly diffs: readonly string[];
}

export interface Changes {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

interface EngineEvent {
  readonly resourcePreEvent?: StepEvent;
  readonly resOutputsEvent?: StepEvent;
}

interface StepEvent {
  readonly metadata: { op: string; urn: string; type: string; diffs?: string[] };
}

/** Reads the file that `--event-log` names. Steps are in the order in which they ended. */
export async function readEvents(file: string): Promise<{ steps: Step[]; changes: Changes; eventLog: string }> {
  const eventLog = existsSync(file) ? await readFile(file, "utf8") : "";
  const events = eventLog
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  const steps = events.flatMap(({ resOutputsEvent }) => {
    if (!resOutputsEvent || !isResource(resOutputsEvent.metadata.type)) return [];
    const { op, urn, type, diffs = [] } = resOutputsEvent.metadata;
    return [{ op, urn, type, diffs }];
  });
  const count = (...ops: string[]) => steps.filter(({ op }) => ops.includes(op)).length;
  return {
    steps,
    eventLog,
    changes: {
      create: count("create"),
      update: count("update"),
      replace: count("replace"),
      delete: count("delete"),
      same: count("same"),
    },
  };
}

function isResource(type: string): boolean {
  return type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:");
}
