import { secret } from "../aws/types";
import { type AnyResource, resourcePolicy } from "../kit/policy";
import { fieldsOf, read, unknown } from "../kit/values";
import { advisory, fail, pass, undecided, type Verdict } from "../kit/verdict";

interface Config {
  readonly warnDays: number;
  readonly failDays: number;
}

/** The tag of a secret with the day on which its token expires. The component writes it from `tokenExpires`. */
export const tokenExpiresTag = "pull-through-cache:token-expires";

const dayLength = 24 * 60 * 60 * 1000;

export const tokenExpiry = resourcePolicy<Config>({
  name: "token-expiry",
  displayName: "Tokens are renewed before they expire",
  rule: `The token of a cache's secret must not expire soon, by the day in the secret's tag ${tokenExpiresTag}.`,
  why: "From that day on every pull of a new image fails. Within warnDays it is only advice. A secret without the tag is not checked.",
  fix: `Create a new token at the upstream, put it into the secret, and write the day on which it expires into the secret's tag ${tokenExpiresTag}.`,
  componentFix: "Create a new token, set it in the stack's config, and set tokenExpires of the entry to its day.",
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html",
  enforcementLevel: "mandatory",
  severity: "high",
  topic: "availability",
  types: [secret],
  config: {
    warnDays: {
      type: "integer",
      minimum: 0,
      default: 30,
      description: "Advises starting this many days before a token expires.",
    },
    failDays: {
      type: "integer",
      minimum: 0,
      default: 7,
      description: "Reports a violation starting this many days before a token expires.",
    },
  },
  judge: (resource, config) => judgeSecret(resource, config, Date.now()),
});

export function judgeSecret(resource: AnyResource, { warnDays, failDays }: Config, now: number): Verdict {
  const tags = read(resource.props, "tags");
  const day = fieldsOf(tags)[tokenExpiresTag];
  if (day === unknown) return undecided;
  // Most secrets do not have the tag, also if their tags are not known yet.
  if (day === undefined || day === null || day === "never") return pass;
  const days = typeof day === "string" ? daysUntil(day, now) : undefined;
  if (days === undefined) {
    return advisory(
      fail(
        `The tag ${tokenExpiresTag} is not a day, so nobody knows when the token expires.`,
        "Write it as 2027-03-01, or never.",
      ),
    );
  }
  if (days > Math.max(warnDays, failDays)) return pass;
  const verdict = fail(`The token ${inDays(days)}, on ${String(day)}.`);
  return days > failDays ? advisory(verdict) : verdict;
}

/** Days from today, both in UTC. `undefined` if it is not a calendar day. */
function daysUntil(day: string, now: number): number | undefined {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, day.length) !== day) return undefined;
  return Math.round((time - Math.floor(now / dayLength) * dayLength) / dayLength);
}

function inDays(days: number): string {
  if (days < 0) return "expired";
  if (days === 0) return "expires today";
  return days === 1 ? "expires tomorrow" : `expires in ${days} days`;
}
