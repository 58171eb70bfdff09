import {
  createImageDecider,
  formatImageReference,
  type ImageDecision,
  parseImageReference,
} from "pulumi-pull-through-cache/images";
import { intendedHost, unsupportedAdvice } from "pulumi-pull-through-cache/plan";
import { findRules, type RulesSource, regionOfRules } from "../caches/cache-rules";
import { EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";

export interface WhyOptions extends RulesSource {
  readonly json: boolean;
}

const WORDS: Readonly<Record<Exclude<ImageDecision["kind"], "rewritten" | "malformed">, string>> = {
  "in cache": "It is in a cache already.",
  digest: "It is pinned by digest, so its name stays: a cache serves a digest only if it already has that image.",
  excluded: "The options exclude it.",
  "not listed": "A rule is for its registry, but does not list it in repositories: it comes from the upstream.",
  "not covered": "No rule is for its registry and path: it comes from the upstream.",
  "no name": "It is no name of an image: an identifier, or a placeholder that something else replaces.",
};

/** That ECR has no pull through cache for the image's registry, if it has none. */
function notCached(kind: ImageDecision["kind"], image: string): string | undefined {
  if (kind !== "not covered") return undefined;
  const { domain } = parseImageReference(image);
  if (intendedHost(domain) !== undefined) return undefined;
  const advice = unsupportedAdvice(domain);
  return `ECR has no pull through cache for ${domain}${advice ? `: ${advice}` : ""}. It comes from the upstream.`;
}

/** Explains one reference: its rule, its name in the cache, who may pull it, and what the first pull needs. */
export async function why(image: string, options: WhyOptions, terminal: Terminal): Promise<ExitCode> {
  const rules = await findRules(options, terminal);
  const decision = createImageDecider(rules)(image);
  const cached = decision.kind === "rewritten" || decision.kind === "digest" ? decision.reference : undefined;
  const name = decision.kind === "in cache" ? image : cached;
  const rule = rules.find(({ url }) => name?.startsWith(`${url}/`));
  const needs = name === undefined ? undefined : permissions(name, regionOfRules(rules));
  if (options.json) {
    const reason = decision.kind === "malformed" ? decision.error.reason : notCached(decision.kind, image);
    terminal.print(
      JSON.stringify({ image, decision: decision.kind, reason, cached, rule, permissions: needs }, undefined, 2),
    );
  } else {
    if (decision.kind !== "malformed" && decision.kind !== "no name") {
      terminal.print(`In full:       ${formatImageReference(parseImageReference(image))}`);
    }
    if (rule)
      terminal.print(`Rule:          ${rule.url} caches ${[rule.upstream, prefixOf(rule.upstreamPrefix)].join("")}`);
    if (cached !== undefined) terminal.print(`In the cache:  ${cached}`);
    if (decision.kind === "malformed") terminal.print(`It is not a valid reference: ${decision.error.reason}.`);
    else if (decision.kind !== "rewritten") terminal.print(notCached(decision.kind, image) ?? WORDS[decision.kind]);
    if (needs) terminal.print(["", ...explained(needs)].join("\n"));
  }
  return name === undefined ? EXIT.found : EXIT.sound;
}

function prefixOf(upstreamPrefix: string | undefined): string {
  return upstreamPrefix === undefined || upstreamPrefix === "ROOT" ? "" : `/${upstreamPrefix}`;
}

interface Permissions {
  readonly repository: string;
  readonly pull: readonly string[];
  readonly firstPull: readonly string[];
}

/** Source: Amazon ECR User Guide, "IAM permissions required to pull through cache". */
function permissions(name: string, region = "<region>"): Permissions {
  const { domain, path } = parseImageReference(name);
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  return {
    repository: `arn:${partition}:ecr:${region}:${domain.slice(0, domain.indexOf("."))}:repository/${path}`,
    pull: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
    firstPull: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
  };
}

function explained({ repository, pull, firstPull }: Permissions): string[] {
  return [
    "Who pulls it needs ecr:GetAuthorizationToken on *, and on",
    `  ${repository}`,
    `  for a cached image:   ${pull.join(", ")}`,
    `  for the first pull:   also ${firstPull.join(", ")}`,
    "  in another account:   the repository's policy too, and the registry policy for the first pull",
    "The first pull also needs a rule that works (`pull-through-cache verify`), and it may need a route to the internet.",
  ];
}
