/*
 * The grammar of image references, read from left to right with one character of look-ahead, in linear time:
 *
 *   domain         = ( domain-part *( "." domain-part ) / "[" 1*( hex / ":" ) "]" ) [ ":" 1*digit ]
 *   domain-part    = alphanumeric, with "-" inside
 *   path           = component *( "/" component )
 *   component      = 1*lower-alphanumeric *( separator 1*lower-alphanumeric )
 *   separator      = "." / "_" / "__" / 1*"-"
 *   tag            = word *127( word / "." / "-" )
 *   digest         = ( "sha256" / "sha384" / "sha512" ) ":" lower-hex
 */

const LOWER = 1;
const UPPER = 2;
const DIGIT = 4;
const LOWER_HEX = 8;
const UPPER_HEX = 16;
const UNDERSCORE = 32;
const DOT = 64;
const DASH = 128;

const ALPHANUMERIC = LOWER | UPPER | DIGIT;
const WORD = ALPHANUMERIC | UNDERSCORE;

const CLASSES = new Uint8Array(128);
for (const [characters, flag] of [
  ["abcdefghijklmnopqrstuvwxyz", LOWER],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", UPPER],
  ["0123456789", DIGIT],
  ["0123456789abcdef", LOWER_HEX],
  ["ABCDEF", UPPER_HEX],
  ["_", UNDERSCORE],
  [".", DOT],
  ["-", DASH],
] as const) {
  for (const character of characters) CLASSES[character.charCodeAt(0)] = (CLASSES[character.charCodeAt(0)] ?? 0) | flag;
}

const COLON = 58;
const AT = 64;
const SLASH = 47;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** End of the run of characters of these classes that begins at `start`. Returns `start` if there is none. */
function skip(text: string, start: number, classes: number): number {
  let index = start;
  while (index < text.length) {
    if (((CLASSES[text.charCodeAt(index)] ?? 0) & classes) === 0) break;
    index++;
  }
  return index;
}

/**
 * Reads a path from `start` to its end, a ":" or a "@". Returns where it ends or, if it breaks the grammar, the
 * complement (`~`) of the offending position.
 */
export function readPath(text: string, start: number): number {
  let index = start;
  for (;;) {
    const end = skip(text, index, LOWER | DIGIT);
    if (end === index) return ~index;
    const unit = text.charCodeAt(end);
    if (end === text.length || unit === COLON || unit === AT) return end;
    index = unit === SLASH ? end + 1 : skipSeparator(text, end);
  }
}

/** A dot, one or two underscores, or any number of dashes. Returns `start` if there is none. */
function skipSeparator(text: string, start: number): number {
  const end = skip(text, start, DASH);
  if (end > start) return end;
  if (text[start] === ".") return start + 1;
  return Math.min(skip(text, start, UNDERSCORE), start + 2);
}

/** Reads a domain from the start of the text to `end`. Returns `end` or the complement of the offending position. */
export function readDomain(text: string, end: number): number {
  const host = text.charCodeAt(0) === OPEN_BRACKET ? readIpv6(text) : readDomainName(text);
  if (host < 0 || host === end) return host;
  if (text.charCodeAt(host) !== COLON) return ~host;
  const port = skip(text, host + 1, DIGIT);
  if (port === host + 1) return ~host;
  return port === end ? end : ~port;
}

function readIpv6(text: string): number {
  let index = 1;
  let end = index;
  do {
    index = end;
    end = skip(text, index, LOWER_HEX | UPPER_HEX);
    if (text.charCodeAt(end) === COLON) end++;
  } while (end > index);
  return end > 1 && text.charCodeAt(end) === CLOSE_BRACKET ? end + 1 : ~end;
}

function readDomainName(text: string): number {
  let index = 0;
  for (;;) {
    const end = skip(text, index, ALPHANUMERIC | DASH);
    if (end === index || text[index] === "-") return ~index;
    if (text[end - 1] === "-") return ~(end - 1);
    if (text[end] !== ".") return end;
    index = end + 1;
  }
}

/** Reads a tag of any length from `start`. Returns where it ends, or the complement of `start` if there is none. */
export function readTag(text: string, start: number): number {
  return skip(text, start, WORD) === start ? ~start : skip(text, start, WORD | DOT | DASH);
}

/** End of the run of lower-case hexadecimal digits that begins at `start`. */
export function readHex(text: string, start: number): number {
  return skip(text, start, LOWER_HEX);
}

/** Whether the UTF-16 unit at `index` is an upper-case ASCII letter. */
export function isUpperCase(text: string, index: number): boolean {
  return skip(text.charAt(index), 0, UPPER) === 1;
}

/**
 * Whether the text before the first slash, at `end`, looks like a registry's host and not like part of the path. Without
 * a slash, at -1, there is no host.
 */
export function looksLikeDomain(text: string, end: number): boolean {
  // Hosts have a dot, a port or an upper-case letter. Any other character that ends this run is invalid in a path too.
  return skip(text, 0, LOWER | DIGIT | UNDERSCORE | DASH) < end || (end === 9 && text.startsWith("localhost"));
}
