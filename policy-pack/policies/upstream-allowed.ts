import { canonicalHost, shownHost, upstreamHost } from "../aws/images/upstreams";
import { pullThroughCacheRule } from "../aws/types";
import { globMatches } from "../kit/glob";
import { type AnyResource, resourcePolicy, stringList } from "../kit/policy";
import { read, text, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly allowed: readonly string[];
}

export const upstreamAllowed = resourcePolicy<Config>({
  name: "upstream-allowed",
  displayName: "Only allowed upstream registries",
  rule: "A pull through cache rule must name an upstream registry of the allowlist.",
  why: "A rule lets everyone who may pull bring any image of that registry into the account.",
  fix: "Use an upstream registry that the setting allowed names, or add this one to it.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html",
  enforcementLevel: "disabled",
  severity: "medium",
  topic: "security",
  types: [pullThroughCacheRule],
  config: {
    allowed: stringList(
      "Hosts of allowed upstream registries; `*` stands for any characters. Empty: all are allowed.",
      {
        pattern: "^[A-Za-z0-9.*-]+$",
      },
    ),
  },
  judge: judgeRule,
});

export function judgeRule(rule: AnyResource, config: Config): Verdict {
  const url = text(read(rule.props, "upstreamRegistryUrl"));
  if (config.allowed.length === 0 || url === undefined) return pass;
  if (url === unknown) return config.allowed.includes("*") ? pass : undecided;
  const host = canonicalHost(upstreamHost(url));
  return config.allowed.some((pattern) => globMatches(canonicalHost(pattern.toLowerCase()), host))
    ? pass
    : fail(`${shownHost(host) ?? "The rule's upstream registry"} is not on the allowlist.`);
}
