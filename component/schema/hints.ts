import type * as args from "../args";
import { intendedHost } from "../catalogue";
import { setCommand } from "../problems/commands";
import { nearest } from "../problems/nearest";
import { shown } from "../problems/print";

/*
 * What to write instead of a key that has no meaning where it stands: a name of AWS, Terraform or CloudFormation, or a
 * setting at the wrong level.
 */

const ALIASES: { readonly [key: string]: string } = {
  images: 'the only repositories that may enter are "repositories"',
  url: 'the upstream\'s host is "registry"',
  host: 'the upstream\'s host is "registry"',
  upstreamRegistryUrl: 'the upstream\'s host is "registry"',
  ecrRepositoryPrefix: 'the prefix of the cache is "prefix"',
  upstreamRepositoryPrefix: 'the prefix upstream is "upstreamPrefix"',
  customRoleArn: 'the role is "roleArn" for an ECR upstream and "templateRoleArn" for templates',
  lifecyclePolicy: 'the lifecycle is "lifecycle"; a document goes into lifecycle.policy',
  imageTagMutability: 'the setting is "tagMutability"',
  encryptionConfiguration: 'the setting is "encryption"',
  scanOnPush: 'scanning is set for a whole Region, by the component\'s argument "scanning"',
  region: 'the component has "regions", a list',
  repositoryReadAccessArns:
    'the setting is "access": its accounts take the account ids, its roleArns the ARNs of roles',
};

const KMS_KEYS = ["kmsKey", "kmsKeyArn", "kmsKeyId"];

/** Settings that are inside another one. */
const INSIDE = {
  lifecycle: ["keepImages", "expireAfterDays", "expireUntaggedAfterDays", "archiveUnpulledAfterDays", "tagged"],
  access: ["accounts", "roleArns", "organizationId", "lambda"],
  secret: ["readers", "recoveryWindowInDays"],
  scanning: ["scanType", "scanFrequency", "rules"],
  alerts: ["emails", "topicArn", "topicArns"],
} satisfies { lifecycle: (keyof args.LifecycleArgs)[] } & { access: (keyof args.AccessArgs)[] } & {
  secret: (keyof args.SecretArgs)[];
} & { scanning: (keyof args.ScanningArgs)[] } & { alerts: (keyof args.AlertsArgs)[] };

/** Arguments of the component alone. */
const OF_COMPONENT = [
  ...[
    "alerts",
    "pullTimeExclusions",
    "pullerRoles",
    "regions",
    "registries",
    "registriesFile",
    "registryPolicy",
    "rewriteImages",
  ],
  "scanning",
] as const satisfies readonly string[];

/** Settings of an entry alone, and those that `defaults` has, too. */
const OF_ENTRY = [
  "prefix",
  "registry",
  "repositories",
  "upstreamPrefix",
  "credentialArn",
  "tokenExpires",
  "createRole",
];
const OF_DEFAULTS: readonly (keyof args.RegistryDefaultsArgs)[] = [
  "lifecycle",
  "tagMutability",
  "tagMutabilityExclusionFilters",
  "encryption",
  "resourceTags",
  "access",
  "repositoryPolicy",
  "description",
  "secret",
];

const CREDENTIAL_KEYS = /^(user(_?name)?|access_?token|(auth_?)?token|password|passwd|secret_?key|credentials?|auth)$/i;

/** Whether a key is that of a token, not of a user name. */
export function isTokenKey(key: string): boolean {
  return CREDENTIAL_KEYS.test(key) && !/^user/i.test(key);
}

/**
 * The message about an unknown key.
 *
 * @param path Path of the map that has the key.
 * @param known Keys that the map may have.
 * @param guess Whether to look for a similar key.
 */
export function unknownKey(
  key: string,
  path: readonly PropertyKey[],
  known: readonly string[],
  guess: boolean,
): string {
  const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (known.includes(name)) return `unknown; did you mean "${name}"?`;
  if (CREDENTIAL_KEYS.test(key)) {
    if (known.includes("accessToken")) return `unknown: write "${isTokenKey(key) ? "accessToken" : "username"}"`;
    const entry = path[0] === "registries" ? String(path[1]) : undefined;
    const where = entry === undefined ? "here" : "in an entry";
    return `credentials do not belong ${where}: use the argument "credentials" beside "registries", or ${setCommand(entry, isTokenKey(key) ? "accessToken" : "username")}`;
  }
  const advice = ofKey(name, path) ?? elsewhere(name, path, known);
  if (advice !== undefined) return advice;
  return (guess ? similar(key, known) : undefined) ?? `unknown; known here: ${known.join(", ")}`;
}

/** The nearest key, of this map or of one of its settings. */
function similar(key: string, known: readonly string[]): string | undefined {
  const inner = Object.entries(INSIDE).filter(([setting]) => known.includes(setting));
  const meant = nearest(key, [...known, ...inner.flatMap(([, names]) => names)]);
  if (meant === undefined) return undefined;
  if (known.includes(meant)) return `unknown; did you mean "${meant}"?`;
  const setting = inner.find(([, names]) => names.some((name) => name === meant))?.[0];
  return `unknown; did you mean ${setting}: { ${meant}: ... }?`;
}

function ofKey(name: string, path: readonly PropertyKey[]): string | undefined {
  if (KMS_KEYS.includes(name)) {
    if (path.at(-1) === "encryption") return 'the ARN of the key is "kmsKey"';
    return path.at(-1) === "secret"
      ? "ECR can read the secret only with the default key aws/secretsmanager, so no key can be given"
      : 'the key of the repositories is "encryption.kmsKey"';
  }
  if (name === "rules" && path.at(-1) === "lifecycle") return 'a whole document is "policy", JSON as a string';
  if (name === "tags" && (path[0] === "registries" || path[0] === "defaults")) {
    return 'tags of repositories are "resourceTags"; the component\'s "tags" are for its secrets and roles';
  }
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

/** Where a setting belongs that stands at the wrong level. */
function elsewhere(name: string, path: readonly PropertyKey[], known: readonly string[]): string | undefined {
  const isIn = (names: readonly string[]) => names.includes(name);
  const outer = Object.entries(INSIDE).find(([setting, inner]) => known.includes(setting) && isIn(inner))?.[0];
  if (outer !== undefined) return `belongs into "${outer}": write ${outer}: { ${name}: ... }`;
  if (path.length === 0) {
    if (isIn(OF_DEFAULTS)) return `belongs into "defaults" for all registries, or into one of them: defaults.${name}`;
    if (isIn(OF_ENTRY)) return "belongs into an entry of registries";
    return intendedHost(name) && `belongs into registries: write registries: { ${shown(name)}: {} }`;
  }
  const isEntry = path[0] === "registries" && path.length === 2;
  if (isEntry && isIn(OF_COMPONENT))
    return "is an argument of the component, not of a registry: write it beside registries";
  if (path[0] === "defaults" && path.length === 1) {
    if (isIn(OF_ENTRY)) return "has no default: only an entry of registries has it";
    if (isIn(OF_COMPONENT)) return "is an argument of the component: write it beside defaults";
  }
  return undefined;
}
