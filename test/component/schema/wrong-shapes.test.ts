import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KNOWN_NAMES } from "../../../component/catalogue";
import { prepare } from "../../../component/prepare";
import { useStack } from "../stack";
import { answers } from "./support";

const quay = (settings: unknown) => ({ registries: { quay: settings } });
const beside = (more: object) => ({ registries: { quay: {} }, ...more });
const ghcr = (credentials: unknown) => ({ registries: { ghcr: {} }, credentials });

const SUPPORTED =
  "ECR supports registry-1.docker.io, ghcr.io, registry.gitlab.com, cgr.dev, quay.io, registry.k8s.io, public.ecr.aws, <name>.azurecr.io, <account>.dkr.ecr.<region>.amazonaws.com";
const RESERVED = "the key is reserved: give it another name";

/** What users write, and the whole answer. */
const WRONG: readonly (readonly [args: unknown, ...answers: string[]])[] = [
  [undefined, "the arguments: must be a map, not nothing: write { registries: { quay: {} } }"],
  [Promise.resolve({}), "the arguments: must be a plain value (a map), not a promise: await it"],
  [{}, "registries: needs at least one registry: write { quay: {} }"],
  ["quay", "the arguments: must be a map, not a string: write { registries: { quay: {} } }"],
  [{ registries: null }, "registries: must be a map, not null: write { quay: {} }"],
  [
    { registries: { docker: "docker.io" } },
    'registries.docker: must be a map of settings, not a string: write { registry: "registry-1.docker.io" }',
  ],
  [beside({ regions: "us-east-1" }), "regions: must be a list, not a string: write [...] around it"],
  [beside({ regions: ["us-east-1a"] }), 'regions[0]: is an Availability Zone: write "us-east-1"'],
  [
    quay({ repositories: "library/*" }),
    "registries.quay.repositories: must be a list, not a string: write [...] around it",
  ],
  [
    quay({ prefix: pulumi.output("a") }),
    "registries.quay.prefix: must be a plain string, not an Output: what the component creates cannot depend on an Output",
  ],
  [
    quay({ access: { accounts: [111122223333] } }),
    "registries.quay.access.accounts[0]: must be a string, not a number: quote it",
  ],
  [
    quay({ credentials: { username: "u" } }),
    'registries.quay.credentials: credentials do not belong in an entry: use the argument "credentials" beside "registries", or pulumi config set --secret --path \'pull-through-cache:credentials.quay.accessToken\'',
  ],
  [{ registries: ["quay"] }, "registries: must be a map, not a list: write { quay: {} }"],
  [
    { registriesFile: { quay: {} } },
    'registriesFile: must be the path of a file, not a map: a map goes into "registries"',
  ],
  [{ registries: new Map() }, "registries: must be a map, not a JavaScript Map: write { quay: {} }"],
  [
    quay(new URL("https://quay.io")),
    "registries.quay: must be a map, not an object of a class: write {} for the defaults",
  ],
  ...[Number.NaN, Number.POSITIVE_INFINITY].map((number): [object, string] => [
    quay({ lifecycle: { keepImages: number } }),
    `registries.quay.lifecycle.keepImages: must be a number of images, not ${number}`,
  ]),
  [quay(true), "registries.quay: must be a map, not a boolean: write {} for the defaults"],
  [quay(null), "registries.quay: must be a map, not null: write {} for the defaults"],
  [quay([]), "registries.quay: must be a map, not a list: write {} for the defaults"],
  [beside({ k8s: {} }), 'k8s: belongs into registries: write registries: { "k8s": {} }'],
  [
    beside({ rewriteImages: true }),
    "rewriteImages: must be a map, not a boolean: write {} to rewrite every image, or leave it out",
  ],
  [beside({ scanning: true }), 'scanning: must be a map, not a boolean: write { scanFrequency: "SCAN_ON_PUSH" }'],
  [beside({ alerts: "a@example.com" }), 'alerts: must be a map, not a string: write { emails: ["<address>"] }'],
  [
    beside({ alerts: { emails: "a@example.com" } }),
    "alerts.emails: must be a list, not a string: write [...] around it",
  ],
  [
    beside({ pullerRoles: ["nodes"] }),
    'pullerRoles: must be a map, not a list: write { nodes: "<name or ARN of the role>" }',
  ],
  [beside({ adopt: "true" }), "adopt: must be true or false, not a string: write it without quotation marks"],
  [
    beside({ lifecycle: {} }),
    'lifecycle: belongs into "defaults" for all registries, or into one of them: defaults.lifecycle',
  ],
  [beside({ prefix: "a" }), "prefix: belongs into an entry of registries"],
  [
    beside({ defaults: { scanning: {} } }),
    "defaults.scanning: is an argument of the component: write it beside defaults",
  ],
  [
    quay({ scanning: {} }),
    "registries.quay.scanning: is an argument of the component, not of a registry: write it beside registries",
  ],
  [
    quay({ tags: {} }),
    'registries.quay.tags: tags of repositories are "resourceTags"; the component\'s "tags" are for its secrets and roles',
  ],
  [
    quay({ keepImages: 3 }),
    'registries.quay.keepImages: belongs into "lifecycle": write lifecycle: { keepImages: ... }',
  ],
  [quay({ readers: [] }), 'registries.quay.readers: belongs into "secret": write secret: { readers: ... }'],
  [beside({ rules: [] }), 'rules: belongs into "scanning": write scanning: { rules: ... }'],
  [quay({ roleArns: [] }), 'registries.quay.roleArns: belongs into "access": write access: { roleArns: ... }'],
  [quay({ ecr_repository_prefix: "a" }), 'registries.quay.ecr_repository_prefix: the prefix of the cache is "prefix"'],
  [quay({ template_role_arn: "a" }), 'registries.quay.template_role_arn: unknown; did you mean "templateRoleArn"?'],
  [quay({ encryption: { kmsKeyArn: "a" } }), 'registries.quay.encryption.kmsKeyArn: the ARN of the key is "kmsKey"'],
  [quay({ encryption: { type: "kms" } }), 'registries.quay.encryption.type: write "KMS", as AWS does'],
  [
    quay({ lifecycle: { rules: [] } }),
    'registries.quay.lifecycle.rules: a whole document is "policy", JSON as a string',
  ],
  [
    quay({ lifecycle: { policy: { rules: [] } } }),
    "registries.quay.lifecycle.policy: must be JSON as a string, not a map: in a program, write JSON.stringify(...)",
  ],
  [
    quay({ access: { accounts: ["*"] } }),
    "registries.quay.access.accounts[0]: would let every AWS account in: give account ids, or organizationId for your whole organization",
  ],
  [
    ghcr({ username: "u", accessToken: "t" }),
    "credentials: the key of the registry is missing: write { <key of the registry>: { username: ..., accessToken: ... } }",
  ],
  [
    ghcr({ ghcr: "t" }),
    'credentials.ghcr: must be a map, not a string: write { username: "<user name>", accessToken: <token> }',
  ],
  [
    ghcr({ ghcr: { username: "u", accessToken: "t", password: "t" } }),
    'credentials.ghcr.password: unknown: write "accessToken"',
  ],
  [
    { registries: { "nvcr.io": {} } },
    'registries["nvcr.io"]: ECR cannot cache NVIDIA\'s registry: copy the images that you need into a repository of your own. Remove the entry',
  ],
  [
    { registries: { mini: { registry: "reg.mini.dev" }, hardened: { registry: "dhi.io" } } },
    `registries.hardened.registry: "dhi.io": ECR cannot cache dhi.io; Docker Hub serves hardened images that you mirror into your organization: cache registry-1.docker.io. ${SUPPORTED}`,
    'registries.mini.registry: "reg.mini.dev": ECR cannot cache Minimus\'s registry: copy the images that you need into a repository of your own',
  ],
  [
    { registries: { nowhere: {}, "else where": {} } },
    `registries["(hidden)"]: no upstream has this name: with a key of your own, set "registry" to the upstream's host. Set "prefix" too: the key cannot be the prefix, because an ECR repository prefix has lower-case letters and digits, with single '.', '_', '-' or '/' between them: write "else-where". Known names are ${KNOWN_NAMES.join(", ")}`,
    'registries.nowhere: no upstream has this name: with a key of your own, set "registry" to the upstream\'s host',
  ],
  [
    { registries: { hub: "https://ghcr.io/" } },
    'registries.hub: must be a map of settings, not a string: write { registry: "ghcr.io" }',
  ],
  [{ registries: { hub: "planted" } }, "registries.hub: must be a map, not a string: write {} for the defaults"],
  [
    ghcr({ ghcr: { username: "", accessToken: 7 } }),
    "credentials.ghcr.username: cannot be empty",
    "credentials.ghcr.accessToken: must be a string, not a number: quote it",
  ],
  [
    ghcr({ ghcr: { acessToken: "t", username: "u" } }),
    "credentials.ghcr.accessToken: is missing: it must be a string",
    'credentials.ghcr.acessToken: unknown; did you mean "accessToken"?',
  ],
  [beside({ defaults: { prefix: "a" } }), "defaults.prefix: has no default: only an entry of registries has it"],
  [
    beside({ defaults: { token: "t" } }),
    'defaults.token: credentials do not belong here: use the argument "credentials" beside "registries", or pulumi config set --secret --path \'pull-through-cache:credentials.<key>.accessToken\'',
  ],
  [beside({ region: "us-east-1" }), 'region: the component has "regions", a list'],
  [beside({ emials: [] }), "emials: unknown; did you mean alerts: { emails: ... }?"],
  [
    beside({ scanning: { rules: [{ scanFrequency: "SCAN_ON_PUSH", filters: ["*"], filter: "a" }] } }),
    'scanning.rules[0].filter: unknown; did you mean "filters"?',
  ],
  [
    { registries: { ghcr: { secret: { kmsKeyId: "a" } } } },
    "registries.ghcr.secret.kmsKeyId: ECR can read the secret only with the default key aws/secretsmanager, so no key can be given",
  ],
  [beside({ tags: JSON.parse('{"__proto__":"x"}') }), `tags.__proto__: ${RESERVED}`],
  [{ registries: JSON.parse('{"__proto__":{"registry":"quay","prefix":"aa"}}') }, `registries.__proto__: ${RESERVED}`],
];

