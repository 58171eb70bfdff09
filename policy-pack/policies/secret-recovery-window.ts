import { isCacheSecret } from "../aws/caches/credential";
import { secret } from "../aws/types";
import { globMatches } from "../kit/glob";
import { type AnyResource, resourcePolicy, stringList } from "../kit/policy";
import { read, unknown } from "../kit/values";
import { fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly stacks: readonly string[];
}

export const secretRecoveryWindow = resourcePolicy<Config>({
  name: "secret-recovery-window",
  displayName: "Cache secrets can be recovered",
  rule: "In the named stacks, a cache secret must not have recoveryWindowInDays 0.",
  why: "It is deleted at once, perhaps with the only copy of a token that then has to be requested again.",
  fix: "Leave recoveryWindowInDays out of the secret (30 days), or set 7 to 30.",
  url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
  enforcementLevel: "disabled",
  severity: "medium",
  topic: "availability",
  types: [secret],
  config: {
    stacks: stringList("Stacks that must keep a recovery window; `*` stands for any characters. Empty: none."),
  },
  judge: judgeSecret,
});

export function judgeSecret(resource: AnyResource, config: Config): Verdict {
  const [, , stack = ""] = resource.urn.split(":");
  if (!config.stacks.some((pattern) => globMatches(pattern, stack))) return pass;
  if (isCacheSecret(resource) !== true) return pass;
  const window = read(resource.props, "recoveryWindowInDays");
  if (window === unknown) return undecided;
  return window === 0 ? fail("The secret has recoveryWindowInDays 0.") : pass;
}
