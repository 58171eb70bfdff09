import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { GrantPullOptions, PullThroughCacheArgs } from "./args";
import { type ClientConfiguration, clientConfiguration } from "./clients";
import { type CacheRule, cacheImage, ImageReferenceError } from "./images";
import { byUrl, cacheRulesOf, home, outputsOf, pullPolicyOf, type RuleInfo } from "./outputs";
import type { Plan } from "./plan/model";
import { prepare } from "./prepare";
import { InvalidInputError, Refuser, refuser, toProblems, UserError } from "./problems/error";
import { formatPath, shown } from "./problems/print";
import { type Created, createAll } from "./resources/create/all";
import { attachPolicy, rolesFor, sizeWarning } from "./resources/create/puller";
import { secretStrings } from "./resources/late/secret-strings";
import { settle } from "./resources/late/settle";
import { createScope, type Scope } from "./resources/scope";
import { cacheTransform, type RewriteOptions, transformStack } from "./rewrite";
import { grantPullOptions, puller } from "./schema/arguments";
import { isDeferred, kindOf } from "./schema/input";
import { parse } from "./schema/parse";

/** Pulumi type of the component: package, module, class. */
const TYPE = "pull-through-cache:index:PullThroughCache";

type Outputs = Omit<
  PullThroughCache,
  keyof pulumi.ComponentResource | "clients" | "image" | "imageTransform" | "grantPull"
>;

interface Internals {
  readonly name: string;
  readonly plan: Plan;
  readonly scope: Scope;
  readonly refuses: Refuser;
  readonly created: Created;
}

/** The private state of each component. A private field would become an output in other languages. */
const internals = new WeakMap<pulumi.ComponentResource, Internals>();

/**
 * Caches upstream registries in Amazon ECR. Creates pull through cache rules, the secrets with their credentials, and
 * the templates that give cached repositories a lifecycle policy, encryption, access and tags.
 */
export class PullThroughCache extends pulumi.ComponentResource {
  /** URL of each cache in the home Region, by registry key. It replaces the upstream's host in an image name. */
  public readonly urls!: pulumi.Output<{ [key: string]: string }>;
  /** URL of each cache in every Region: by Region, then by registry key. */
  public readonly regionalUrls!: pulumi.Output<{ [region: string]: { [key: string]: string } }>;
  /** URL of each cache in the home Region, by the upstream's host, followed by the upstream prefix if there is one. */
  public readonly upstreamUrls!: pulumi.Output<{ [upstream: string]: string }>;
  /** The caches of every Region as rules for `cacheImage` of `pulumi-pull-through-cache/images`. */
  public readonly cacheRules!: pulumi.Output<{ [region: string]: CacheRule[] }>;
  /** ECR repository prefix of each registry, by key. */
  public readonly prefixes!: pulumi.Output<{ [key: string]: string }>;
  /** The pull through cache rules, by key, or by `key@region` when `regions` is set. */
  public readonly rules!: pulumi.Output<{ [id: string]: RuleInfo }>;
  /** ARNs of the secrets that the rules use, by key, or by `key@region` when `regions` is set. */
  public readonly secretArns!: pulumi.Output<{ [id: string]: string }>;
  /** Prefixes of the repository creation templates, by key, or by `key@region` when `regions` is set. */
  public readonly templates!: pulumi.Output<{ [id: string]: string }>;
  /** ARNs of the IAM roles that the component created: `template` and `upstream`, if they are needed. */
  public readonly roleArns!: pulumi.Output<{ [use: string]: string }>;
  /**
   * IAM policy document with the least privileges for pulling through the caches, including first pulls of their `repositories`.
   * IAM allows 6,144 characters in a managed policy, and 10,240 in all inline policies of a role together.
   */
  public readonly pullPolicyJson!: pulumi.Output<string>;
  /** Statements that the registry policy needs so that those with `access` can make first pulls, each as JSON. */
  public readonly registryPolicyStatements!: pulumi.Output<string[]>;
  /** For each ECR upstream, by key: the statement that its owner must add to its registry policy, as JSON. */
  public readonly upstreamPolicyStatements!: pulumi.Output<{ [key: string]: string }>;
  /** Filters for a registry scanning configuration that cover the cached repositories. */
  public readonly scanningFilters!: pulumi.Output<string[]>;
  /** ARN of the SNS topic that alerts go to, by Region; empty without `alerts`. */
  public readonly alertTopicArns!: pulumi.Output<{ [region: string]: string }>;
  /** The day on which each token expires, by key, if `tokenExpires` is set. */
  public readonly tokenExpires!: pulumi.Output<{ [key: string]: string }>;

