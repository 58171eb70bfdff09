import type * as z from "zod";
import { readPath } from "../images/grammar";
import { isNameLike, write } from "../problems/print";
import { jsonString, plainString } from "./input";

/**
 * The values that AWS and its provider for Pulumi accept. Sources: the API models of Amazon ECR and AWS Secrets Manager,
 * and the validators of the AWS provider where they are stricter.
 */

/** ECR repository prefixes. The provider is stricter than the API: it refuses `--`, `__` and `..`. */
const PREFIX = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const PREFIX_MAX = 30;

export const prefix = plainString.superRefine((value, context) => {
  const problem = prefixProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

/** What is wrong with an ECR repository prefix, or undefined. */
export function prefixProblem(value: string): string | undefined {
  if (value === "ROOT") return undefined;
  const bare = value.endsWith("/") ? value.slice(0, -1) : value;
  if (value.length < 2 || value.length > PREFIX_MAX) {
    return `an ECR repository prefix has 2 to ${PREFIX_MAX} characters, this one has ${value.length}`;
  }
  if (PREFIX.test(bare)) return undefined;
  const suggestion = suggestPrefix(bare);
  return (
    "an ECR repository prefix has lower-case letters and digits, with single '.', '_', '-' or '/' between them" +
    (suggestion ? `: write "${suggestion}"` : "")
  );
}

function suggestPrefix(value: string): string | undefined {
  const suggestion = value
    .toLowerCase()
    .replace(/[^a-z0-9._/-]+/g, "-")
    .replace(/([._/-])[._/-]+/g, "$1")
    .replace(/^[._/-]+|[._/-]+$/g, "");
  return suggestion.length >= 2 && isNameLike(suggestion) ? suggestion : undefined;
}

const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;

export const accountId = plainString.regex(/^[0-9]{12}$/, {
  error: ({ input: value }) => {
    if (value === "*")
      return "would let every AWS account in: give account ids, or organizationId for your whole organization";
    if (ORGANIZATION.test(String(value))) return "is the id of an organization: write it into organizationId";
    if (/^arn:/.test(String(value))) return "is an ARN: write that of a role into roleArns, and only account ids here";
    return "an AWS account id has 12 digits";
  },
});

export const region = plainString
  .regex(/^[a-z]{2,4}(?:-[a-z]{1,12}){1,3}-[0-9]{1,2}$/, {
    error: ({ input }) => {
      const [, region] = /^([a-z]{2,4}(?:-[a-z]{1,12}){1,3}-[0-9])[a-z]$/.exec(String(input)) ?? [];
      return region ? `is an Availability Zone: write "${region}"` : "not an AWS Region such as us-east-1";
    },
  })
  .refine((value) => !isUnsupportedRegion(value), {
    error: "ECR has no pull through cache in the China and AWS GovCloud Regions",
  });

/** Source: Amazon ECR user guide, "Sync an upstream registry with an Amazon ECR private registry". */
export function isUnsupportedRegion(value: string): boolean {
  return value.startsWith("cn-") || value.startsWith("us-gov-");
}

const SECRET_ARN = /^arn:aws(-\w+)*:secretsmanager:[a-zA-Z0-9-:]+:secret:ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/;

/** Secrets Manager ends the ARN of every secret with a hyphen and six characters. Source: its API reference, CreateSecret. */
const ARN_ENDING = /-[a-zA-Z0-9]{6}$/;

export const credentialArn = plainString.superRefine((value, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if (!SECRET_ARN.test(value) || value.length > 612) {
    refuse(
      value.startsWith("arn:")
        ? "ECR reads only secrets whose name starts with ecr-pullthroughcache/: give the full ARN of such a secret"
        : "must be the full ARN of a Secrets Manager secret (arn:aws:secretsmanager:...:secret:ecr-pullthroughcache/...)",
    );
  } else if (!ARN_ENDING.test(value)) {
    refuse("is not a full ARN: a secret's ARN ends with a hyphen and six characters, such as -a1B2c3");
  }
});

/** The name of a secret that ECR can read. Source: API model of AWS Secrets Manager, CreateSecret, and its user guide. */
export const secretName = plainString
  .max(512, { error: "a secret's name has at most 512 characters" })
  .regex(/^ecr-pullthroughcache\/[a-zA-Z0-9/_+=.@-]+$/, {
    error:
      "must start with ecr-pullthroughcache/, because ECR reads no other secrets; after it come letters, digits and /_+=.@-",
  });

/** A standard topic: for a FIFO topic EventBridge would need a message group. Source: Amazon SNS API reference, CreateTopic. */
export const topicArn = plainString.regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$/, {
  error: "must be the ARN of a standard SNS topic (arn:aws:sns:<region>:<account>:<name>)",
});

/** Only a rough check: AWS asks the owner to confirm the address. */
export const email = plainString.regex(/^[^@\s<>"]{1,64}@[^@\s<>"]{1,255}$/, { error: "must be an email address" });

/** A day of the calendar. */
export const day = plainString.superRefine((value, context) => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && toDay(value) === value) return;
  context.addIssue({ code: "custom", message: "must be a day such as 2027-03-01" });
});

