import type { Properties } from "../wire";
import type { AwsContext } from "./context";

export interface UpdateArguments {
  readonly id: string;
  readonly state: Properties;
  readonly inputs: Properties;
  readonly changed: ReadonlySet<string>;
}

/** What a resource type does in AWS. Properties have Pulumi's names; tags already include the default tags. */
export interface Operations {
  /**
   * Creates the resource and returns its id. Calls `exists` as soon as the resource exists, so that a later failure
   * does not lose it.
   */
  create(aws: AwsContext, inputs: Properties, exists: (id: string) => void): Promise<string>;
  /** Its properties, or `undefined` if it does not exist. `state` is what was known about it. */
  read(aws: AwsContext, id: string, state: Properties): Promise<Properties | undefined>;
  update?(aws: AwsContext, args: UpdateArguments): Promise<void>;
  delete(aws: AwsContext, id: string, state: Properties): Promise<void>;
}

export function str(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function toTagList(tags: unknown): { Key: string; Value: string }[] {
  return Object.entries((tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
}

export function fromTagList(tags: readonly { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  const own = (tags ?? []).filter(({ Key = "" }) => !Key.startsWith("aws:"));
  return Object.fromEntries(own.map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Calls what removes and adds tags, with what changed. Source: internal/tags, `KeyValueTags.Removed` and `Updated`. */
export async function updateTags(
  { state, inputs, changed }: UpdateArguments,
  add: (tags: { Key: string; Value: string }[]) => Promise<unknown>,
  remove: (keys: string[]) => Promise<unknown>,
): Promise<void> {
  if (!changed.has("tagsAll")) return;
  const before = (state.tagsAll ?? {}) as Record<string, string>;
  const wanted = (inputs.tagsAll ?? {}) as Record<string, string>;
  const gone = Object.keys(before).filter((key) => !(key in wanted));
  const news = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => before[key] !== value));
  if (gone.length > 0) await remove(gone);
  if (Object.keys(news).length > 0) await add(toTagList(news));
}
