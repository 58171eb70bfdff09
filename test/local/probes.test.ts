import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ask } from "../../lab/aws/ask";
import { emulatedCloud } from "../../lab/aws/clouds";
import type { Probe } from "../../lab/aws/probe";
import { PROBES } from "../../lab/aws/probes";
import { findRemains, removeRemains } from "../../lab/aws/remains";
import { type Cloud, Sandbox } from "../../lab/aws/sandbox";
import { type Emulator, startEmulator } from "../../local/emulator";
import { runCommand } from "../support/run-command";

const ACCOUNT = "111122223333";

/** What the code of this project relies on, as long as nobody has asked AWS. */
const BELIEVED: Readonly<Record<string, string>> = {
  "rule-root-prefix": "ROOT",
  "rule-ecr-upstream": "ROOT",
  "rule-public-upstream-prefix": "ValidationException",
  "rule-needless-secret": "InvalidParameterException",
  "rule-needless-role": "InvalidParameterException",
  "rule-new-secret": "at once",
  "rule-secret-without-suffix": "SecretNotFoundException",
  "rule-missing-secret": "SecretNotFoundException",
  "rule-secret-of-another-region": "UnableToAccessSecretException",
  "rule-missing-role": "ValidationException",
  "rule-azure-of-another-cloud": "UnsupportedUpstreamRegistryException",
  "rule-update-to-nothing": "InvalidParameterException",
  "rule-inside-rule": "accepted",
  "template-new-role": "at once",
  "template-missing-role": "InvalidParameterException",
  "template-tags-without-role": "accepted",
  "template-aes256-with-key": "InvalidParameterException",
  "template-kms-key-shown": "nothing",
  "template-mutable-without-filters": "they go",
  "template-empty-role": "it goes",
  "template-unknown-prefix": "0 templates",
  "pull-by-api": "found",
  "pull-by-digest": "RepositoryNotFoundException",
  "repository-policy-new-role": "at once",
  "lifecycle-expire-by-pull": "InvalidParameterException",
  "lifecycle-storage-class-standard": "accepted",
  "scanning-frequency-twice": "ValidationException",
  "secret-label-that-moved": "InvalidParameterException",
  "settings-policy-of-nobody": "ResourceNotFoundException",
  "settings-scanning-of-nobody": "accepted",
  "secret-policy-denied-again": "accepted",
  "secret-policy-not-principal": "PublicPolicyException",
  "secret-policy-operator-in-lower-case": "PublicPolicyException",
  "simulation-of-two-resources": "implicitDeny",
  "event-rule-that-is-gone": "accepted",
  "schedule-new-role": "at once",
  "schedule-in-the-past": "ValidationException",
};