const CREDENTIAL =
  'credentials do not belong in an entry: use the argument "credentials" beside "registries", or pulumi config set --secret --path \'pull-through-cache:credentials.quay';
/** Keys that an entry does not have, and the message. */
const UNKNOWN_KEYS: { readonly [message: string]: readonly string[] } = {
  'unknown; did you mean "prefix"?': ["prefx", "PREFIX"],
  "unknown; did you mean lifecycle: { keepImages: ... }?": ["keepImage", "keep_image"],
  "unknown; did you mean access: { organizationId: ... }?": ["organisationId"],
  'the upstream\'s host is "registry"': ["url", "host", "upstreamRegistryUrl"],
  'the prefix of the cache is "prefix"': ["ecrRepositoryPrefix"],
  'the prefix upstream is "upstreamPrefix"': ["upstreamRepositoryPrefix"],
  'the only repositories that may enter are "repositories"': ["images"],
  'the key of the repositories is "encryption.kmsKey"': ["kmsKey", "kmsKeyId", "kmsKeyArn"],
  'the role is "roleArn" for an ECR upstream and "templateRoleArn" for templates': ["customRoleArn", "custom_role_arn"],
  'the lifecycle is "lifecycle"; a document goes into lifecycle.policy': ["lifecyclePolicy", "lifecycle_policy"],
  'the setting is "tagMutability"': ["imageTagMutability", "image_tag_mutability"],
  'the setting is "encryption"': ["encryption_configuration"],
  'scanning is set for a whole Region, by the component\'s argument "scanning"': ["scanOnPush"],
  'the component has "regions", a list': ["region"],
  'the setting is "access": its accounts take the account ids, its roleArns the ARNs of roles': [
    "repository_read_access_arns",
  ],
  [RESERVED]: ["__proto__", "constructor", "prototype"],
  [`${CREDENTIAL}.username'`]: ["user", "username", "userName", "user_name", "USER"],
  [`${CREDENTIAL}.accessToken'`]: [
    "accessToken",
    "access_token",
    "token",
    "authToken",
    "auth_token",
    "password",
    "PASSWD",
    "auth",
    "secretKey",
    "secret_key",
    "credential",
  ],
};

