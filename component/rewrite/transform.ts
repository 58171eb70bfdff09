import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../images";
import { UserError } from "../problems/error";
import { settle } from "../resources/late/settle";
import { changedOptions } from "../resources/transform-options";
import { appRunnerObstacle, withPrivateRepository } from "./app-runner";
import type { RewriteOptions } from "./options";
import { passes } from "./patterns";
import type { RewriteReport } from "./report";
import { stackReport } from "./stack-report";
import { LAMBDA_IMAGES, placesOf } from "./types";
import { CacheVisitor, type KnownRules, knownRules, LambdaVisitor, type Workload } from "./visitor";
import { walk } from "./walk";

/**
 * A resource transform that makes workloads pull their container images through a cache, without editing any image.
 * Pass it to `pulumi.runtime.registerResourceTransform` for a whole stack, before the workloads, or in the `transforms`
 * option of one resource.
 *
 * - Kubernetes Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob and
 *   PodTemplate, their lists and patches, in any version, also from charts, Kustomize and YAML, but not from a Helm
 *   `Release`, whose resources Pulumi does not see. This includes init containers, ephemeral containers and image
 *   volumes.
 * - ECS task definitions, daemon task definitions and Express services; Batch job definitions. A container with
 *   `repositoryCredentials` is not changed, with a warning, because ECS would use them for Amazon ECR.
 * - App Runner services. A service with an image from ECR Public gets a private image if it has an access role.
 * - `RemoteImage`, `Container` and `Service` of the docker provider, `docker-image://` contexts of docker-build, and
 *   build arguments that `buildArgs` names.
 * - Lambda functions are not changed, because Lambda cannot pull through a cache. A warning says so if a rule serves
 *   the image.
 *
 * An image is not changed if no rule serves it, if it is already in a cache, if it has a digest (unless `digests` says
 * otherwise) or if it is not a valid reference, which causes a warning. Secrets stay secret, and unknown values stay
 * unknown. At the end of the program one line says how many images changed, and how many did not for which reason (not
 * in an inline program of the Automation API).
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
  const { digests } = options;
  if (digests !== undefined && digests !== "leave" && digests !== "rewrite") {
    throw new UserError('rewriteImages: digests must be "leave" or "rewrite".');
  }
  return createTransform(rules, options, stackReport(options.dryRun ?? false), ruleOf);
}

/** Finds the resource of the rule that caches at a URL. */
export type RuleOf = (url: string) => pulumi.Resource | undefined;

/** `imageTransform` with its own report. */
export function createTransform(
  rules: pulumi.Input<CacheRule[]>,
  options: RewriteOptions,
  report: RewriteReport,
  ruleOf: RuleOf = () => undefined,
): pulumi.ResourceTransform {
  const output = pulumi.output(rules);
  let settled: Promise<KnownRules | undefined> | undefined;
  return ({ type, name, props, opts }) => {
    const isLambda = LAMBDA_IMAGES.has(type);
    const place = isLambda ? LAMBDA_IMAGES.get(type) : placesOf(type);
    if (place === undefined || !passes(options.types, type)) return undefined;

    return (async () => {
      settled ??= settle(output).then((done) => done && knownRules(done.value));
      const known = (await settled) ?? output;
      const workload: Workload = { type, name, obstacle: appRunnerObstacle(type, props) };
      if (isLambda) {
        await walk(props, place, { path: "", secret: false }, new LambdaVisitor(workload, known, report));
        return undefined;
      }
      const visitor = new CacheVisitor(workload, known, options, report);
      const next = await walk(props, place, { path: "", secret: false }, visitor);
      if (next === props) return undefined;
      const rules = [...visitor.urls].map(ruleOf).filter((rule) => rule !== undefined);
      return {
        props: withPrivateRepository(type, next as Record<string, unknown>),
        opts: rules.length > 0 ? dependingOn(rules, opts) : UNCHANGED,
      };
    })();
  };
}

/** Without options, the engine keeps the original ones. */
const UNCHANGED = undefined as unknown as pulumi.ResourceOptions;

function dependingOn(rules: readonly pulumi.Resource[], options: pulumi.CustomResourceOptions) {
  const before = (options.dependsOn ?? []) as pulumi.Resource[];
  return changedOptions(options, { dependsOn: [...before, ...rules] });
}
