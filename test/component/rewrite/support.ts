import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { CacheRule } from "../../../component/images";
import type { RewriteOptions } from "../../../component/rewrite";
import { RewriteReport } from "../../../component/rewrite/report";
import { createTransform, type RegionalRules } from "../../../component/rewrite/transform";

export const REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
export const HUB = `${REGISTRY}/dockerhub`;
export const RULES: CacheRule[] = [
  { upstream: "registry-1.docker.io", url: HUB },
  { upstream: "public.ecr.aws", url: `${REGISTRY}/public` },
];

export type Props = Record<string, unknown>;

interface Outcome {
  props: Props | undefined;
  infos: string[];
  warnings: string[];
}

/** Rewrites the images of a resource "web", and collects what is logged. */
export async function rewrite(
  type: string,
  props: Props,
  options: RewriteOptions = {},
  rules: pulumi.Input<CacheRule[]> = RULES,
  byRegion?: RegionalRules,
): Promise<Outcome> {
  const infos: string[] = [];
  const warnings: string[] = [];
  const log = { info: (line: string) => void infos.push(line), warn: (line: string) => void warnings.push(line) };
  const report = new RewriteReport(log, options.dryRun ?? false);
  const transform = createTransform(rules, options, report, undefined, byRegion);
  const result = await transform({ custom: true, type, name: "web", props, opts: {} });
  // At the end of a program, everything that waited for the rules has come.
  await turn();
  await report.print();
  return { props: result?.props, infos, warnings };
}

/** Rewrites and expects these inputs and no warning. */
export async function expectProps(type: string, before: Props, after: Props, options?: RewriteOptions): Promise<void> {
  const { props, warnings } = await rewrite(type, before, options);
  assert.deepEqual(props, after);
  assert.deepEqual(warnings, []);
}

/** Expects that nothing is rewritten. */
export async function expectUntouched(type: string, before: Props, options?: RewriteOptions): Promise<Outcome> {
  const outcome = await rewrite(type, before, options);
  assert.equal(outcome.props, undefined);
  return outcome;
}

/** The value of an Output, whether it is secret, and `unknown: true` when it has no value yet. */
export async function inspect(output: unknown): Promise<{ value?: unknown; secret: boolean; unknown?: true }> {
  assert.ok(pulumi.Output.isInstance(output), "expected an Output");
  const secret = await pulumi.isSecret(output);
  const { plain } = await pulumi.runtime.serializeProperties("inspect", { plain: output });
  const value = pulumi.runtime.isRpcSecret(plain) ? pulumi.runtime.unwrapRpcSecret(plain) : plain;
  return value === pulumi.runtime.unknownValue ? { secret, unknown: true } : { value, secret };
}

export const NGINX = "nginx:1";
/** NGINX in the cache. */
export const CACHED = `${HUB}/library/nginx:1`;

/** A Pod's spec with an image at every place, beside others. */
export function podSpec(image: string): Props {
  return {
    nodeSelector: { disk: "ssd" },
    containers: [
      { name: "a", image },
      { name: "b", image: "ghcr.io/org/app:1" },
    ],
    initContainers: [{ name: "c", image }],
    ephemeralContainers: [{ name: "d", image }],
    volumes: [
      { name: "e", image: { reference: image, pullPolicy: "Always" } },
      { name: "f", emptyDir: {} },
    ],
  };
}

/** A Pod's inputs. */
export function pod(...images: unknown[]): { spec: { containers: Props[] } } {
  return { spec: { containers: images.map((image) => ({ image })) } };
}

/** A preview: unknown values stay unknown. */
export function mockPreview() {
  return pulumi.runtime.setMocks({ call: () => ({}), newResource: () => ({ id: "", state: {} }) }, "p", "s", true);
}
