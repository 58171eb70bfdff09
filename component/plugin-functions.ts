import * as pulumi from "@pulumi/pulumi";
import type { GrantPullOptions } from "./args";
import { type ClientConfiguration, clientConfiguration } from "./clients";
import { type CacheRule, cacheImage, parseImageReference } from "./images";
import { cacheRulesOf } from "./outputs";
import type { PullThroughCache } from "./pull-through-cache";
import { settle } from "./resources/late/settle";

/*
 * What programs in other languages can call. The schema is generated from these declarations: `METHODS` become methods
 * of the component, `FUNCTIONS` functions of the package.
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

/**
 * The name under which the cache serves an image. An image that no rule serves keeps its name. It is known in previews.
 */
async function image(cache: PullThroughCache, { reference, region }: ImageArgs): Promise<ImageResult> {
  // An error here reaches the caller as it is. Later, in an Output, the plugin would report it once more.
  const known = await settle(pulumi.output(reference));
  if (known) parseImageReference(known.value);
  if (region !== undefined) {
    const rules = await settle(cache.cacheRules);
    if (rules) cacheRulesOf(rules.value, region, "image");
  }
  return { image: cache.image(reference, region) };
}

export interface GrantPullArgs extends GrantPullOptions {
  /** Name or ARN of the role: an EC2 or EKS node role, an ECS or Fargate execution role, a CI role. */
  role: pulumi.Input<string>;
}

export interface GrantPullResult {
  /** Id of the inline policy. Resources that use it wait until the role may pull. */
  policyId: pulumi.Output<string>;
}

/**
 * Lets a role pull through the cache, with a least-privilege inline policy. The component's argument `pullerRoles` does
 * the same for roles that are known beforehand.
 */
function grantPull(cache: PullThroughCache, { role, ...options }: GrantPullArgs): GrantPullResult {
  return { policyId: cache.grantPull(role, options).id };
}

export interface CacheImageArgs {
  /** Name of the image, with a tag, a digest or both, such as `nginx:1.27`. */
  reference: string;
  /** The rules of the caches: those of one Region from the output `cacheRules`, which may be another stack's. */
  rules: CacheRule[];
}

export interface CacheImageResult {
  /** The name to pull by. */
  image: string;
}

/**
 * The name under which caches serve an image, from their rules only. For stacks that read `cacheRules` from a stack
 * reference. An image that no rule serves keeps its name.
 */
function cachedImage({ reference, rules }: CacheImageArgs): CacheImageResult {
  return { image: cacheImage(reference, rules) };
}

export interface ClientConfigurationArgs {
  /** The rules of the caches: those of one Region from the output `cacheRules`, which may be another stack's. */
  rules: CacheRule[];
}

/**
 * Configuration for clients outside Pulumi: Kyverno, Kubernetes, containerd, BuildKit, Podman, Renovate and more, ready
 * to write to files or to apply.
 */
function configuration({ rules }: ClientConfigurationArgs): ClientConfiguration {
  return clientConfiguration(rules);
}

/** The component's methods, by their names in the schema. */
export const METHODS = { image, grantPull };

/** The package's functions, by their names in the schema. */
export const FUNCTIONS = { cacheImage: cachedImage, clientConfiguration: configuration };