function toDay(value: string): string | undefined {
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().slice(0, 10);
}

/** A path has up to 512 characters including both slashes, and no `*`. A name has up to 64. Source: API model of AWS IAM. */
const PATH = "(?:[!-)+-~]{1,510}/)?";
const ROLE_ARN = `arn:aws[a-z-]*:iam::[0-9]{12}:role/${PATH}[\\w+=,.@-]{1,64}`;

export const roleArn = plainString.regex(new RegExp(`^${ROLE_ARN}$`), {
  error: notRole("must be the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)"),
});

export const roleNameOrArn = plainString.regex(new RegExp(`^(?:${ROLE_ARN}|[\\w+=,.@-]{1,64})$`), {
  error: notRole("must be the name or the ARN of an IAM role"),
});

/** Names what an ARN is of that is given for a role's. */
function notRole(message: string) {
  return ({ input: value }: { readonly input?: unknown }) => {
    const [, kind = ""] = /^arn:[^:]*:(?:iam|sts)::[0-9]*:([a-z-]+)/.exec(String(value)) ?? [];
    const what = NOT_A_ROLE.get(kind);
    return what ? `${message}, not of ${what}` : message;
  };
}

const NOT_A_ROLE: ReadonlyMap<string, string> = new Map([
  ["user", "a user"],
  ["group", "a group"],
  ["root", "an account"],
  ["policy", "a policy"],
  ["instance-profile", "an instance profile: give its role"],
  ["assumed-role", "a session: give its role"],
]);

/** Source: API model of Amazon ECR, `PrincipalArn` of RegisterPullTimeUpdateExclusion. */
export const pullTimeExclusion = plainString
  .max(200, { error: "has more than 200 characters" })
  .regex(/^arn:aws(?:-[a-z]+)*:iam::[0-9]{12}:(?:role|user)\/[\w+=,.@-]+(?:\/[\w+=,.@-]+)*$/, {
    error: "must be the ARN of an IAM role or user (arn:aws:iam::<account>:role/<name>)",
  });

/** Session names follow the AWS STS operations AssumeRole and GetFederationToken. */
const USER_ARN = `arn:aws[a-z-]*:iam::[0-9]{12}:(?:root|user/${PATH}[\\w+=,.@-]{1,64})`;
const SESSION_ARN =
  "arn:aws[a-z-]*:sts::[0-9]{12}:(?:assumed-role/[\\w+=,.@-]{1,64}/[\\w+=,.@-]{2,64}|federated-user/[\\w+=,.@-]{2,32})";

export const principalArn = plainString.regex(new RegExp(`^(?:${ROLE_ARN}|${USER_ARN}|${SESSION_ARN})$`), {
  error: "must be the ARN of an IAM principal (arn:aws:iam::<account>:role/<name>); public principals are refused",
});

