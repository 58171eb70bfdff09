import { isNameLike } from "./print";

/**
 * The command that sets a part of an entry's credentials in the stack's config, encrypted. The value is not on the command
 * line, where the shell's history and other processes would see it: Pulumi asks for it, or reads it from standard input.
 */
export function setCommand(key: string | undefined, part: "username" | "accessToken"): string {
  return `pulumi config set --secret --path '${configPath(key)}.${part}'`;
}

/** The command that removes an entry's credentials from the stack's config. */
export function removeCommand(key: string): string {
  return `pulumi config rm --path '${configPath(key)}'`;
}

/** Path of an entry's credentials in the stack's config. Without a key that may be shown it has a placeholder. */
function configPath(key: string | undefined): string {
  if (key === undefined || !isNameLike(key)) return "pull-through-cache:credentials.<key>";
  return `pull-through-cache:${/^[A-Za-z_][\w-]*$/.test(key) ? `credentials.${key}` : `credentials["${key}"]`}`;
}
