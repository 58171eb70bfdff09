/** Codes for the problems of an image reference. */
export type ImageReferenceErrorCode =
  /** The reference is the empty string. */
  | "empty"
  /** The value is not a string. */
  | "not-a-string"
  /** 64 hexadecimal digits: an image identifier, which names no registry. */
  | "identifier"
  /** The registry host does not follow the grammar. */
  | "domain"
  /** The repository does not follow the grammar. */
  | "path"
  /** The repository has an upper-case letter. */
  | "uppercase"
  /** The repository, with `library/` where Docker Hub puts it, is longer than 255 characters. */
  | "path-length"
  /** The tag is empty or has a character that tags cannot have. */
  | "tag"
  /** The tag is longer than 128 characters. */
  | "tag-length"
  /** The digest is not `algorithm:hexadecimal digits`, in lower case. */
  | "digest"
  /** The digest's algorithm is not sha256, sha384 or sha512. */
  | "digest-algorithm"
  /** The digest has another number of digits than its algorithm gives. */
  | "digest-length";

const SHOWN_LENGTH = 120;

/** An image reference that `github.com/distribution/reference` refuses. */
export class ImageReferenceError extends Error {
  override readonly name = "ImageReferenceError";
  /** The reference, cut off with `…` after 120 characters. */
  readonly reference: string;
  /** Where reading stopped, as the index of a UTF-16 unit. The reference's length if it ends too early. */
  readonly position: number;
  /** The problem and what is expected, without the reference. */
  readonly reason: string;
  /** The problem as a code. */
  readonly code: ImageReferenceErrorCode;

  constructor(reference: string, code: ImageReferenceErrorCode, position: number, reason: string) {
    const shown = reference.length > SHOWN_LENGTH ? `${reference.slice(0, SHOWN_LENGTH)}…` : reference;
    super(`invalid image reference ${JSON.stringify(shown)}: ${reason} (at position ${position})`);
    this.reference = shown;
    this.position = position;
    this.reason = reason;
    this.code = code;
  }
}
