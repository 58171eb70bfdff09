import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";

/** How the stack's file has a config value. */
export interface InStackFile {
  /** Whether it is one text, encrypted or not, though it holds a map. */
  readonly isOneValue: boolean;
  /** Whether a part of it is there as plain text. False if the part comes from elsewhere, such as Pulumi ESC. */
  isPlain(path: readonly string[]): boolean;
}

/**
 * Looks up how a config value is stored. For a program, a map with one encrypted part is secret as a whole, so only the
 * file tells which parts are encrypted. Undefined if the file is elsewhere, or lacks the value.
 */
export function readStackFile(name: string): InStackFile | undefined {
  try {
    const path = join(pulumi.runtime.getRootDirectory(), `Pulumi.${pulumi.getStack()}.yaml`);
    const value = partOf(load(readFileSync(path, "utf8")), ["config", name]);
    if (value === undefined) return undefined;
    return {
      isOneValue: typeof value === "string" || isEncrypted(value),
      isPlain: (parts) => {
        const part = partOf(value, parts);
        return part !== undefined && part !== null && part !== "" && !isEncrypted(part);
      },
    };
  } catch {
    // Pulumi has read the file, or another one, so that it cannot be read here does not matter.
    return undefined;
  }
}

function partOf(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (part, name) =>
      typeof part === "object" && part !== null && Object.hasOwn(part, name)
        ? (part as { [name: string]: unknown })[name]
        : undefined,
    value,
  );
}

function isEncrypted(value: unknown): boolean {
  return typeof partOf(value, ["secure"]) === "string";
}
