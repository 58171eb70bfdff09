import * as z from "zod";
import { util } from "zod/v4/core";
import type * as args from "../args";
import { intendedHost } from "../catalogue";
import { registryStatement, repeatedSids, repositoryPolicy, secretPolicy } from "../documents/policy";
import type { Place } from "../images";
import { PLACE_PATH } from "../images/places/tree";
import { Digests, EncryptionType, ScanFrequency, ScanType, TagMutability } from "../values";
import * as aws from "./aws";
import {
  input,
  isDeferred,
  isResource,
  isRole,
  jsonString,
  kindOf,
  notLater,
  type Puller,
  plainString,
  unless,
} from "./input";
import { strictObject } from "./parse";

/** The shape of the arguments. The plan checks what concerns several fields: names, overlaps, credentials. */

/** Names that every object of JavaScript has. As keys of a map they would get lost. */
export const RESERVED: readonly string[] = ["__proto__", "constructor", "prototype"];
export const RESERVED_KEY = "the key is reserved: give it another name";

/**
 * A plain object: an Output, a date or a resource is no map.
 *
 * @param example What to write instead of something else.
 */
const map = (example?: string) =>
  z.unknown().superRefine((value, context) => {
    if (!util.isPlainObject(value)) return context.addIssue(notA(value, "a map", example));
    for (const key of RESERVED.filter((reserved) => Object.hasOwn(value, reserved))) {
      context.addIssue({ code: "custom", path: [key], message: RESERVED_KEY });
    }
  });

function strict<T extends z.ZodRawShape>(shape: T, example?: string) {
  return map(example).pipe(strictObject(shape));
}

