import { isNameLike } from "../problems/print";

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
 *
 * @param renewal How to renew the cache's token. Undefined if its upstream has none.
 */
export function failureTemplate(renewal?: Renewal): string {
  return template([...HEAD, ...(renewal ? login(renewal) : [LIMITED]), CACHED]);
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
];

const LIMITED = "If the upstream limits the rate, wait a while.";
const CACHED = "Images that are already in the cache can still be pulled.";

function login(renewal: Renewal): string[] {
  return [
    "If the upstream refuses the login, create a new token there and set it:",
    renewalLine(renewal),
    "If the upstream limits the rate, wait a while, or use the token of a larger plan.",
  ];
}

/** Characters that a template's text cannot have. Angle brackets would mark a variable. */
const UNFIT = /["\\<>\n]/;

function renewalLine({ key, command }: Renewal): string {
  const entry = isNameLike(key) ? `registries.${key}` : "its entry of registries";
  if (command === undefined) return `put it into the secret of ${entry}`;
  if (UNFIT.test(command)) return `set the credentials of ${entry} in the stack's config, then run pulumi up`;
  return `${command} && pulumi up`;
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
