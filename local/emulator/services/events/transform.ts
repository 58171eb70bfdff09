import type { InputTransformer as Transformer } from "@aws-sdk/client-eventbridge";
import { AwsError } from "../../errors";
import type { Held } from "../../state/model";

const invalid = (message: string) => new AwsError("ValidationException", message);

type InputTransformer = Held<Transformer>;

const PLACEHOLDER = /<([^<>]*)>/g;
const PATH = /^\$(?:\.[A-Za-z0-9_-]+)*$/;

/**
 * Refuses an input transformer that PutTargets would refuse ("Amazon EventBridge input transformation": for text, each
 * line of the template is in double quotes). The emulator supports text templates, and paths made of names.
 */
export function checkTransformer({ InputPathsMap = {}, InputTemplate }: InputTransformer): void {
  for (const [name, path] of Object.entries(InputPathsMap)) {
    if (/^aws/i.test(name)) throw invalid(`InputPathsMap: ${name} starts with the reserved AWS`);
    if (!PATH.test(path)) throw invalid(`InputPathsMap: ${path} is no path that the emulator knows`);
  }
  for (const line of InputTemplate.trim().split("\n")) {
    if (!/^"[^"\\]*"$/.test(line.trim())) {
      throw invalid(`Invalid InputTemplate: ${line.trim()} is not a text in double quotes`);
    }
  }
  for (const [, name = ""] of InputTemplate.matchAll(PLACEHOLDER)) {
    if (!Object.hasOwn(InputPathsMap, name))
      throw invalid(`Invalid InputTemplate: the placeholder <${name}> is not in InputPathsMap`);
  }
}

/**
 * The text that a target gets. The guide says that a path without a value "will not appear in the output", and that
 * values are not escaped. Its statements about the quotes contradict each other. Here they stay, so messages must be
 * readable with them.
 */
export function transformed({ InputPathsMap = {}, InputTemplate }: InputTransformer, event: unknown): string {
  const lines = InputTemplate.trim().split(/\s*\n\s*/);
  return lines.join("\n").replace(PLACEHOLDER, (_, name: string) => textAt(InputPathsMap[name] ?? "$", event));
}

function textAt(path: string, event: unknown): string {
  const value = path
    .split(".")
    .slice(1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], event);
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
