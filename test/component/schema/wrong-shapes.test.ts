import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { PullThroughCacheArgs } from "../../../component/args";
import { prepare } from "../../../component/prepare";
import { InvalidInputError } from "../../../component/problems/error";

const quay = (settings: unknown) => ({ registries: { quay: settings } });
const beside = (more: object) => ({ registries: { quay: {} }, ...more });
const ghcr = (credentials: unknown) => ({ registries: { ghcr: {} }, credentials });

/** What users write, and the whole answer. */
const WRONG: readonly (readonly [args: unknown, answer: string])[] = [
  [undefined, "must be a map, not nothing: write { registries: { quay: {} } }"],
  [{}, "registries: needs at least one registry: write { quay: {} }"],
  ["quay", "must be a map, not a string: write { registries: { quay: {} } }"],
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
    { registries: { hardened: { registry: "dhi.io" } } },
    'registries.hardened.registry: "dhi.io": ECR cannot cache dhi.io; Docker Hub serves hardened images that you mirror into your organization: cache registry-1.docker.io. ECR supports registry-1.docker.io, ',
  ],
  [
    { registries: { mini: { registry: "reg.mini.dev" } } },
    'registries.mini.registry: "reg.mini.dev": ECR cannot cache Minimus\'s registry: copy the images that you need into a repository of your own. ECR supports registry-1.docker.io, ',
  ],
];

describe("a wrong shape", () => {
  before(() =>
    pulumi.runtime.setMocks({ call: () => ({}), newResource: () => ({ id: "", state: {} }) }, "shop", "dev", false),
  );

  for (const [args, answer] of WRONG) {
    it(`is answered with what to write: ${answer}`, () => {
      assert.throws(
        () => prepare("cache", args as PullThroughCacheArgs),
        (error) => {
          assert.ok(error instanceof InvalidInputError, String(error));
          const answers = error.errors.map(({ propertyPath, reason }) =>
            [propertyPath, reason].filter(Boolean).join(": "),
          );
          assert.deepEqual(
            answers.map((text) => text.replace(/(?<=ECR supports registry-1\.docker\.io, ).*/, "")),
            [answer],
          );
          return true;
        },
      );
    });
  }

  it("is a name that is no text", () => {
    for (const name of [{ registries: {} }, undefined, ""])
      assert.throws(() => prepare(name as string, { registries: { quay: {} } }), {
        message: 'PullThroughCache: the first argument is a name: new PullThroughCache("cache", { ... })',
      });
  });
});
