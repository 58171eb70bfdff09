import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../images";
import { passes } from "../images/pattern";
import { readCandidates } from "../images/places/read";
import { placeTable } from "../images/places/table";
import { UserError } from "../problems/error";
import { settle } from "../resources/late/settle";
import { changedOptions } from "../resources/transform-options";
import { obstacleOf, withPrivateRepository } from "./obstacles";
import type { RewriteOptions } from "./options";
import { regionFinder } from "./region";
import type { RewriteReport } from "./report";
import { stackReport } from "./stack-report";
import { CacheVisitor, type KnownRules, knownRules, type Workload } from "./visitor";
import { walk } from "./walk";

/**
 * A resource transform that makes workloads pull their container images through a cache, without editing any image.
 * Pass it to `pulumi.runtime.registerResourceTransform` for a whole stack, before the workloads, or in the `transforms`
 * option of one resource.
 *
 * - Kubernetes workloads, their lists and patches, in any version, also from charts, Kustomize and YAML, and custom
 *   resources of Argo, CloudNativePG, KEDA, Knative, Prometheus, Strimzi, Tekton and VictoriaMetrics. This includes init
 *   containers, ephemeral containers and image volumes. Not a Helm `Release`, whose resources Pulumi does not see.
 * - ECS task definitions, daemon task definitions and Express services; Batch job definitions. A container with
 *   `repositoryCredentials` is not changed, with a warning, because ECS would use them for Amazon ECR.
 * - App Runner services. A service with an image from ECR Public gets a private image if it has an access role.
 * - `RemoteImage`, `Container` and `Service` of the docker provider, `docker-image://` contexts of docker-build, and
 *   build arguments that `buildArgs` names.
 * - CodeBuild projects that pull with their role.
 * - `places` adds fields of other kinds.
 * - Lambda, SageMaker, AgentCore, Lightsail, Image Builder and HealthOmics are not changed, because they cannot pull through
 *   a cache, or AWS does not say that they can. A warning says so if a rule serves the image.
 *
 * An image is not changed if no rule serves it, if it is already in a cache, if it has a digest (unless `digests` says
 * otherwise) or if it is not a valid reference, which causes a warning. Secrets stay secret, and unknown values stay
 * unknown. At the end of the program one line says how many images changed, and how many did not for which reason (not
 * in an inline program of the Automation API). It names resources of other kinds that seem to have images.
 *
 * A resource whose image was rewritten depends on the rule that serves it: it is created after the rule and deleted
 * before it. For that its options are returned to Pulumi. An option that was explicitly `false` (`protect`,
 * `retainOnDelete`, `deleteBeforeReplace`) then counts as not set, and `hideDiffs` is lost.
 *
 * @param rules The caches to use, such as the component's for a Region. If they are not known in a preview, it shows
 * images as unknown.
 * @param options What to rewrite. Default: everything.
 * @param ruleOf The resource of the rule with a URL.
 * @throws UserError for an unknown value of `digests`.
 */
export function imageTransform(
  rules: pulumi.Input<CacheRule[]>,
  options: RewriteOptions = {},
  ruleOf: RuleOf = () => undefined,
): pulumi.ResourceTransform {
  return cacheTransform(rules, options, ruleOf);
}

/** `imageTransform` for a cache with several Regions. */
export function cacheTransform(
  rules: pulumi.Input<CacheRule[]>,
  options: RewriteOptions = {},
  ruleOf?: RuleOf,
  byRegion?: RegionalRules,
): pulumi.ResourceTransform {
  const { digests } = options;
  if (digests !== undefined && digests !== "leave" && digests !== "rewrite") {
    throw new UserError('rewriteImages: digests must be "leave" or "rewrite".');
  }
  return createTransform(rules, options, stackReport(options.dryRun ?? false), ruleOf, byRegion);
}

/** Finds the resource of the rule that caches at a URL. */
export type RuleOf = (url: string) => pulumi.Resource | undefined | Promise<pulumi.Resource | undefined>;

