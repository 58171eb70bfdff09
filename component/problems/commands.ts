/** Where the credentials of an entry are in the stack's config; without a key, of whichever entry. */
export function configPath(key: string | undefined, part: "username" | "accessToken"): string {
  if (key === undefined) return `pull-through-cache:credentials.<key>.${part}`;
  const path = /^[A-Za-z_][\w-]*$/.test(key) ? `credentials.${key}` : `credentials[${JSON.stringify(key)}]`;
  return `pull-through-cache:${path}.${part}`;
}

/** The command that asks for a part of an entry's credentials and puts it into the stack's config. */
export function askCommand(key: string | undefined, part: "username" | "accessToken"): string {
  return `pulumi config set --secret --path '${configPath(key, part)}'`;
}

/** The command that puts a part of an entry's credentials into the stack's config. */
export function setCommand(key: string | undefined, part: "username" | "accessToken"): string {
  return `${askCommand(key, part)} <${part === "username" ? "username" : "token"}>`;
}
