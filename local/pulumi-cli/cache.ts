import { homedir } from "node:os";
import { join } from "node:path";

/** The cache that all clones share: `$XDG_CACHE_HOME` or `~/.cache`. */
export function cacheDirectory(...parts: string[]): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-pull-through-cache", ...parts);
}