/** Rules by Region. */
export type RegionalRules = pulumi.Output<{ readonly [region: string]: readonly CacheRule[] }>;

/**
 * `imageTransform` with its own report.
 *
 * @param byRegion The rules for workloads in a Region. Default: `rules`, wherever they are.
 */
export function createTransform(
  rules: pulumi.Input<CacheRule[]>,
  options: RewriteOptions,
  report: RewriteReport,
  ruleOf: RuleOf = () => undefined,
  byRegion?: RegionalRules,
): pulumi.ResourceTransform {
  const table = placeTable(options.places);
  const find = rulesFinder(rules, options, byRegion);
  return (resource) => {
    const { custom, type, name, props, opts } = resource;
    if (!passes(options.types, type)) return undefined;
    const kind = table.ofType(type);
    if (kind === undefined) {
      if (custom) noteCandidates({ type, name }, props, () => find(resource), report);
      return undefined;
    }
    return (async () => {
      const workload: Workload = { type, name, obstacle: obstacleOf(type, props), stays: kind.stays };
      const visitor = new CacheVisitor(workload, await find(resource), options, report);
      const next = await walk(props, kind.tree, { path: "", secret: false }, visitor);
      if (next === props) return undefined;
      const rules = (await Promise.all([...visitor.urls].map(ruleOf))).filter((rule) => rule !== undefined);
      return {
        props: withPrivateRepository(type, next as Record<string, unknown>),
        opts: rules.length > 0 ? dependingOn(rules, opts) : UNCHANGED,
      };
    })();
  };
}

/** Returns a function that finds the rules for a workload. The rules of a Region are read once. */
function rulesFinder(rules: pulumi.Input<CacheRule[]>, options: RewriteOptions, byRegion?: RegionalRules) {
  const output = pulumi.output(rules);
  const whereabouts = regionFinder();
  const found = new Map<string | undefined, Promise<KnownRules | pulumi.Output<unknown>>>();
  const read = async (region: string | undefined) => {
    const home = (await settle(output))?.value;
    if (home === undefined) return output;
    if (byRegion === undefined || region === undefined) return knownRules(home, options);
    const all = (await settle(byRegion))?.value;
    if (all === undefined) return byRegion;
    const own = all[region];
    return own ? knownRules(own, options) : { ...knownRules(home, options), lacks: region };
  };
  return async (workload: pulumi.ResourceTransformArgs) => {
    const where = byRegion ? await whereabouts(workload) : { region: undefined };
    if (where === "not known") return pulumi.output(pulumi.unknown);
    const reading = found.get(where.region) ?? read(where.region);
    found.set(where.region, reading);
    return reading;
  };
}

/** A chart that is rendered outside of the program. */
const HELM_RELEASE = /^kubernetes:helm\.sh\/v\d\w*:Release$/;

/** Notes a resource of a kind that is not known, if it has what looks like an image that the cache serves. */
function noteCandidates(
  { type, name }: Workload,
  props: pulumi.Inputs,
  find: () => Promise<KnownRules | pulumi.Output<unknown>>,
  report: RewriteReport,
): void {
  if (HELM_RELEASE.test(type)) {
    report.notRead(type, name);
    return;
  }
  const candidates = readCandidates(props);
  if (candidates.length === 0) return;
  void find().then((known) => {
    if (!("rules" in known)) return;
    const isServed = candidates.some(({ reference }) => known.decide(reference).kind === "rewritten");
    if (isServed) report.notRead(type, name);
  });
}

/** Without options, the engine keeps the original ones. */
const UNCHANGED = undefined as unknown as pulumi.ResourceOptions;

function dependingOn(rules: readonly pulumi.Resource[], options: pulumi.CustomResourceOptions) {
  const before = (options.dependsOn ?? []) as pulumi.Resource[];
  return changedOptions(options, { dependsOn: [...before, ...rules] });
}
