import { ImageReferenceError, type ImageReferenceErrorCode } from "./error";
import { isUpperCase, looksLikeDomain, readDomain, readHex, readPath, readTag } from "./grammar";
import { DOCKER_HUB } from "./hosts";
import type { ImageReference } from "./reference";

const LEGACY_DOCKER_HUB = "index.docker.io";
const IDENTIFIER_LENGTH = 64;
const TAG_LENGTH = 128;

/** Longest path of a reference, in characters. */
export const PATH_LENGTH = 255;

// The algorithms that go-digest registers; it refuses others too.
const DIGEST_LENGTHS = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

/** The result of reading an image reference. */
export type ImageReferenceResult = { ok: true; value: ImageReference } | { ok: false; error: ImageReferenceError };

/**
 * Reads an image reference as container tools do: for every string, `ParseNormalizedNamed` of
 * `github.com/distribution/reference` returns the same domain, path, tag and digest, or an error too. Docker Hub's
 * short names are written out (`nginx` is `library/nginx` at `docker.io`). No tag is added. The time is linear in the
 * reference's length.
 *
 * @throws ImageReferenceError when the reference does not follow the grammar.
 */
export function parseImageReference(reference: string): ImageReference {
  const result = tryParseImageReference(reference);
  if (!result.ok) throw result.error;
  return result.value;
}

/** Like `parseImageReference`, with the error as a value. */
export function tryParseImageReference(reference: string): ImageReferenceResult {
  if (typeof reference !== "string") {
    return refuse("", "not-a-string", 0, `expected a string, not ${reference === null ? "null" : typeof reference}`);
  }
  if (reference === "") return refuse(reference, "empty", 0, "it is empty");
  if (reference.length === IDENTIFIER_LENGTH && readHex(reference, 0) === IDENTIFIER_LENGTH) {
    return refuse(reference, "identifier", 0, "64 hexadecimal digits are an image identifier, not a name");
  }

  const slash = reference.indexOf("/");
  let domain = DOCKER_HUB;
  let pathStart = 0;
  if (looksLikeDomain(reference, slash)) {
    const domainEnd = readDomain(reference, slash);
    if (domainEnd === slash) {
      domain = reference.slice(0, slash);
      pathStart = slash + 1;
    } else if (readPath(reference, 0) > slash) {
      domain = "";
    } else {
      return refuseDomain(reference, ~domainEnd);
    }
    if (domain === LEGACY_DOCKER_HUB) domain = DOCKER_HUB;
  }

  const pathEnd = readPath(reference, pathStart);
  if (pathEnd < 0) {
    return refuseAt(reference, isUpperCase(reference, ~pathEnd) ? "uppercase" : "path", ~pathEnd, "the repository");
  }
  let path = reference.slice(pathStart, pathEnd);
  if (domain === DOCKER_HUB && !path.includes("/")) path = `library/${path}`;
  if (path.length > PATH_LENGTH) {
    const reason = `the repository has ${path.length} characters, at most ${PATH_LENGTH} are allowed`;
    return refuse(reference, "path-length", pathStart, reason);
  }
  return readSuffix(reference, pathEnd, domain, path);
}

function readSuffix(reference: string, pathEnd: number, domain: string, path: string): ImageReferenceResult {
  let end = pathEnd;
  let tag: string | undefined;
  if (reference[end] === ":") {
    const tagEnd = readTag(reference, end + 1);
    if (tagEnd < 0) return refuseAt(reference, "tag", ~tagEnd, "the tag");
    tag = reference.slice(end + 1, tagEnd);
    if (tag.length > TAG_LENGTH) {
      const reason = `the tag has ${tag.length} characters, at most ${TAG_LENGTH} are allowed`;
      return refuse(reference, "tag-length", end + 1, reason);
    }
    end = tagEnd;
  }
  if (end === reference.length) return { ok: true, value: { domain, path, tag, digest: undefined } };
  if (reference[end] !== "@") return refuseAt(reference, "tag", end, "the tag");

  const error = checkDigest(reference, end + 1);
  return error ?? { ok: true, value: { domain, path, tag, digest: reference.slice(end + 1) } };
}

function checkDigest(reference: string, start: number): ImageReferenceResult | undefined {
  const colon = reference.indexOf(":", start);
  if (colon < 0) {
    return refuse(reference, "digest", start, 'the digest has no ":", expected algorithm:digits after "@"');
  }
  const algorithm = reference.slice(start, colon);
  const digits = DIGEST_LENGTHS.get(algorithm);
  if (digits === undefined) {
    return refuse(reference, "digest-algorithm", start, "the digest is not of sha256, sha384 or sha512");
  }
  const end = readHex(reference, colon + 1);
  if (end !== reference.length) return refuseAt(reference, "digest", end, "the digest");
  if (end - colon - 1 !== digits) {
    const reason = `the digest has ${end - colon - 1} digits, ${algorithm} has ${digits}`;
    return refuse(reference, "digest-length", colon + 1, reason);
  }
  return undefined;
}

function refuseDomain(reference: string, position: number): ImageReferenceResult {
  if (reference.startsWith("://", position)) {
    return refuse(reference, "domain", position, "it is a URL, leave out the scheme");
  }
  return refuseAt(reference, "domain", position, "the registry host");
}

function refuse(
  reference: string,
  code: ImageReferenceErrorCode,
  position: number,
  reason: string,
): ImageReferenceResult {
  return { ok: false, error: new ImageReferenceError(reference, code, position, reason) };
}

function refuseAt(
  reference: string,
  code: ImageReferenceErrorCode,
  position: number,
  part: string,
): ImageReferenceResult {
  const point = reference.codePointAt(position);
  if (point === undefined) return refuse(reference, code, position, `${part} ends too early`);
  const character = JSON.stringify(String.fromCodePoint(point));
  const hint = code === "uppercase" ? ", it must be in lower case" : "";
  return refuse(reference, code, position, `${part} cannot have ${character} here${hint}`);
}
