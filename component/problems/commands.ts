import { isNameLike } from "./print";

/** Path of an entry's credentials in the stack's config. Without a key that may be shown it has a placeholder. */
export function configPath(key: string | undefined, part: "username" | "accessToken"): string {
  if (key === undefined || !isNameLike(key)) return `pull-through-cache:credentials.<key>.${part}`;
  const path = /^[A-Za-z_][\w-]*$/.test(key) ? `credentials.${key}` : `credentials[${JSON.stringify(key)}]`;
  return `pull-through-cache:${path}.${part}`;
}

/** The command that prompts for a part of an entry's credentials and sets it in the stack's config. */
export function askCommand(key: string | undefined, part: "username" | "accessToken"): string {
  return `pulumi config set --secret --path '${configPath(key, part)}'`;
}

/** The command that sets a part of an entry's credentials in the stack's config. */
export function setCommand(key: string | undefined, part: "username" | "accessToken"): string {
  return `${askCommand(key, part)} <${part === "username" ? "username" : "token"}>`;
}
