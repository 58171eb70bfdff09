import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../images";
import { UserError } from "../problems/error";
import { settle } from "../resources/settle";
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
 * A resource transform that lets workloads pull their container images through a cache, without an edit of any image.
 * Pass it to `pulumi.runtime.registerResourceTransform` for a whole stack, before the workloads, or as `transforms` to
 * one resource.
 *
 * - Kubernetes Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob and PodTemplate,
 *   their lists and patches, in any version, also out of charts, Kustomize and YAML; not those of a Helm `Release`, which
 *   Pulumi does not see. Init and ephemeral containers and image volumes too.
 * - ECS task definitions, daemon task definitions and Express services; Batch job definitions. A container with
 *   `repositoryCredentials` stays as it is, with a warning: ECS would use them for Amazon ECR.
 * - App Runner services; one with an image of ECR Public becomes one with a private image if it has an access role.
 * - `RemoteImage`, `Container` and `Service` of the docker provider, `docker-image://` contexts of docker-build, and build
 *   arguments that `buildArgs` names.
 * - Lambda functions stay as they are, with a warning where it matters: Lambda cannot pull through a cache.
 *
 * An image that no rule serves, that is in a cache already, that has a digest (unless `digests` says otherwise) or that is
 * no valid reference stays as it is; the last with a warning. Secrets stay secret, unknown values unknown. At the end of
 * the program one line says how many images changed, and how many stay for which reason (not in an inline program of the
 * Automation API).
 *
 * A resource whose image was rewritten depends on the rule that serves it: it is created after the rule and deleted before
 * it. Its options are handed back to Pulumi for that; one that was explicitly set to `false` (`protect`, `retainOnDelete`,
 * `deleteBeforeReplace`) counts as not set, and `hideDiffs` is lost.
 *
 * @param rules The caches to use, such as the component's for a Region. While they are not known in a preview, images are
 *   shown as unknown.
 * @param options What to cover. Default: everything.
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

/** `imageTransform` with a report of its own. */
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

/** Without options the engine keeps the original ones. */
const UNCHANGED = undefined as unknown as pulumi.ResourceOptions;

function dependingOn(rules: readonly pulumi.Resource[], options: pulumi.CustomResourceOptions) {
  const before = (options.dependsOn ?? []) as pulumi.Resource[];
  return changedOptions(options, { dependsOn: [...before, ...rules] });
}
