import type { InputTransformer } from "../../state/model";
import { validation } from "./errors";

const PLACEHOLDER = /<([^<>]*)>/g;
const PATH = /^\$(?:\.[A-Za-z0-9_-]+)*$/;

/**
 * Refuses an input transformer that PutTargets would refuse ("Amazon EventBridge input transformation": for text, each
 * line of the template is in double quotes). The emulator supports text templates, and paths made of names.
 */
export function checkTransformer({ paths, template }: InputTransformer): void {
  for (const [name, path] of paths) {
    if (/^aws/i.test(name)) throw validation(`InputPathsMap: ${name} starts with the reserved AWS`);
    if (!PATH.test(path)) throw validation(`InputPathsMap: ${path} is no path that the emulator knows`);
  }
  for (const line of template.trim().split("\n")) {
    if (!/^"[^"\\]*"$/.test(line.trim())) {
      throw validation(`Invalid InputTemplate: ${line.trim()} is not a text in double quotes`);
    }
  }
  for (const [, name = ""] of template.matchAll(PLACEHOLDER)) {
    if (!paths.has(name)) throw validation(`Invalid InputTemplate: the placeholder <${name}> is not in InputPathsMap`);
  }
}

/**
 * The text that a target gets. The guide says that a path without a value "will not appear in the output", and that
 * values are not escaped. Its statements about the quotes contradict each other. Here they stay, so messages must be
 * readable with them.
 */
export function transformed({ paths, template }: InputTransformer, event: unknown): string {
  const lines = template
    .trim()
    .split("\n")
    .map((line) => line.trim());
  return lines.join("\n").replace(PLACEHOLDER, (_, name: string) => textAt(paths.get(name) ?? "$", event));
}

function textAt(path: string, event: unknown): string {
  const value = path
    .split(".")
    .slice(1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], event);
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
