import { hasUnknown, UNKNOWN } from "../wire";
import type { Settings } from "./settings";

type Tags = Readonly<Record<string, string>>;
type TagSettings = Pick<Settings, "defaultTags" | "ignoreTags">;

/** All tags of a resource: its own and the provider's, without those that are not managed. Source: pulumi-aws, provider/tags.go. */
export function tagsAll({ defaultTags, ignoreTags }: TagSettings, own: unknown): unknown {
  return hasUnknown(own) ? UNKNOWN : withoutIgnored(ignoreTags, { ...defaultTags, ...(own as Tags | undefined) });
}

/** Tags from the provider's defaults are not the resource's own, unless the program sets them too. */
export function ownTags({ defaultTags }: TagSettings, all: Tags, given: unknown): Tags {
  const own = Object.entries(all).filter(
    ([key, value]) => defaultTags[key] !== value || key in ((given ?? {}) as Tags),
  );
  return Object.fromEntries(own);
}

/** Tags that somebody else manages are ignored. */
export function withoutIgnored({ keys, keyPrefixes }: Settings["ignoreTags"], tags: Tags): Tags {
  const managed = Object.entries(tags).filter(
    ([key]) => !keys.includes(key) && !keyPrefixes.some((prefix) => key.startsWith(prefix)),
  );
  return Object.fromEntries(managed);
}