describe("probes of AWS, run against the emulator", () => {
  let emulator: Emulator;
  let cloud: Cloud;
  const never = new AbortController().signal;
  before(async () => {
    emulator = await startEmulator();
    cloud = emulatedCloud(emulator.url, ACCOUNT, "us-east-1");
  });
  after(() => emulator.stop());

  const isEmpty = async () => {
    const response = await fetch(`${emulator.url}/_local/accounts/${ACCOUNT}`);
    return ((await response.json()) as { empty: boolean }).empty;
  };

  it("all have an expected answer", () =>
    assert.deepEqual(
      PROBES.map(({ name }) => name),
      Object.keys(BELIEVED),
    ));

  it("ask what the emulator is strict about, where its README names one", () => {
    const readme = readFileSync(resolve(__dirname, "../../local/emulator/README.md"), "utf8");
    const [, table = ""] = /\n\| case \| here \| probe \|\n\|[-|]+\n((?:\|.*\n)+)/.exec(readme) ?? [];
    const named = table.split("\n").flatMap(
      (row) =>
        row
          .split("|")
          .at(-2)
          ?.match(/[\w-]+/g) ?? [],
    );
    assert.ok(named.length > 15, table);
    const names = [...PROBES.map(({ name }) => name), "none"];
    assert.deepEqual(
      named.filter((name) => !names.includes(name)),
      [],
    );
  });

  for (const probe of PROBES) {
    it(`${probe.name}: ${BELIEVED[probe.name]}, and leaves nothing behind`, async () => {
      assert.deepEqual(await ask(probe, cloud, never), { answer: BELIEVED[probe.name], left: [] });
      assert.equal(await isEmpty(), true);
    });
  }

  it("remove what they created if they are interrupted, and create nothing more", async () => {
    const interruption = new AbortController();
    const probe: Probe = {
      name: "interrupted",
      question: "",
      makes: "",
      async ask(sandbox) {
        await sandbox.secret("first");
        interruption.abort();
        await sandbox.rule("second");
        return "went on";
      },
    };
    const { answer, left } = await ask(probe, cloud, interruption.signal);
    assert.match(answer, /interrupted/);
    assert.deepEqual(left, []);
    assert.equal(await isEmpty(), true);
  });

  it("say what they could not remove", async () => {
    const probe: Probe = {
      name: "stuck",
      question: "",
      makes: "",
      async ask(sandbox) {
        sandbox.note("a thing", () => Promise.reject(new Error("no")));
        return "done";
      },
    };
    assert.deepEqual(await ask(probe, cloud, never), { answer: "done", left: ["a thing: Error: no"] });
  });

  it("leave names by which everything of one run can be found and removed, and nothing of another", async () => {
    const [one, other] = [new Sandbox(cloud), new Sandbox(cloud)];
    for (const sandbox of [one, other]) {
      await sandbox.rule("a");
      await sandbox.template("b");
      await sandbox.secret("c");
      await sandbox.role("d", [{ Effect: "Allow", Action: "ecr:TagResource", Resource: "*" }]);
    }
    const scheduled = `ecr-pullthroughcache/${one.prefix}/c`;
    await cloud.secrets.send(new DeleteSecretCommand({ SecretId: scheduled, RecoveryWindowInDays: 7 }));
    const { removed, left } = await removeRemains(cloud, one.prefix);
    assert.deepEqual(removed, [
      `rule ${one.prefix}/a`,
      `template ${one.prefix}/b`,
      `secret ${scheduled}`,
      `role ${one.prefix}-d`,
    ]);
    assert.deepEqual(left, []);
    const nothing = { rules: [], templates: [], secrets: [], secretsScheduledForDeletion: [], roles: [] };
    assert.deepEqual(await findRemains(cloud, one.prefix), nothing);
    assert.deepEqual((await findRemains(cloud, other.prefix)).roles, [`${other.prefix}-d`]);
    assert.deepEqual(await other.clear(), []);
    assert.equal(await isEmpty(), true);
  });

  it("run only in the named account", async () => {
    const checkout = resolve(__dirname, "../..");
    const run = (...args: string[]) =>
      runCommand(process.execPath, ["--import=tsx", join(checkout, "lab/aws/run.ts"), ...args], {
        cwd: checkout,
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: emulator.url,
          AWS_REGION: "us-east-1",
          AWS_ACCESS_KEY_ID: `AKIAROOT${ACCOUNT}`,
          AWS_SECRET_ACCESS_KEY: "local",
        },
      });
    const unnamed = await run();
    assert.notEqual(unnamed.code, 0);
    assert.match(unnamed.stderr, /name the account that may be used/);
    const other = await run("--account", "444455556666");
    assert.match(other.stderr, /are of account 111122223333, not of 444455556666/);
    const registryWide = await run("--account", ACCOUNT, "--only", "scanning-frequency-twice");
    assert.match(registryWide.stderr, /needs --registry-wide/);
    const asked = await run("--account", ACCOUNT, "--only", "rule-inside-rule");
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, /rule-inside-rule: two pull through cache rules/, "says beforehand what it makes");
    assert.match(asked.stdout, /^same {5}rule-inside-rule: accepted$/m);
  });
});
