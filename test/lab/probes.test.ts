import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  DeleteRegistryPolicyCommand,
  type ECRClient,
  GetRegistryPolicyCommand,
  PutRegistryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { ask } from "../../lab/aws/ask";
import { emulatedCloud } from "../../lab/aws/clouds";
import type { Probe } from "../../lab/aws/probe";
import { PROBES } from "../../lab/aws/probes";
import { findRemains, removeRemains } from "../../lab/aws/remains";
import { type Cloud, Sandbox } from "../../lab/aws/sandbox";
import { type Emulator, startEmulator } from "../../local/emulator";
import { temporaryFolder } from "../support/leftovers";
import { runCommand } from "../support/run-command";

const ACCOUNT = "111122223333";
const PARTNER = "444455556666";
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0123abcd-0000-1111-2222-333344445555`;

/** What this project's code relies on until somebody asks AWS. */
const BELIEVED: Readonly<Record<string, string>> = {
  "rule-root-prefix": "ROOT",
  "rule-ecr-upstream": "ROOT",
  "rule-public-upstream-prefix": "accepted",
  "rule-needless-secret": "InvalidParameterException",
  "rule-needless-role": "InvalidParameterException",
  "rule-new-secret": "at once",
  "rule-secret-without-suffix": "SecretNotFoundException",
  "rule-secret-of-kms-key": "UnableToDecryptSecretValueException",
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
  "pull-without-create": "RepositoryNotFoundException",
  "pull-of-partner-without-read": "AccessDeniedException",
  "repository-policy-new-role": "at once",
  "lifecycle-expire-by-pull": "InvalidParameterException",
  "lifecycle-storage-class-standard": "accepted",
  "scanning-frequency-twice": "ValidationException",
  "secret-label-that-moved": "InvalidParameterException",
  "settings-policy-of-nobody": "ResourceNotFoundException",
  "settings-scanning-of-nobody": "accepted",
  "secret-policy-denied-again": "accepted",
  "secret-policy-not-principal": "MalformedPolicyDocumentException",
  "secret-policy-operator-in-lower-case": "MalformedPolicyDocumentException",
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
    cloud = emulatedCloud(emulator.url, ACCOUNT, "us-east-1", { kmsKey: KEY, partner: PARTNER });
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

  it("exist for each strict answer in the emulator's README that names one", () => {
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

  const invented = (ask: Probe["ask"]): Probe => ({ name: "invented", question: "", makes: "", ask });

  it("remove what they created if they are interrupted, and create nothing more", async () => {
    const interruption = new AbortController();
    const probe = invented(async (sandbox) => {
      await sandbox.secret("first");
      interruption.abort();
      await sandbox.rule("second");
      return "went on";
    });
    const { answer, left } = await ask(probe, cloud, interruption.signal);
    assert.match(answer, /interrupted/);
    assert.deepEqual([left, await isEmpty()], [[], true]);
  });

  it("say what they could not remove", async () => {
    const probe = invented(async (sandbox) => {
      sandbox.note("a thing", () => Promise.reject(new Error("no")));
      return "done";
    });
    assert.deepEqual(await ask(probe, cloud, never), { answer: "done", left: ["a thing: Error: no"] });
  });

  it("keep a registry policy's statements, and put it back", async () => {
    const kept = { Sid: "kept", Effect: "Allow", Principal: { AWS: `arn:aws:iam::${PARTNER}:root` } };
    const Statement = [{ ...kept, Action: ["ecr:ReplicateImage"], Resource: "*" }];
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement });
    const policy = async () => (await cloud.ecr.send(new GetRegistryPolicyCommand({}))).policyText;
    await cloud.ecr.send(new PutRegistryPolicyCommand({ policyText }));
    const before = await policy();
    const probe = PROBES.find(({ name }) => name === "pull-of-partner-without-read") as Probe;
    let meanwhile = "";
    const partner = { account: PARTNER, ecr: cloud.partner?.ecr as ECRClient };
    const send = async (...args: Parameters<ECRClient["send"]>) => {
      meanwhile = (await policy()) ?? "";
      return partner.ecr.send(...args);
    };
    const watched = { ...cloud, partner: { ...partner, ecr: { send } as unknown as ECRClient } };
    assert.deepEqual(await ask(probe, watched, never), { answer: BELIEVED[probe.name], left: [] });
    const sids = (JSON.parse(meanwhile) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    assert.equal(sids.length, 3);
    assert.ok(sids.includes("kept"), meanwhile);
    assert.equal(await policy(), before);
    await cloud.ecr.send(new DeleteRegistryPolicyCommand({}));
  });

  it("use names by which everything of one run can be found and removed, and nothing of another", async () => {
    const [one, other] = [new Sandbox(cloud), new Sandbox(cloud)];
    for (const sandbox of [one, other]) {
      await sandbox.rule("a");
      await sandbox.template("b");
      await sandbox.secret("c");
      await sandbox.role("d", [{ Effect: "Allow", Action: "ecr:TagResource", Resource: "*" }]);
    }
    const scheduled = `ecr-pullthroughcache/${one.prefix}/c`;
    await cloud.secrets.send(new DeleteSecretCommand({ SecretId: scheduled, RecoveryWindowInDays: 7 }));
    assert.deepEqual(await removeRemains(cloud, one.prefix), {
      removed: [`rule ${one.prefix}/a`, `template ${one.prefix}/b`, `secret ${scheduled}`, `role ${one.prefix}-d`],
      left: [],
    });
    const nothing = { rules: [], templates: [], secrets: [], secretsScheduledForDeletion: [], roles: [] };
    assert.deepEqual(await findRemains(cloud, one.prefix), nothing);
    assert.deepEqual((await findRemains(cloud, other.prefix)).roles, [`${other.prefix}-d`]);
    assert.deepEqual(await other.clear(), []);
    assert.equal(await isEmpty(), true);
  });

  it("run only in the named account, and with what they need", async () => {
    const checkout = resolve(__dirname, "../..");
    const directory = await temporaryFolder("engine-test");
    const profiles = join(directory, "credentials");
    const profile = (name: string, account: string) =>
      `[${name}]\naws_access_key_id = AKIAROOT${account}\naws_secret_access_key = local\n`;
    await writeFile(profiles, profile("same", ACCOUNT) + profile("other", PARTNER));
    const run = (...args: string[]) =>
      runCommand(process.execPath, ["--import=tsx", join(checkout, "lab/aws/run.ts"), ...args], {
        cwd: checkout,
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: emulator.url,
          AWS_REGION: "us-east-1",
          AWS_SHARED_CREDENTIALS_FILE: profiles,
          AWS_ACCESS_KEY_ID: `AKIAROOT${ACCOUNT}`,
          AWS_SECRET_ACCESS_KEY: "local",
        },
      });
    const named = ["--account", ACCOUNT];
    const ofPartner = [...named, "--registry-wide", "--only", "pull-of-partner-without-read"];
    const refused: [args: string[], message: RegExp][] = [
      [[], /name the account that may be used/],
      [["--account", PARTNER], /are of account 111122223333, not of 444455556666/],
      [[...named, "--only", "scanning-frequency-twice"], /needs a flag that --list shows/],
      [ofPartner, /needs a flag that --list shows/],
      [[...ofPartner, "--partner-profile", "same"], /the profile same is of account 111122223333 too/],
    ];
    for (const [args, message] of refused) {
      const { code, stderr } = await run(...args);
      assert.notEqual(code, 0, stderr);
      assert.match(stderr, message);
    }
    const asked = await run(...named, "--only", "rule-inside-rule");
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, /rule-inside-rule: two pull through cache rules/, "says beforehand what it makes");
    assert.match(asked.stdout, /^same {5}rule-inside-rule: accepted$/m);
    const both = await run(...ofPartner, "--partner-profile", "other");
    assert.match(both.stdout, /^same {5}pull-of-partner-without-read: AccessDeniedException$/m, both.stderr);
    await rm(directory, { recursive: true });
  });
});
