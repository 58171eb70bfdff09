import assert from "node:assert/strict";
import type { RegistryArgs } from "../../../component/args";
import type { CredentialSources } from "../../../component/plan/credentials";
import { entry, plan, problems, secretArn } from "./support";

const SET = "pulumi config set --secret --path 'pull-through-cache:credentials";
const ASKED = "Set (Pulumi asks for the value, or reads it with < file):";
const EACH_ASKED = "Set (Pulumi asks for each value, or reads it with < file):";

describe("credentials", () => {
  const missing = (key: string, credentials: Partial<CredentialSources>, own: RegistryArgs = {}) =>
    problems({ registries: { [key]: own } }, { credentials });
  const both = { username: true, accessToken: true };
  const text = { username: false, accessToken: false, isText: true };

  it("are read from the argument, the config, or whichever an Output does not have", () => {
    const source = (credentials: Partial<CredentialSources>) =>
      entry(plan({ registries: { dockerhub: {} } }, { credentials }), "dockerhub").secret?.source;
    assert.equal(source({ given: ["dockerhub"], config: { dockerhub: both } }), "argument");
    assert.equal(source({ config: { dockerhub: both } }), "config");
    assert.equal(source({ given: undefined }), "argument or config");
  });

  const dockerHub = "a Docker Hub user name and a personal or organization access token with public read access";
  const gitHub = "a GitHub user name and a classic personal access token with read:packages";
  const refused: [what: string, key: string, credentials: Partial<CredentialSources>, message: string][] = [
    [
      "are missing",
      "dockerhub",
      {},
      `registry-1.docker.io needs credentials (${dockerHub}). ${EACH_ASKED}
      ${SET}.dockerhub.username' &&
      ${SET}.dockerhub.accessToken'`,
    ],
    [
      "have no token",
      "ghcr",
      { config: { ghcr: { username: true, accessToken: false } } },
      `ghcr.io needs accessToken (${gitHub}). ${ASKED}\n      ${SET}.ghcr.accessToken'`,
    ],
    [
      "have no user name",
      "ghcr",
      { config: { ghcr: { username: false, accessToken: true } } },
      `ghcr.io needs username (${gitHub}). ${ASKED}\n      ${SET}.ghcr.username'`,
    ],
    [
      "have a token in plain text",
      "gitlab",
      { config: { gitlab: { ...both, isPlain: true } } },
      `the token is in the stack's config as plain text. Rotate it, because the history of the config keeps it: create a new one, revoke this one, and set the new one encrypted. ${ASKED}
      ${SET}.gitlab.accessToken'`,
    ],
  ];
  for (const [what, key, credentials, message] of refused) {
    it(`that ${what} cause an error with the commands to type`, () =>
      assert.deepEqual(missing(key, credentials), [`registries.${key}: ${message}`]));
  }

  it("of keys with special characters are named by a path that Pulumi reads", () => {
    const [message = ""] = missing("team/hub", {}, { registry: "docker" });
    assert.ok(message.endsWith(`${SET}["team/hub"].accessToken'`), message);
  });

  const onePlace = 'The config has one text there, where "username" and "accessToken" belong';
  const elsewhere: [where: string, credentials: Partial<CredentialSources>, hint: string | undefined][] = [
    [
      "under a key that is no entry's",
      { config: { dockerhu: both } },
      'The config has credentials for "dockerhu": the key must match the entry\'s key.',
    ],
    ["under another entry's key", { config: { ghcr: both } }, undefined],
    [
      "in one text, where Pulumi would refuse to set a part",
      { config: { dockerhub: text } },
      `${onePlace}: remove it first with pulumi config rm --path 'pull-through-cache:credentials.dockerhub'.`,
    ],
    ["in one text of one value", { config: { dockerhub: text }, isOneValue: true }, `${onePlace}.`],
    [
      "under other names than accessToken",
      { config: { dockerhub: { username: true, accessToken: false, others: ["password", "token"] } } },
      'The config has "password" and "token" there; only "username" and "accessToken" are read.',
    ],
    [
      "without --path",
      { withoutPath: ["credentials.dockerhub.accessToken", "credentials.ghcr.accessToken"] },
      "The config has it under a separate name, set without --path: remove that with pulumi config rm 'pull-through-cache:credentials.dockerhub.accessToken'.",
    ],
    [
      "in the project's namespace",
      { inProject: { namespace: "shop", keys: ["dockerhub"] } },
      'The config has them under "shop:credentials", the project\'s namespace; only "pull-through-cache:credentials" is read.',
    ],
    ["for another entry in the project's namespace", { inProject: { namespace: "shop", keys: ["ghcr"] } }, undefined],
  ];
  for (const [where, credentials, hint] of elsewhere) {
    it(`that were set ${where} are ${hint === undefined ? "not those" : "found"}`, () => {
      const [message = "", ...others] = missing("dockerhub", credentials);
      assert.deepEqual(others, []);
      assert.equal(/ access\)\. (.*?) ?Set(?: \(|:\n)/.exec(message)?.[1], hint ?? "");
      assert.ok(message.includes(`\n      ${SET}.dockerhub.`), message);
    });
  }

  it("that were set as one value cause a warning, because a later --path would replace them all", () => {
    const message =
      "pull-through-cache:credentials was set as one JSON value. The next pulumi config set --path replaces all of it. Have the credentials of every entry at hand, and set each part again with --path";
    const warnings = (isOneValue: boolean) =>
      plan({ registries: { dockerhub: {} } }, { credentials: { config: { dockerhub: both }, isOneValue } }).warnings;
    assert.deepEqual([warnings(true), warnings(false)], [[{ path: ["credentials"], message }], []]);
  });

  it("are not required if a secret exists", () => {
    const planned = plan({ registries: { dockerhub: { credentialArn: secretArn("us-east-1") } } });
    const { credential, secret } = entry(planned, "dockerhub");
    assert.deepEqual([credential, secret], ["existing", undefined]);
    assert.equal(planned.regions[0]?.caches[0]?.credentialArn?.arn, secretArn("us-east-1"));
  });

  it("are refused where they would not be used", () => {
    assert.deepEqual(missing("dockerhub", { given: ["dockerhub"] }, { credentialArn: secretArn("us-east-1") }), [
      "credentials.dockerhub: the entry already names a secret: give only one of them",
    ]);
    assert.deepEqual(missing("k8s", { given: ["k8s"] }), [
      "credentials.k8s: ECR pulls from registry.k8s.io without credentials",
    ]);
    assert.deepEqual(missing("quay", { given: ["dockerhub", "qay"] }), [
      "credentials.dockerhub: is not an entry of registries",
      'credentials.qay: is not an entry of registries; did you mean "quay"?',
    ]);
  });
});
