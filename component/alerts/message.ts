/** Source: API model of Amazon EventBridge, TransformerInput. */
const TEMPLATE_MAX = 8192;

/** Where the parts of the message are in the event. Source: AWS CDK's ECRPullThroughCacheAction, which names the failure's fields. */
export const FAILURE_PATHS: { readonly [variable: string]: string } = {
  account: "$.account",
  region: "$.region",
  time: "$.time",
  prefix: "$.detail.ecr-repository-prefix",
  repository: "$.detail.repository-name",
  tag: "$.detail.image-tag",
  upstream: "$.detail.upstream-registry-url",
  code: "$.detail.failure-code",
  reason: "$.detail.failure-reason",
};

/** How the token of a cache is renewed. */
export interface Renewal {
  /** The entry's key. */
  readonly key: string;
  readonly prefix: string;
  /** The command that puts a new token into the stack's config; undefined where the secret belongs to somebody else. */
  readonly command?: string;
}

/**
 * The message about a failed import, as EventBridge's template for text: each line in double quotes. Source: Amazon
 * EventBridge user guide, "Amazon EventBridge input transformation".
 */
export function failureTemplate(renewals: readonly Renewal[]): string {
  const text = template([...HEAD, ...renewals.map(renewalLine), ...TAIL]);
  return text.length <= TEMPLATE_MAX
    ? text
    : template([...HEAD, "Set its credentials in the stack's config, then run pulumi up.", ...TAIL]);
}

const HEAD = [
  "Amazon ECR could not import an image through a pull through cache.",
  "",
  "Registry: <upstream>, cached under <prefix> in account <account>, Region <region>",
  "Repository: <repository>",
  "Tag: <tag>",
  "Failure: <code>",
  "Reason: <reason>",
  "Time: <time>",
  "",
  "Find out what is wrong with the cache:",
  "pull-through-cache verify --region <region> --prefix <prefix>",
  "",
  "If the upstream refuses the login, make a new token there and give it to the cache:",
];

const TAIL = [
  "If the upstream asks for fewer requests, it lets more through again after a while, or with the token of a larger plan.",
  "Images that are in the cache already can still be pulled.",
];

/** A template cannot hold these characters in a text; a placeholder would be taken for a variable. */
const UNFIT = /["\\<>\n]/;

function renewalLine({ key, prefix, command }: Renewal): string {
  const entry = UNFIT.test(key) ? "its entry of registries" : `registries.${key}`;
  if (command === undefined) return `${prefix}: put a new token into the secret of ${entry}`;
  if (UNFIT.test(command)) return `${prefix}: set credentials of ${entry} in the stack's config, then run pulumi up`;
  return `${prefix}: ${command} && pulumi up`;
}

function template(lines: readonly string[]): string {
  return lines.map((line) => `"${line}"`).join("\n");
}

/** The message that a token is about to expire. */
export function reminderMessage(host: string, expires: string, days: number, renewal: Renewal): string {
  const inDays = days === 1 ? "tomorrow" : `in ${days} days`;
  const how =
    renewal.command === undefined
      ? `Make a new one at ${host} and put it into the secret of registries.${renewal.key}.`
      : `Make a new one at ${host}, then run:\n${renewal.command} && pulumi up`;
  return [
    `The token that Amazon ECR pulls from ${host} with expires ${inDays}, on ${expires}.`,
    "",
    `Cache: ${renewal.key}, under the prefix ${renewal.prefix}`,
    `Afterwards no image comes from ${host} that is not in the cache yet.`,
    "",
    how,
    `Write the new date into tokenExpires of registries.${renewal.key}.`,
  ].join("\n");
}
