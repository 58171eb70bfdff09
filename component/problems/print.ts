import { hasToken } from "./token-shapes";

/*
 * Decides what of the input a message may show. A token can be pasted anywhere, as a key, too, so only what looks like a
 * name is shown. Published with `pulumi-pull-through-cache/plan`, so that the command line tool decides the same way.
 */

const LONGEST = 64;

/** Letters, digits and what separates them in names, hosts and paths. A colon is only before a port. */
const CHARACTERS = /^(?:https?:\/\/)?[A-Za-z0-9._/*-]+(?::[0-9]{1,5}(?:\/[A-Za-z0-9._/*-]*)?)?$/;

/** Letters with a few digits at the end, a number, or a short mix like `k8s`. Random runs of a token are longer. */
const WORD = /^(?:[A-Za-z]{1,32}[0-9]{0,4}|[0-9]{1,14}|[a-z0-9]{1,8})$/;

/** Whether a text looks like a name, a host or a path rather than a token. */
export function isNameLike(text: string): boolean {
  return (
    text.length <= LONGEST &&
    CHARACTERS.test(text) &&
    !hasToken(text) &&
    text.split(/[^A-Za-z0-9]+/).every((word) => word === "" || (WORD.test(word) && hasPlainCase(word)))
  );
}

/** Capital letters only, or few of them, as in camel case. In random text, every second letter is one. */
function hasPlainCase(word: string): boolean {
  const letters = word.replace(/[0-9]/g, "");
  const capitals = letters.replace(/[a-z]/g, "").length;
  return capitals === letters.length || capitals * 3 <= letters.length + 3;
}

const HIDDEN = "(hidden)";

/** A path as a user writes it: `registries.gitlab.prefix`, `scanning.rules[0].filters`, `registries["a.b"]`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = part === "" || isNameLike(String(part)) ? String(part) : HIDDEN;
    if (!/^[A-Za-z0-9_/-]+$/.test(name)) return `${text}["${name}"]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** A received value in quotation marks, or "this value". */
export function shown(value: string): string {
  return isNameLike(value) ? `"${value}"` : "this value";
}

/** The end of a message with what to write instead. Empty if that must not be shown. */
export function write(text: string): string {
  return isNameLike(text) ? `: write "${text}"` : "";
}

/** The path of a file that cannot be read, which may be no path at all. */
export function shownFile(path: string): string {
  return path
    .split(/([/\\])/)
    .map((part) => (/^(?:[/\\~]|[A-Z]:)?$/.test(part) || isNameLike(part) ? part : HIDDEN))
    .join("");
}

/**
 * Text of others, such as an error of AWS or a description, without what a terminal would obey: control characters, and
 * characters that are invisible or change the direction of writing. Line breaks and tabs stay.
 *
 * @param shownAs What stands for such a character. Default: the replacement character.
 */
export function printable(text: string, shownAs: (character: string) => string = () => "\uFFFD"): string {
  return text.replace(/\r\n/g, "\n").replace(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, shownAs);
}