  /**
   * Creates the caches.
   *
   * @param name Name of the component. The names of its resources start with it.
   * @param args What to cache, and how.
   * @param options Options of the component. They apply to all its resources.
   * @throws InvalidInputError with every problem in the arguments, before anything is registered.
   */
  constructor(name: string, args: PullThroughCacheArgs, options?: pulumi.ComponentResourceOptions) {
    const { plan, configured } = prepare(name, args);
    // No inputs: the engine would write them to the state, and they may hold credentials.
    super(TYPE, name, {}, options);
    const refuses = new Refuser(`PullThroughCache "${name}"`);
    for (const { path, message } of plan.warnings) pulumi.log.warn(`${formatPath(path)}: ${message}.`, this);

    const scope = createScope(name, this, plan, args.regions, options?.dependsOn);
    const secretString = secretStrings(args.credentials, configured);
    const created = refuser.run(refuses, () => createAll(scope, plan, secretString));
    const outputs: Outputs = outputsOf(plan, scope.ecr, created);
    Object.assign(this, outputs);
    internals.set(this, { name, plan, scope, refuses, created });

    outputs.templates.apply(() => scope.hooks.tellChanges());
    outputs.pullPolicyJson.apply(sizeWarning).apply((warning) => warning && pulumi.log.warn(warning, this));
    for (const [role, value] of Object.entries(plan.pullerRoles)) {
      attach(this, value, { name: role }, {}, ["pullerRoles", role]);
    }
    if (plan.rewriteImages) {
      const { region, ...rewrite } = plan.rewriteImages;
      transformStack(this.imageTransform(rewrite, region), rewrite);
    }
    this.registerOutputs(outputs);
  }

  /**
   * Configuration for clients outside Pulumi, for the home Region: Kyverno, Kubernetes, containerd, BuildKit and more.
   */
  public get clients(): pulumi.Output<ClientConfiguration> {
    return servingRules(this, undefined, "clients").apply(clientConfiguration);
  }

  /**
   * The name under which the cache serves an image. An image that no rule serves keeps its name. It is known in
   * previews.
   *
   * A reference with a digest keeps it, and works only if the cache already has that image: ECR reports a digest that
   * it has not cached as missing, without asking the upstream. Pull the image by its tag through the cache first.
   *
   * @param reference Name of the image, with a tag, a digest or both, such as `nginx:1.27`.
   * @param region Region to pull from. Default: the home Region.
   * @throws If the reference is missing; when the Output resolves, if it is malformed.
   */
  public image(reference: pulumi.Input<string>, region?: string): pulumi.Output<string> {
    if (reference === undefined || reference === null) {
      throw new UserError(`image: the name of the image is missing: write image("nginx:1.27").`);
    }
    if (!isDeferred(reference)) checkImage(reference);
    return pulumi
      .all([reference, servingRules(this, region, "image")])
      .apply(([known, rules]) => inCache(known, rules));
  }

