import type * as pulumi from "@pulumi/pulumi";
import { type ClientConfiguration, clientConfiguration } from "./clients";
import { type CacheRule, cacheImage, parseImageReference } from "./images";
import type { PullThroughCache } from "./pull-through-cache";
import type { GrantPullOptions } from "./resources/puller";

/*
 * What programs in other languages can call. The schema is made of these declarations: the methods of `METHODS` belong to
 * a component, the functions of `FUNCTIONS` to the package.
 */

export interface ImageArgs {
  /** Name of the image, with a tag, a digest or both, such as `nginx:1.27`. */
  reference: pulumi.Input<string>;
  /** Region to pull from. Default: the home Region. */
  region?: string;
}

export interface ImageResult {
  /** The name to pull by. */
  image: pulumi.Output<string>;
}

/** The name under which the cache serves an image. An image that no rule serves keeps its name. Known in a preview. */
function image(cache: PullThroughCache, { reference, region }: ImageArgs): ImageResult {
  // Found here it is an answer to the caller; found later, in an Output, the plugin's stack trace comes with it.
  if (typeof reference === "string") parseImageReference(reference);
  return { image: cache.image(reference, region) };
}

export interface GrantPullArgs extends GrantPullOptions {
  /** Name or ARN of the role: an EC2 or EKS node role, an ECS or Fargate execution role, a CI role. */
  role: pulumi.Input<string>;
}

export interface GrantPullResult {
  /** Id of the inline policy. What uses it waits until the role may pull. */
  policyId: pulumi.Output<string>;
}

/**
 * Lets a role pull through the cache, by an inline policy with the least privileges. Where the role is known when the
 * program is written, `pullerRoles` of the component does the same.
 */
function grantPull(cache: PullThroughCache, { role, ...options }: GrantPullArgs): GrantPullResult {
  return { policyId: cache.grantPull(role, options).id };
}

export interface CacheImageArgs {
  /** Name of the image, with a tag, a digest or both, such as `nginx:1.27`. */
  reference: string;
  /** The rules of the caches: those of a Region out of the output `cacheRules`, also of another stack. */
  rules: CacheRule[];
}

export interface CacheImageResult {
  /** The name to pull by. */
  image: string;
}

/**
 * The name under which caches serve an image, from their rules alone: for stacks that read `cacheRules` from a stack
 * reference. An image that no rule serves keeps its name.
 */
function cachedImage({ reference, rules }: CacheImageArgs): CacheImageResult {
  return { image: cacheImage(reference, rules) };
}

export interface ClientConfigurationArgs {
  /** The rules of the caches: those of a Region out of the output `cacheRules`, also of another stack. */
  rules: CacheRule[];
}

/**
 * Configuration for clients that are not in Pulumi: Kyverno, Kubernetes, containerd, BuildKit, Podman, Renovate and more,
 * ready to be written to files or applied.
 */
function configuration({ rules }: ClientConfigurationArgs): ClientConfiguration {
  return clientConfiguration(rules);
}

/** The component's methods, by their names in the schema. */
export const METHODS = { image, grantPull };

/** The package's functions, by their names in the schema. */
export const FUNCTIONS = { cacheImage: cachedImage, clientConfiguration: configuration };
