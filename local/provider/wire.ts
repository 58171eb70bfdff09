import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";

/**
 * Property values as Pulumi sends them: JSON, where `UNKNOWN` stands for a value that is not known before an update.
 */
export type Properties = Record<string, unknown>;

/** Pulumi's sentinel for an unknown value. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Marks a value as secret for the engine. */
export function secret(value: unknown): Properties {
  return { [SIGNATURE]: SECRET, value };
}

/** A value with its secret parts unwrapped. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ((value as Properties)[SIGNATURE] === SECRET) return withoutSecrets((value as Properties).value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

type Entry = [key: string, value: unknown];

/** A value whose objects, at every depth, have other entries. */
export function mapped(value: unknown, entriesOf: (entries: Entry[]) => Entry[]): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, entriesOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(entriesOf(Object.entries(value)).map(([key, item]) => [key, mapped(item, entriesOf)]));
}

/** Whether a value is unknown or contains an unknown value. */
export function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

export function fromStruct(struct: Struct | undefined): Properties {
  return struct ? (plain(struct.toJavaScript()) as Properties) : {};
}

export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(plain(properties) as Parameters<typeof Struct.fromJavaScript>[0]);
}

// Without null and undefined, which are the same as a missing property to Pulumi.
function plain(value: unknown): unknown {
  return mapped(value, (entries) => entries.filter(([, item]) => item !== undefined && item !== null));
}
