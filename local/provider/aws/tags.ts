import { hasUnknown, UNKNOWN } from "../wire";
import type { Settings } from "./settings";

type Tags = Readonly<Record<string, string>>;
type TagSettings = Pick<Settings, "defaultTags">;

/** All tags of a resource: its own and the provider's. Source: pulumi-aws, provider/tags.go. */
export function tagsAll({ defaultTags }: TagSettings, own: unknown): unknown {
  return hasUnknown(own) ? UNKNOWN : { ...defaultTags, ...(own as Tags | undefined) };
}

/** Tags from the provider's defaults are not the resource's own, unless the program sets them too. */
export function ownTags({ defaultTags }: TagSettings, all: Tags, given: unknown): Tags {
  const own = Object.entries(all).filter(
    ([key, value]) => defaultTags[key] !== value || key in ((given ?? {}) as Tags),
  );
  return Object.fromEntries(own);
}