describe("a wrong shape", () => {
  before(useStack);

  for (const [args, ...expected] of WRONG) {
    it(`is answered with what to write: ${expected.join("; ")}`, () => assert.deepEqual(answers(args), expected));
  }

  for (const [message, keys] of Object.entries(UNKNOWN_KEYS)) {
    it(`is an unknown key: ${message}`, () => {
      for (const key of keys)
        assert.deepEqual(answers(quay(JSON.parse(`{"${key}":"x"}`))), [`registries.quay.${key}: ${message}`]);
    });
  }

  it("is an unknown key that resembles none, or is only like that of a credential", () => {
    for (const key of ["zzz", "toString", "myToken", "tokens", "users", "authority", "unauth"])
      assert.match(answers(quay({ [key]: 1 }))[0] ?? "", /: unknown; known here: lifecycle, .*, repositories$/, key);
  });

  it("has suggestions for the first 100 unknown keys, because each takes time", () => {
    const found = answers(quay(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`prefix${index}`, 1]))));
    assert.deepEqual([found.length, found[99]], [101, 'registries.quay.prefix99: unknown; did you mean "prefix"?']);
    assert.match(found[100] ?? "", /^registries\.quay\.prefix100: unknown; known here: /);
  });

  it("is a name that is no text", () => {
    for (const name of [{ registries: {} }, undefined, ""])
      assert.throws(() => prepare(name as string, { registries: { quay: {} } }), {
        message: 'PullThroughCache: the first argument is a name: new PullThroughCache("cache", { ... })',
      });
  });
});
