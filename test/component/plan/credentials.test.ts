import assert from "node:assert/strict";
import type { RegistryArgs } from "../../../component/args";
import type { CredentialSources } from "../../../component/plan/credentials";
import { entry, plan, problems, secretArn } from "./support";

describe("credentials", () => {
  const missing = (key: string, credentials: Partial<CredentialSources>, own: RegistryArgs = {}) =>
    problems({ registries: { [key]: own } }, { credentials });
  const both = { username: true, accessToken: true };

  it("may be given, be an Output, or be in the stack's encrypted config", () => {
    assert.deepEqual(missing("dockerhub", { given: ["dockerhub"] }), []);
    assert.deepEqual(missing("dockerhub", { given: undefined }), []);
    assert.deepEqual(missing("dockerhub", { config: { dockerhub: both } }), []);
  });

  it("that are missing cause an error with the commands to type", () => {
    assert.deepEqual(missing("dockerhub", {}), [
      `registries.dockerhub: registry-1.docker.io needs credentials (a Docker Hub user name and a personal or organization access token with public read access). Set (Pulumi asks for the token, or reads it with < file):
      pulumi config set --secret --path 'pull-through-cache:credentials.dockerhub.username' <username>
      pulumi config set --secret --path 'pull-through-cache:credentials.dockerhub.accessToken'`,
    ]);
  });

  it("of which one part is missing cause an error with one command", () => {
    const token = missing("ghcr", { config: { ghcr: { username: true, accessToken: false } } });
    assert.deepEqual(token, [
      `registries.ghcr: ghcr.io needs accessToken (a GitHub user name and a classic personal access token with read:packages). Set (Pulumi asks for the token, or reads it with < file):
      pulumi config set --secret --path 'pull-through-cache:credentials.ghcr.accessToken'`,
    ]);
    const user = missing("ghcr", { config: { ghcr: { username: false, accessToken: true } } });
    assert.match(
      user[0] ?? "",
      /needs username .*Set:\n {6}pulumi config set --secret --path 'pull-through-cache:credentials\.ghcr\.username' <username>$/,
    );
  });

  it("of keys with special characters are named by a path that Pulumi reads", () => {
    assert.match(
      missing("team/hub", {}, { registry: "docker" })[0] ?? "",
      /'pull-through-cache:credentials\["team\/hub"\]\.username' <username>\n/,
    );
    assert.match(
      missing("hub.io", {}, { registry: "docker" })[0] ?? "",
      /'pull-through-cache:credentials\["hub\.io"\]\.accessToken'$/,
    );
  });

  it("of which the token is plain text are refused, with the command that encrypts it", () => {
    assert.deepEqual(missing("gitlab", { config: { gitlab: { ...both, isPlain: true } } }), [
      `registries.gitlab: the token is in the stack's config as plain text. Rotate it, because the history of the config keeps it: create a new one, revoke this one, and set the new one encrypted. Set (Pulumi asks for the token, or reads it with < file):
      pulumi config set --secret --path 'pull-through-cache:credentials.gitlab.accessToken'`,
    ]);
  });

  describe("that were set elsewhere are found", () => {
    const answer = (credentials: Partial<CredentialSources>) => {
      const [found, ...others] = missing("dockerhub", credentials);
      assert.deepEqual(others, []);
      assert.match(
        found ?? "",
        / Set[^\n]*:\n {6}pulumi config set --secret --path 'pull-through-cache:credentials\.dockerhub\./,
      );
      return /\)\. (.*) Set[^\n]*:\n/.exec(found ?? "")?.[1];
    };

    it("under a key that is no entry's", () => {
      assert.equal(
        answer({ config: { dockerhu: both } }),
        'The config has credentials for "dockerhu": the key must match the entry\'s key.',
      );
      assert.equal(answer({ config: { ghcr: both } }), undefined);
    });

    it("in one text, where Pulumi would refuse to set a part", () => {
      const config = { dockerhub: { username: false, accessToken: false, isText: true } };
      const text = 'The config has one text there, where "username" and "accessToken" belong';
      assert.equal(
        answer({ config }),
        `${text}: remove it first with pulumi config rm --path 'pull-through-cache:credentials.dockerhub'.`,
      );
      assert.equal(answer({ config, isOneValue: true }), `${text}.`);
    });

    it("under another name than accessToken", () => {
      assert.equal(
        answer({ config: { dockerhub: { username: true, accessToken: false, others: ["password"] } } }),
        'The config has "password" there; only "username" and "accessToken" are read.',
      );
    });

    it("without --path", () => {
      assert.equal(
        answer({ withoutPath: ["credentials.dockerhub.accessToken", "credentials.ghcr.accessToken"] }),
        "The config has it under a separate name, set without --path: remove that with pulumi config rm 'pull-through-cache:credentials.dockerhub.accessToken'.",
      );
    });

    it("in the project's namespace", () => {
      assert.equal(
        answer({ inProject: { namespace: "shop", keys: ["dockerhub"] } }),
        'The config has them under "shop:credentials", the project\'s namespace; only "pull-through-cache:credentials" is read.',
      );
      assert.equal(answer({ inProject: { namespace: "shop", keys: ["ghcr"] } }), undefined);
    });
  });

  it("that were set as one value cause a warning, because a later --path would replace them all", () => {
    const registries = { dockerhub: {} };
    const config = { dockerhub: both };
    const { warnings } = plan({ registries }, { credentials: { config, isOneValue: true } });
    assert.deepEqual(warnings, [
      {
        path: ["credentials"],
        message:
          "pull-through-cache:credentials was set as one JSON value. The next pulumi config set --path replaces all of it. Have the credentials of every entry at hand, and set each part again with --path",
      },
    ]);
    assert.deepEqual(plan({ registries }, { credentials: { config } }).warnings, []);
  });

  it("are read from the argument, the config, or whichever an Output does not have", () => {
    const source = (credentials: Partial<CredentialSources>) =>
      entry(plan({ registries: { dockerhub: {} } }, { credentials }), "dockerhub").secret?.source;
    assert.equal(source({ given: ["dockerhub"], config: { dockerhub: both } }), "argument");
    assert.equal(source({ config: { dockerhub: both } }), "config");
    assert.equal(source({ given: undefined }), "argument or config");
  });

  it("are not required if a secret exists", () => {
    const planned = plan({ registries: { dockerhub: { credentialArn: secretArn("us-east-1") } } });
    assert.equal(entry(planned, "dockerhub").credential, "existing");
    assert.equal(entry(planned, "dockerhub").secret, undefined);
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