function list<T extends z.ZodType>(item: T) {
  return z.array(item, {
    error: ({ input: value }) => notA(value, "a list", isText(value) ? "[...] around it" : undefined),
  });
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function filledList<T extends z.ZodType>(item: T, what: string) {
  return list(item).refine((items) => items.length > 0, { error: `needs at least one ${what}` });
}

function mapOf<T extends z.ZodType>(value: T, example?: string, key: z.ZodType<string, string> = plainString) {
  return map(example).pipe(z.record(key, value));
}

function notA(value: unknown, wanted: string, example?: string): string {
  if (!isDeferred(value)) return `must be ${wanted}, not ${kindOf(value)}${example ? `: write ${example}` : ""}`;
  return notLater(`a plain value (${wanted})`, value);
}

function oneOf<T extends string>(set: { readonly [name: string]: T }): z.ZodType<T> {
  const values: readonly string[] = Object.values(set);
  return plainString.refine((value): value is T => values.includes(value), {
    error: ({ input: value }) => {
      const meant = values.find((known) => known.toLowerCase() === String(value).toLowerCase());
      return meant ? `write "${meant}", as AWS does` : `must be ${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
    },
  });
}

function wholeNumber(min: number, max: number, unit: string) {
  return z
    .number({ error: ({ input: value }) => `must be a number of ${unit}, not ${kindOf(value)}${unquote(value)}` })
    .refine((value) => Number.isInteger(value) && value >= min && value <= max, {
      error: `must be a whole number of ${unit} from ${min} to ${max}`,
    });
}

const flag = z.boolean({ error: ({ input: value }) => `must be true or false, not ${kindOf(value)}${unquote(value)}` });

function unquote(value: unknown): string {
  return isText(value) ? ": write it without quotation marks" : "";
}

const tags = mapOf(input(aws.tagValue), '{ team: "platform" }', aws.tagKey).refine(
  (value) => Object.keys(value).length <= aws.MAX_TAGS,
  {
    error: `AWS allows at most ${aws.MAX_TAGS} tags`,
  },
);

const COUNT_MAX = 2_147_483_647;
/** Source: Amazon ECR user guide, "Lifecycle policy properties": `sinceImageTransitioned`. */
const MIN_ARCHIVE_DAYS = 90;
const images = wholeNumber(1, COUNT_MAX, "images");
const days = wholeNumber(1, COUNT_MAX, "days");

const tagged = strict({
  tagPatterns: list(aws.tagPattern),
  keepImages: images.optional(),
  expireAfterDays: days.optional(),
}) satisfies z.ZodType<args.TaggedLifecycleArgs>;

const lifecycle = strict(
  {
    keepImages: images.optional(),
    expireAfterDays: days.optional(),
    expireUntaggedAfterDays: days.optional(),
    archiveUnpulledAfterDays: days.optional(),
    deleteArchivedAfterDays: wholeNumber(MIN_ARCHIVE_DAYS, COUNT_MAX, "days").optional(),
    tagged: list(tagged).optional(),
    policy: jsonString.optional(),
  },
  "{ keepImages: 3 }",
) satisfies z.ZodType<args.LifecycleArgs>;

const access = strict(
  {
    accounts: list(input(aws.accountId)).optional(),
    roleArns: list(input(aws.roleArn)).optional(),
    organizationId: input(aws.organizationId).optional(),
    lambda: flag.optional(),
  },
  '{ accounts: ["<account id>"] }',
) satisfies z.ZodType<args.AccessArgs>;

const encryption = strict(
  {
    type: oneOf(EncryptionType).optional(),
    kmsKey: input(aws.kmsKeyArn).optional(),
    kmsKeys: mapOf(input(aws.kmsKeyArn), '{ "us-east-1": "<ARN>" }', aws.region).optional(),
  },
  '{ type: "KMS" }, or { kmsKey: "<ARN>" }',
) satisfies z.ZodType<args.EncryptionArgs>;

const secret = strict(
  {
    name: aws.secretName.optional(),
    description: plainString.max(2048, { error: "a secret's description has at most 2,048 characters" }).optional(),
    recoveryWindowInDays: z
      .number({ error: ({ input: value }) => `must be a number of days, not ${kindOf(value)}${unquote(value)}` })
      .refine((value) => Number.isInteger(value) && (value === 0 || (value >= 7 && value <= 30)), {
        error: "must be 0, or 7 to 30 days",
      })
      .optional(),
    tags: tags.optional(),
    readers: list(input(aws.principalArn)).optional(),
    policy: input(secretPolicy).optional(),
  },
  "{ recoveryWindowInDays: 7 }",
) satisfies z.ZodType<args.SecretArgs>;

const defaultsShape = {
  lifecycle: lifecycle.optional(),
  tagMutability: oneOf(TagMutability).optional(),
  tagMutabilityExclusionFilters: filledList(aws.mutabilityFilter, "filter")
    .refine((filters) => filters.length <= 5, { error: "AWS allows at most 5 filters" })
    .optional(),
  encryption: encryption.optional(),
  resourceTags: tags.optional(),
  access: access.optional(),
  repositoryPolicy: input(repositoryPolicy).optional(),
  description: plainString.max(255, { error: "a template's description has at most 255 characters" }).optional(),
  secret: secret.optional(),
};

const defaults = strict(
  defaultsShape,
  "{ lifecycle: { keepImages: 3 } }",
) satisfies z.ZodType<args.RegistryDefaultsArgs>;

const settings = strict(
  {
    ...defaultsShape,
    registry: plainString.optional(),
    prefix: aws.prefix.optional(),
    upstreamPrefix: aws.prefix.optional(),
    credentialArn: input(aws.credentialArn).optional(),
    credentialArns: mapOf(input(aws.credentialArn), '{ "us-east-1": "<ARN>" }', aws.region).optional(),
    roleArn: input(aws.roleArn).optional(),
    createRole: flag.optional(),
    templateRoleArn: input(aws.roleArn).optional(),
    adopt: flag.optional(),
    tokenExpires: aws.day.optional(),
    repositories: filledList(aws.repositoryPattern, "repository; without the list, all may enter the cache").optional(),
  },
  "{} for the defaults",
) satisfies z.ZodType<args.RegistryArgs>;

/** One entry of `registries`. The message helps users of other tools, who may write only the host. */
export const entry = z
  .unknown()
  .superRefine((value, context) => {
    const host = typeof value === "string" ? intendedHost(value) : undefined;
    if (host) context.addIssue(`must be a map of settings, not a string: write { registry: "${host}" }`);
  })
  .pipe(settings) satisfies z.ZodType<args.RegistryArgs>;

/** The map of `registries`, which is also what a registries file holds. */
export const registries = mapOf(entry, "{ quay: {} }");

/** A user name and a token. */
export const credentials = strict(
  {
    username: input(plainString.min(1, { error: "cannot be empty" })),
    accessToken: input(plainString.min(1, { error: "cannot be empty" })),
  },
  '{ username: "<user name>", accessToken: <token> }',
) satisfies z.ZodType<args.CredentialsArgs>;

const scanFrequency = oneOf(ScanFrequency);

const scanningRule = strict({
  scanFrequency,
  filters: filledList(aws.scanningFilter, "filter"),
}) satisfies z.ZodType<args.ScanningRuleArgs>;

const scanning = strict(
  {
    scanType: oneOf(ScanType).optional(),
    scanFrequency: scanFrequency.optional(),
    rules: list(scanningRule).optional(),
    overwrite: flag.optional(),
  },
  '{ scanFrequency: "SCAN_ON_PUSH" }',
) satisfies z.ZodType<args.ScanningArgs>;

const registryPolicy = strict(
  {
    statements: list(input(registryStatement))
      .superRefine((statements, context) => {
        for (const index of repeatedSids(statements)) {
          context.addIssue({ code: "custom", path: [index], message: "repeats the Sid of an earlier statement" });
        }
      })
      .optional(),
    overwrite: flag.optional(),
  },
  "{} to manage the policy, or leave it out",
) satisfies z.ZodType<args.RegistryPolicyArgs>;

const patternFilter = strict({
  include: list(plainString).optional(),
  exclude: list(plainString).optional(),
}) satisfies z.ZodType<NonNullable<args.RewriteImagesArgs["images"]>>;

const placePaths = list(plainString.regex(PLACE_PATH, { error: 'must be a path such as "spec.steps[].image"' }));
const place = strict({
  kind: plainString,
  images: placePaths.optional(),
  podSpecs: placePaths.optional(),
}) satisfies z.ZodType<Place>;

const rewriteImages = strict(
  {
    types: patternFilter.optional(),
    images: patternFilter.optional(),
    buildArgs: list(plainString).optional(),
    digests: oneOf(Digests).optional(),
    places: list(place).optional(),
    dryRun: flag.optional(),
    region: aws.region.optional(),
  },
  "{} to rewrite every image, or leave it out",
) satisfies z.ZodType<args.RewriteImagesArgs>;

const alerts = strict(
  {
    topicArn: input(aws.topicArn).optional(),
    topicArns: mapOf(input(aws.topicArn), '{ "us-east-1": "<ARN>" }', aws.region).optional(),
    emails: list(aws.email).optional(),
  },
  '{ emails: ["<address>"] }',
) satisfies z.ZodType<args.AlertsArgs>;

const registriesFile = z
  .unknown()
  .superRefine((value, context) => {
    if (kindOf(value) === "a map")
      context.addIssue('must be the path of a file, not a map: a map goes into "registries"');
  })
  .pipe(plainString);

/** A role as a resource, or its name or ARN. */
export const puller = unless(
  (value) => isDeferred(value) || isRole(value),
  z
    .unknown()
    .superRefine((value, context) => {
      if (value === undefined) context.addIssue("is missing: give the role, its name or its ARN");
      if (isResource(value)) context.addIssue("must be an IAM role, its name or its ARN, not another resource");
    })
    .pipe(aws.roleNameOrArn),
) as z.ZodType<Puller>;

export const grantPullOptions = strict(
  { registries: list(plainString).optional(), createRepository: flag.optional(), name: plainString.optional() },
  '{ registries: ["quay"] }',
) satisfies z.ZodType<args.GrantPullOptions>;

const CREDENTIALS_EXAMPLE = "{ <key of the registry>: { username: ..., accessToken: ... } }";

/** Credentials by registry. Users with one registry may leave out its key. */
const allCredentials = z
  .unknown()
  .superRefine((value, context) => {
    const { username, accessToken } = Object(value) as { username?: unknown; accessToken?: unknown };
    if (isText(username) || isText(accessToken)) {
      context.addIssue(`the key of the registry is missing: write ${CREDENTIALS_EXAMPLE}`);
    }
  })
  .pipe(mapOf(input(credentials), CREDENTIALS_EXAMPLE));

/** All arguments of the component, after a registries file has been read. */
export const pullThroughCacheArgs = strict(
  {
    registries: registries.optional(),
    registriesFile: registriesFile.optional(),
    defaults: defaults.optional(),
    credentials: input(allCredentials).optional(),
    regions: filledList(aws.region, "Region").optional(),
    tags: tags.optional(),
    templateRoleArn: input(aws.roleArn).optional(),
    scanning: scanning.optional(),
    registryPolicy: registryPolicy.optional(),
    pullTimeExclusions: mapOf(input(aws.pullTimeExclusion), '{ scanner: "<ARN of the role>" }').optional(),
    pullerRoles: mapOf(puller, '{ nodes: "<name or ARN of the role>" }').optional(),
    rewriteImages: rewriteImages.optional(),
    adopt: flag.optional(),
    alerts: alerts.optional(),
  },
  "{ registries: { quay: {} } }",
) satisfies z.ZodType<args.PullThroughCacheArgs>;
