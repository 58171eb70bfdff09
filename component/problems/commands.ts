import { isNameLike } from "./print";

/**
 * The command that sets a part of an entry's credentials in the stack's config, encrypted. A token is not on the command
 * line, where the shell's history and other processes would see it: Pulumi asks for it, or reads it from standard input.
 */
export function setCommand(key: string | undefined, part: "username" | "accessToken"): string {
  const value = part === "username" ? " <username>" : "";
  return `pulumi config set --secret --path '${configPath(key, part)}'${value}`;
}

/** Path of an entry's credentials in the stack's config. Without a key that may be shown it has a placeholder. */
function configPath(key: string | undefined, part: string): string {
  if (key === undefined || !isNameLike(key)) return `pull-through-cache:credentials.<key>.${part}`;
  const path = /^[A-Za-z_][\w-]*$/.test(key) ? `credentials.${key}` : `credentials["${key}"]`;
  return `pull-through-cache:${path}.${part}`;
}
