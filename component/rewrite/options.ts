import type { Digests } from "../values";

/** A choice by names. In every pattern `*` stands for any characters, also none and also `/`. */
export interface PatternFilter {
  /** Only what matches one of these patterns. Default: everything. */
  include?: string[];
  /** Nothing that matches one of these patterns; stronger than `include`. Default: nothing. */
  exclude?: string[];
}

/** What a rewrite of container images covers. */
export interface RewriteOptions {
  /** Resource types by their tokens: `kubernetes:apps/v1:*`, `aws:ecs/taskDefinition:TaskDefinition`. */
  types?: PatternFilter;
  /**
   * Images as the program has them (`nginx:1.25`) or in full (`docker.io/library/nginx:1.25`); a match of either counts.
   */
  images?: PatternFilter;
  /**
   * Names of the build arguments of `docker:index/image:Image` and `docker-build:index:Image` that hold base images, such
   * as `BASE_IMAGE` or `*_IMAGE`. Default: none, since the value of any other argument may look like an image too.
   */
  buildArgs?: string[];
  /**
   * What happens to images with a digest (`nginx@sha256:…`, `nginx:1.25@sha256:…`): `leave` (default) leaves them where they
   * are, `rewrite` rewrites them too. A cache serves a digest only when it has that image already, so that a rewritten one
   * that nobody has pulled by its tag through the cache before cannot be pulled. Source: aws/containers-roadmap#2837.
   */
  digests?: Digests;
  /** Report what would change and change nothing. Default: false. */
  dryRun?: boolean;
}
