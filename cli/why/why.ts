import {
  createImageDecider,
  formatImageReference,
  type ImageDecision,
  parseImageReference,
} from "pulumi-pull-through-cache/images";
import { intendedHost, unsupportedAdvice } from "pulumi-pull-through-cache/plan";
import { findRules, type RulesSource, regionOfRules } from "../caches/cache-rules";
import { type Misnamed, misnamed, ruleOfName } from "../caches/own-names";
import { EXIT, type ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";

export interface WhyOptions extends RulesSource {
  readonly json: boolean;
}

const WORDS: Readonly<Record<Exclude<ImageDecision["kind"], "rewritten" | "malformed">, string>> = {
  "in cache": "It has the name of a cache. Whether it is cached, or exists upstream, is not known.",
  digest:
    "It is pinned by digest, so it comes from the upstream: a cache serves a digest only if it already has that image. To change that, fetch its tag with `pull-through-cache warm`, and rewrite digests too.",
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

/** What a reference that names the caches' registry wrongly should be, for people. */
function corrected({ reason, meant }: Misnamed): string {
  return `${reason[0]?.toUpperCase()}${reason.slice(1)}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

/** Explains one reference: its rule, its name in the cache, who may pull it, and what the first pull needs. */
export async function why(image: string, options: WhyOptions, terminal: Terminal): Promise<ExitCode> {
  const rules = await findRules(options, terminal);
  const decision = createImageDecider(rules)(image);
  const { kind } = decision;
  const wrong = misnamed(image, decision, rules);
  const cached = kind === "rewritten" || kind === "digest" ? decision.reference : undefined;
  const named = kind === "in cache" ? image : cached;
  const rule = named === undefined ? undefined : ruleOfName(named, rules);
  const isServed = kind === "rewritten" || (kind === "in cache" && wrong === undefined);
  const needs = isServed && named !== undefined ? permissions(named, regionOfRules(rules)) : undefined;
  const reason = wrong?.reason ?? (kind === "malformed" ? decision.error.reason : notCached(kind, image));
  if (options.json) {
    const all = { image, decision: kind, reason, meant: wrong?.meant, cached, rule, permissions: needs };
    terminal.print(JSON.stringify(all, undefined, 2));
  } else {
    if (kind !== "malformed" && kind !== "no name") {
      terminal.print(`In full:       ${formatImageReference(parseImageReference(image))}`);
    }
    if (rule) terminal.print(`Rule:          ${rule.url} caches ${rule.upstream}${prefixOf(rule.upstreamPrefix)}`);
    if (kind === "rewritten") terminal.print(`In the cache:  ${cached}`);
    else if (wrong) terminal.print(corrected(wrong));
    else if (kind === "malformed") terminal.print(`It is not a valid reference: ${reason}.`);
    else terminal.print(reason ?? WORDS[kind]);
    if (needs) terminal.print(`\n${explained(needs).join("\n")}`);
  }
  return isServed ? EXIT.sound : EXIT.found;
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
