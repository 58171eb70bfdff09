/** Source: API model of Amazon EventBridge, TransformerInput. */
const TEMPLATE_MAX = 8192;

/**
 * Where the event has the parts of the message. Source: AWS CDK's ECRPullThroughCacheAction, which has the failure's
 * fields.
 */
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

/** How to renew the token of a cache. */
export interface Renewal {
  /** The entry's key. */
  readonly key: string;
  readonly prefix: string;
  /** The command that sets a new token in the stack's config, or undefined if somebody else owns the secret. */
  readonly command?: string;
}

/**
 * The message about a failed import, as an EventBridge template for text: each line in double quotes. Source: Amazon
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
  "If the upstream refuses the login, create a new token there and set it:",
];

const TAIL = [
  "If the upstream limits the rate, wait a while, or use the token of a larger plan.",
  "Images that are already in the cache can still be pulled.",
];

/** Characters that a template's text cannot have. Angle brackets would mark a variable. */
const UNFIT = /["\\<>\n]/;

function renewalLine({ key, prefix, command }: Renewal): string {
  const entry = UNFIT.test(key) ? "its entry of registries" : `registries.${key}`;
  if (command === undefined) return `${prefix}: put the new token into the secret of ${entry}`;
  if (UNFIT.test(command))
    return `${prefix}: set the credentials of ${entry} in the stack's config, then run pulumi up`;
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
      ? `Create a new one at ${host} and put it into the secret of registries.${renewal.key}.`
      : `Create a new one at ${host}, then run:\n${renewal.command} && pulumi up`;
  return [
    `The token with which Amazon ECR pulls from ${host} expires ${inDays}, on ${expires}.`,
    "",
    `Cache: ${renewal.key}, under the prefix ${renewal.prefix}`,
    `After that, images of ${host} that are not in the cache yet cannot be pulled.`,
    "",
    how,
    `Then set tokenExpires of registries.${renewal.key} to the new date.`,
  ].join("\n");
}
