/*
 * The grammar of image references, read left to right with one character of look-ahead, so in linear time:
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
const DOT_OR_DASH = 64;

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
  [".-", DOT_OR_DASH],
] as const) {
  for (const character of characters) CLASSES[character.charCodeAt(0)] = (CLASSES[character.charCodeAt(0)] ?? 0) | flag;
}

const COLON = 58;
const AT = 64;
const SLASH = 47;
const DOT = 46;
const DASH = 45;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;

/** Is the UTF-16 unit at `index` of one of the classes? False past the end. */
function is(text: string, index: number, classes: number): boolean {
  const unit = text.charCodeAt(index);
  // Past the end it is NaN, which is not below 128 either; reading outside of the array would be slow.
  return unit < 128 && ((CLASSES[unit] as number) & classes) !== 0;
}

/**
 * Reads a path from `start` until its end, a ":" or a "@".
 * Returns where it ends or, when it breaks the grammar, the complement (`~`) of the offending position.
 */
export function readPath(text: string, start: number): number {
  let index = start;
  for (;;) {
    if (!is(text, index, LOWER | DIGIT)) return ~index;
    do index++;
    while (is(text, index, LOWER | DIGIT));
    const unit = text.charCodeAt(index);
    if (index >= text.length || unit === COLON || unit === AT) return index;
    if (unit === SLASH || unit === DOT) index++;
    else if (unit === DASH) while (text.charCodeAt(index) === DASH) index++;
    else if (is(text, index, UNDERSCORE)) index += is(text, index + 1, UNDERSCORE) ? 2 : 1;
    else return ~index;
  }
}

/** Reads a domain from the start of the text to `end`. Returns `end` or the complement of the offending position. */
export function readDomain(text: string, end: number): number {
  const host = text.charCodeAt(0) === OPEN_BRACKET ? readIpv6(text) : readDomainName(text);
  if (host < 0 || host === end) return host;
  if (text.charCodeAt(host) !== COLON || !is(text, host + 1, DIGIT)) return ~host;
  let index = host + 1;
  while (is(text, index, DIGIT)) index++;
  return index === end ? end : ~index;
}

function readIpv6(text: string): number {
  let index = 1;
  while (is(text, index, LOWER_HEX | UPPER_HEX) || text.charCodeAt(index) === COLON) index++;
  return index > 1 && text.charCodeAt(index) === CLOSE_BRACKET ? index + 1 : ~index;
}

function readDomainName(text: string): number {
  let index = 0;
  for (;;) {
    if (!is(text, index, ALPHANUMERIC)) return ~index;
    while (is(text, index, ALPHANUMERIC) || text.charCodeAt(index) === DASH) index++;
    if (text.charCodeAt(index - 1) === DASH) return ~(index - 1);
    if (text.charCodeAt(index) !== DOT) return index;
    index++;
  }
}

/** Reads a tag of any length from `start`. Returns where it ends; the complement of `start` when there is none. */
export function readTag(text: string, start: number): number {
  if (!is(text, start, WORD)) return ~start;
  let index = start + 1;
  while (is(text, index, WORD | DOT_OR_DASH)) index++;
  return index;
}

/** Where the run of lower-case hexadecimal digits from `start` ends. */
export function readHex(text: string, start: number): number {
  let index = start;
  while (is(text, index, LOWER_HEX)) index++;
  return index;
}

/** Is the UTF-16 unit at `index` an upper-case ASCII letter? */
export function isUpperCase(text: string, index: number): boolean {
  return is(text, index, UPPER);
}

/** Does the text before the first slash, at `end`, look like a registry's host and not like a part of the path? */
export function looksLikeDomain(text: string, end: number): boolean {
  for (let index = 0; index < end; index++) {
    const unit = text.charCodeAt(index);
    if (unit === DOT || unit === COLON || is(text, index, UPPER)) return true;
  }
  return end === "localhost".length && text.startsWith("localhost");
}
