import type { Place } from "../images/places/place";
import type { Digests } from "../values";

/** A selection by name. In patterns `*` stands for any characters, including none and `/`. */
export interface PatternFilter {
  /** Only what matches one of these patterns. Default: everything. */
  include?: string[] | undefined;
  /** Nothing that matches one of these patterns. Overrides `include`. Default: nothing is excluded. */
  exclude?: string[] | undefined;
}

/** Which container images are rewritten. */
export interface RewriteOptions {
  /** Resource types by their tokens: `kubernetes:apps/v1:*`, `aws:ecs/taskDefinition:TaskDefinition`. */
  types?: PatternFilter | undefined;
  /** Images as the program writes them (`nginx:1.25`) or in full (`docker.io/library/nginx:1.25`). Either may match. */
  images?: PatternFilter | undefined;
  /**
   * Names of the build arguments of `docker:index/image:Image` and `docker-build:index:Image` that hold base images,
   * such as `BASE_IMAGE` or `*_IMAGE`. Default: none, because values of other arguments may look like images too.
   */
  buildArgs?: string[] | undefined;
  /**
   * What to do with images with a digest (`nginx@sha256:…`, `nginx:1.25@sha256:…`): `leave` (default) keeps their
   * names, `rewrite` rewrites them too. A cache serves a digest only if it already has that image. So a rewritten image
   * can be pulled only after somebody has pulled it by its tag through the cache. Source: aws/containers-roadmap#2837.
   */
  digests?: Digests | undefined;
  /** Places of images that this project does not know, such as fields of your own custom resources. */
  places?: Place[] | undefined;
  /** Whether to only report what would change. Default: false. */
  dryRun?: boolean | undefined;
}
