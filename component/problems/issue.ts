/** A problem in the input: where it is, and what to write instead. */
export interface Issue {
  /** Path from the root of the arguments: `["registries", "gitlab", "prefix"]`. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Messages shorten longer names, because every message about something below a path repeats the path. */
const NAME_MAX = 128;

/** How tokens of the upstream registries start. */
const TOKEN_START = /(^|[^a-z])(gh[a-z]_|github_pat|gl(pat|dt|rt|cbt|ptt|ft|soat|agent)-|dckr_|akia)/i;

/** A path as a user writes it: `registries.gitlab.prefix`, `scanning.rules[0].filters`, `registries["a.b"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const whole = TOKEN_START.test(String(part)) ? "(hidden: looks like a token)" : String(part);
    const name = whole.length > NAME_MAX ? `${whole.slice(0, NAME_MAX)}...` : whole;
    if (!/^[A-Za-z0-9_/-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** Long random-looking runs of characters, which no registry's name has. */
const TOKEN_RUN = /[a-z0-9]{33}|(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{16}/i;

const HIDDEN = "this value";

/**
 * A received value for a message. A token pasted into the wrong place must not reach a log, so the message shows only
 * text that looks like a host, a path or a name.
 */
export function shown(value: string): string {
  return /^[a-z0-9._:/*-]{1,64}$/.test(value) && !TOKEN_START.test(value) && !TOKEN_RUN.test(value)
    ? `"${value}"`
    : HIDDEN;
}

/** The end of a message with what to write instead. Empty if that must not be shown. */
export function write(text: string): string {
  const value = shown(text);
  return value === HIDDEN ? "" : `: write ${value}`;
}

/** Where an issue is in the file that the input came from, such as `registries.yaml:3:5`. */
export type Locate = (path: readonly PropertyKey[]) => string | undefined;
