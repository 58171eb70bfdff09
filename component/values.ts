import type { Region } from "@pulumi/aws";

/*
 * The values that arguments can have. A closed set is an object, which becomes an enum in Pulumi's other languages. An
 * open set is a union that ends in `string & {}`: editors complete the known values, and any other string compiles too.
 */

/** Whether a tag of a cached image can be moved to another image. */
export const TagMutability = {
  /** Every tag can be moved. */
  Mutable: "MUTABLE",
  /** No tag can be moved, so the cache cannot refresh tags like `latest`. */
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
  /** With an AWS KMS key. */
  Kms: "KMS",
} as const;
export type EncryptionType = (typeof EncryptionType)[keyof typeof EncryptionType];

/** Which service scans the images of a Region. */
export const ScanType = {
  /** Amazon ECR, for operating system packages. */
  Basic: "BASIC",
  /** Amazon Inspector, also for programming language packages. It costs extra. */
  Enhanced: "ENHANCED",
} as const;
export type ScanType = (typeof ScanType)[keyof typeof ScanType];

/** When images are scanned. */
export const ScanFrequency = {
  /** When an image enters the repository. */
  ScanOnPush: "SCAN_ON_PUSH",
  /** On push, and again whenever a vulnerability becomes known. Needs `ENHANCED`. */
  ContinuousScan: "CONTINUOUS_SCAN",
} as const;
export type ScanFrequency = (typeof ScanFrequency)[keyof typeof ScanFrequency];

/** Whether images with a digest are rewritten. */
export const Digests = {
  /** Images with a digest keep their name. */
  Leave: "leave",
  /** Images with a digest are rewritten too. */
  Rewrite: "rewrite",
} as const;
export type Digests = (typeof Digests)[keyof typeof Digests];

/** An upstream registry: a short name, or a host that Amazon ECR can cache. */
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