  /**
   * The transform that `rewriteImages` registers for the whole stack. Use it in the `transforms` option of a single
   * resource.
   *
   * @param options What to rewrite, and whether to only report. Default: every image that a rule serves.
   * @param region Region to pull from. Default: that of the workload, or the home Region if a workload has none, such as
   * those of Kubernetes.
   */
  public imageTransform(options?: RewriteOptions, region?: string): pulumi.ResourceTransform {
    const { scope, created } = internalsOf(this);
    const rules = settle(scope.ecr).then((known) => known && byUrl(known.value, created.regions));
    return cacheTransform(
      servingRules(this, region, "imageTransform"),
      options,
      async (url) => (await rules)?.get(url),
      region === undefined ? this.cacheRules : undefined,
    );
  }

  /**
   * Lets a role pull through the cache, with a least-privilege inline policy.
   *
   * @param role The role, its name or its ARN: an EC2 or EKS node role, an ECS or Fargate execution role, a CI role.
   * @param grant What the role may pull. Default: everything, including first pulls.
   * @param options Options of the policy resource, such as the provider of the role's account.
   */
  public grantPull(
    role: aws.iam.Role | pulumi.Input<string>,
    grant: GrantPullOptions = {},
    options: pulumi.CustomResourceOptions = {},
  ): aws.iam.RolePolicy {
    const { name, plan } = internalsOf(this);
    const checked = [parse(puller, role, ["role"]), parse(grantPullOptions, grant, ["grant"])];
    const issues = checked.flatMap((parsed) => (parsed.ok ? [] : parsed.issues));
    if (issues.length > 0) throw new InvalidInputError(`grantPull of PullThroughCache "${name}"`, toProblems(issues));
    const keys = plan.entries.map(({ key }) => key);
    const unknown = grant.registries?.find((key) => !keys.includes(key));
    if (unknown !== undefined) {
      throw new UserError(`grantPull: the cache has no registry ${shown(unknown)}; it has ${keys.join(", ")}.`);
    }
    return attach(this, role, grant, options, ["role"]);
  }
}

/** Gives a role the policy. `path` is where the role stands, for messages. */
function attach(
  cache: PullThroughCache,
  role: aws.iam.Role | pulumi.Input<string>,
  grant: GrantPullOptions,
  options: pulumi.CustomResourceOptions,
  path: readonly PropertyKey[],
): aws.iam.RolePolicy {
  const { name, plan, scope, refuses } = internalsOf(cache);
  const policy = scope.ecr.apply((known) => pullPolicyOf(known, plan, grant));
  const roles = rolesFor(scope, options);
  return refuser.run(refuses, () =>
    attachPolicy(`${name}-pull`, role, policy, grant, roles, { parent: cache, ...options }, path),
  );
}

function internalsOf(cache: PullThroughCache): Internals {
  const found = internals.get(cache);
  if (!found) throw new Error("The PullThroughCache is not constructed yet.");
  return found;
}

/** The rules that serve images in a Region of the cache. `method` is who asks for them. */
function servingRules(
  cache: PullThroughCache,
  region: string | undefined,
  method: "clients" | "image" | "imageTransform",
): pulumi.Output<CacheRule[]> {
  const { name, scope } = internalsOf(cache);
  const caller = `${method} of PullThroughCache "${name}"`;
  if (region !== undefined && typeof region !== "string") {
    throw new UserError(`${caller}: the Region must be a plain string, not ${kindOf(region)}.`);
  }
  return pulumi
    .all([cache.cacheRules, scope.ecr])
    .apply(([rules, ecr]) => cacheRulesOf(rules, region ?? home(ecr), caller));
}

function checkImage(reference: unknown): void {
  if (typeof reference === "string") return;
  throw new UserError(`image: the name of the image must be a string, not ${kindOf(reference)}.`);
}

function inCache(reference: string, rules: readonly CacheRule[]): string {
  checkImage(reference);
  try {
    return cacheImage(reference, rules);
  } catch (error) {
    throw error instanceof ImageReferenceError ? new UserError(`image: ${error.message}`) : error;
  }
}