export const organizationId = plainString.regex(ORGANIZATION, {
  error: ({ input: value }) =>
    /^[0-9]{12}$/.test(String(value))
      ? "is the id of an account: write it into accounts"
      : 'must be the id of an AWS organization: "o-" and 10 to 32 letters and digits',
});

export const kmsKeyArn = plainString
  .max(2048, { error: "has more than 2,048 characters" })
  .regex(/^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[a-z0-9-]+$/, {
    error: "must be the ARN of a KMS key: ECR accepts neither an alias nor a key id",
  });

/** An ECR scanning filter. Equivalent to the API's pattern, which backtracks exponentially in JavaScript. */
export const scanningFilter = plainString
  .max(255, { error: "a scanning filter has at most 255 characters" })
  .regex(/^[a-z0-9*]+(?:[._/-][a-z0-9*]+)*$/, {
    error:
      "a scanning filter has lower-case letters, digits and '*', with single '.', '_', '-' or '/' between them: write \"prod/*\", not \"prod/\"",
  });

/** A pattern of repositories upstream. `*` means the same as in ARNs in IAM. */
export const repositoryPattern = plainString.superRefine((value, context) => {
  const problem = repositoryPatternProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

function repositoryPatternProblem(value: string): string | undefined {
  if (value === "") return "cannot be empty";
  if (value.includes("://")) return 'must be a repository without a scheme and a host, such as "library/nginx"';
  const version = value.search(/[:@]/);
  if (version >= 0) return `must name a repository, without a tag or a digest${write(value.slice(0, version))}`;
  if (/[A-Z]/.test(value)) return `repositories have no upper-case letters${write(value.toLowerCase())}`;
  if (value.includes("**")) return `"*" stands for any characters, even "/"${write(value.replaceAll(/\*+/g, "*"))}`;
  if (value.endsWith("/")) return `ends in "/"${write(`${value}*`)}`;
  const example = value.replaceAll("*", "a");
  return readPath(example, 0) === example.length
    ? undefined
    : "no repository has such a name: it has lower-case letters and digits, with '.', '_', '-' and '/' between them, and '*' for any characters";
}

/** The characters of a tag, and wildcards. */
const TAG_GLOB = /^[0-9a-zA-Z._*-]{1,128}$/;

/** A tag mutability exclusion filter, by the API's pattern and the provider's limit of two wildcards. */
export const mutabilityFilter = plainString
  .regex(TAG_GLOB, { error: "a tag filter has 1 to 128 letters, digits, '.', '_', '-' and '*'" })
  .refine((value) => value.split("*").length <= 3, { error: "a tag filter has at most two '*'" });

/** A pattern of image tags in a lifecycle rule. Other characters would match no tag. */
export const tagPattern = plainString.regex(TAG_GLOB, {
  error: "a tag pattern has 1 to 128 letters, digits, '.', '_', '-' and '*'",
});

export const MAX_TAGS = 50;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const TAG_CHARACTERS = "letters, digits, spaces and _.:/=+-@";

/** Tags of an AWS resource. Source: "Tag naming limits and requirements" of the AWS tagging guide. */
export const tagKey = plainString
  .min(1, { error: "a tag key cannot be empty" })
  .max(128, { error: "a tag key has at most 128 characters" })
  .regex(TAG_TEXT, { error: `a tag key has ${TAG_CHARACTERS}` })
  .refine((value) => !/^aws:/i.test(value), { error: 'tag keys that start with "aws:" belong to AWS' });
export const tagValue = plainString
  .max(256, { error: "a tag value has at most 256 characters" })
  .regex(TAG_TEXT, { error: `a tag value has ${TAG_CHARACTERS}` });

/** A document that must be a JSON object. */
export function jsonObject(maxLength: number): z.ZodType<string> {
  return jsonString
    .max(maxLength, { error: `has more than ${maxLength} characters, AWS's limit`, abort: true })
    .refine(isJsonObject, { error: "must be a JSON object as a string", abort: true });
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
