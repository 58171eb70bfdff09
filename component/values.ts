import type { Region } from "@pulumi/aws";

/*
 * The values that arguments can have. A closed set is an object, which Pulumi makes an enum of in every language. An open
 * set is a union that ends in `string & {}`: editors complete what is known, and any other string compiles too.
 */

/** Whether the tag of a cached image can be moved to another image. */
export const TagMutability = {
  /** Every tag can be moved. */
  Mutable: "MUTABLE",
  /** No tag can be moved: the cache cannot refresh tags like `latest`. */
  Immutable: "IMMUTABLE",
  /** No tag can be moved, except those that a filter matches. */
  ImmutableWithExclusion: "IMMUTABLE_WITH_EXCLUSION",
  /** Every tag can be moved, except those that a filter matches. */
  MutableWithExclusion: "MUTABLE_WITH_EXCLUSION",
} as const;
export type TagMutability = (typeof TagMutability)[keyof typeof TagMutability];

/** How cached repositories are encrypted. */
export const EncryptionType = {
  /** With keys that Amazon S3 manages. */
  Aes256: "AES256",
  /** With a key of AWS KMS. */
  Kms: "KMS",
} as const;
export type EncryptionType = (typeof EncryptionType)[keyof typeof EncryptionType];

/** Who scans the images of a Region. */
export const ScanType = {
  /** Amazon ECR, for operating system packages. */
  Basic: "BASIC",
  /** Amazon Inspector, for programming language packages too. It is charged. */
  Enhanced: "ENHANCED",
} as const;
export type ScanType = (typeof ScanType)[keyof typeof ScanType];

/** When images are scanned. */
export const ScanFrequency = {
  /** When an image enters the repository. */
  ScanOnPush: "SCAN_ON_PUSH",
  /** Then, and again whenever a vulnerability becomes known. It needs `ENHANCED`. */
  ContinuousScan: "CONTINUOUS_SCAN",
} as const;
export type ScanFrequency = (typeof ScanFrequency)[keyof typeof ScanFrequency];

/** What happens to images with a digest when images are rewritten. */
export const Digests = {
  /** They stay where they are. */
  Leave: "leave",
  /** They are rewritten too. */
  Rewrite: "rewrite",
} as const;
export type Digests = (typeof Digests)[keyof typeof Digests];

/** An upstream registry: a name of the catalogue, or a host that Amazon ECR can cache. */
export type UpstreamRegistry =
  | "dockerhub"
  | "ghcr"
  | "gitlab"
  | "quay"
  | "k8s"
  | "ecr-public"
  | "chainguard"
  | "registry-1.docker.io"
  | "ghcr.io"
  | "registry.gitlab.com"
  | "quay.io"
  | "registry.k8s.io"
  | "public.ecr.aws"
  | "cgr.dev"
  | (string & {});

/** An AWS Region. Amazon ECR has no pull through cache in China and AWS GovCloud. */
export type CacheRegion = Exclude<Region, `cn-${string}` | `us-gov-${string}`> | (string & {});
