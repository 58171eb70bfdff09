import { randomBytes } from "node:crypto";
import { delimiter, resolve } from "node:path";
import { parseArgs } from "node:util";
import { version as providerVersion } from "@pulumi/aws/package.json";
import Mocha from "mocha";
import { prepareToolchain, rootCredentials, startEmulator, type Toolchain } from "../../local";
import { findInstalled, onPath } from "../../local/pulumi-cli/toolchain";
import { mochaGlobalSetup } from "../../test/support/setup";
import { realCloud } from "./clouds";
import { findRemains, removeRemains } from "./remains";

const USAGE = `npm run life -- --account <12 digits> | --emulator [--region <Region>] [--only <part of a test's title>]

Tests the life of a stack in a real account, with the Pulumi CLI on PATH and the AWS provider plugin that it finds or
downloads; or against the emulator, where the CLI is downloaded too if there is none.`;

/** One test may deploy twice, and wait twice for AWS's lists. */
const TIMEOUT_MS = 1_800_000;
/** The account in the emulator. */
const EMULATED = "111122223333";

const { values } = parseArgs({
  options: {
    account: { type: "string" },
    emulator: { type: "boolean", default: false },
    region: { type: "string", default: process.env.AWS_REGION ?? "us-east-1" },
    only: { type: "string" },
  },
});

async function main(): Promise<void> {
  const { account, emulator } = values;
  if (!emulator && !/^\d{12}$/.test(account ?? "")) throw new Error(`name the account that may be used.\n\n${USAGE}`);
  if (emulator && account !== undefined) throw new Error(`name an account or the emulator, not both.\n\n${USAGE}`);
  if (account !== undefined) return test(findInstalled(), account);
  const [toolchain, local] = await Promise.all([prepareToolchain({ log: console.error }), startEmulator({})]);
  // The emulator's root, and nothing of the user's AWS.
  for (const name of Object.keys(process.env).filter((name) => name.startsWith("AWS_"))) delete process.env[name];
  Object.assign(process.env, {
    PATH: [toolchain.bin, process.env.PATH].join(delimiter),
    AWS_ENDPOINT_URL: local.url,
    ...rootCredentials(EMULATED),
  });
  await test(toolchain, EMULATED).finally(() => local.stop());
}

async function test({ version, languageHost }: Toolchain, account: string): Promise<void> {
  const { region, only } = values;
  const cli = `Pulumi ${version}${languageHost === undefined ? "" : " (built here)"}`;
  const plugin = onPath("pulumi-resource-aws");
  const software = `${cli}, AWS provider ${plugin ?? providerVersion}`;
  const cloud = await realCloud(account, region);
  const prefix = `life-${randomBytes(3).toString("hex")}`;
  // Without permission to list what is left, the run must not start.
  await findRemains(cloud, prefix);
  console.log(`${software}. In account ${account}, Region ${region}, for as long as the tests run:
  up to three pull through cache rules and repository creation templates at a time, ${prefix}-...
  secrets with invented credentials, ecr-pullthroughcache/${prefix}-...
  IAM roles, ${prefix}-...
Nothing is pulled, no registry-wide setting changes, and all of this is removed. It costs cents at most, for the secrets.
ECR creates its service-linked roles if the account has none. They stay.`);

  Object.assign(process.env, { LIFE_ACCOUNT: account, LIFE_REGION: region, LIFE_PREFIX: prefix });
  const { interrupted, passed, failed } = await runTests(only);
  const { removed, left } = await removeRemains(cloud, prefix).catch((error: Error) => {
    throw new Error(`look in AWS for names with ${prefix}, because they could not be listed: ${error.message}`);
  });
  for (const what of removed) console.log(`removed what the tests left: ${what}`);
  for (const what of left) console.log(`NOT REMOVED: ${what}`);
  if (left.length > 0) process.exitCode = 1;
  const where = values.emulator ? "the emulator" : `account ${account}`;
  console.log(`life with ${software}, ${where}: ${passed} passed, ${failed} failed`);
  if (interrupted) throw new Error("interrupted; everything was removed that is not named above");
}

interface Outcome {
  readonly interrupted: boolean;
  readonly passed: number;
  readonly failed: number;
}

/** Runs the tests and sets the exit code. A running command still ends when they are interrupted. */
async function runTests(only: string | undefined): Promise<Outcome> {
  await mochaGlobalSetup();
  const mocha = new Mocha({ timeout: TIMEOUT_MS, reporter: "spec" });
  if (only !== undefined) mocha.fgrep(only);
  mocha.addFile(resolve(__dirname, "../../test/engine/component-life.test.ts"));
  await mocha.loadFilesAsync();
  let interrupted = false;
  let passed = 0;
  const failed = await new Promise<number>((ended) => {
    const runner = mocha.run(ended);
    runner.on("pass", () => passed++);
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => {
        interrupted = true;
        runner.abort();
      });
    }
  });
  if (failed > 0) process.exitCode = 1;
  return { interrupted, passed, failed };
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
