import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { version as providerVersion } from "@pulumi/aws/package.json";
import Mocha from "mocha";
import { findInstalled } from "../../local/pulumi-cli/find/installed";
import { mochaGlobalSetup } from "../../test/support/setup";
import { realCloud } from "./clouds";
import { findRemains, removeRemains } from "./remains";

const USAGE = `npm run life -- --account <12 digits> [--region <Region>] [--only <part of a test's title>]

Tests the life of a stack in a real account, with the Pulumi CLI on PATH and the AWS provider plugin that it finds.`;

/** One test may deploy twice, and wait twice for AWS's lists. */
const TIMEOUT_MS = 1_800_000;

const { values } = parseArgs({
  options: {
    account: { type: "string" },
    region: { type: "string", default: process.env.AWS_REGION ?? "us-east-1" },
    only: { type: "string" },
  },
});

async function main(): Promise<void> {
  const { account = "", region, only } = values;
  if (!/^\d{12}$/.test(account)) throw new Error(`name the account that may be used.\n\n${USAGE}`);
  const { version } = findInstalled();
  const cloud = await realCloud(account, region);
  const prefix = `life-${randomBytes(3).toString("hex")}`;
  // Without permission to list what is left, the run must not start.
  await findRemains(cloud, prefix);
  console.log(`Pulumi ${version}, AWS provider ${providerVersion}. In account ${account}, Region ${region}, for as long as the tests run:
  up to three pull through cache rules and repository creation templates at a time, ${prefix}-...
  secrets with invented credentials, ecr-pullthroughcache/${prefix}-...
  IAM roles, ${prefix}-...
Nothing is pulled, no registry-wide setting changes, and all of this is removed. It costs cents at most, for the secrets.
ECR creates its service-linked roles if the account has none. They stay.`);

  Object.assign(process.env, { LIFE_ACCOUNT: account, LIFE_REGION: region, LIFE_PREFIX: prefix });
  const interrupted = await runTests(only);
  const { removed, left } = await removeRemains(cloud, prefix).catch((error: Error) => {
    throw new Error(`look in AWS for names with ${prefix}, because they could not be listed: ${error.message}`);
  });
  for (const what of removed) console.log(`removed what the tests left: ${what}`);
  for (const what of left) console.log(`NOT REMOVED: ${what}`);
  if (left.length > 0) process.exitCode = 1;
  if (interrupted) throw new Error("interrupted; everything was removed that is not named above");
}

/** Runs the tests and sets the exit code. Returns whether they were interrupted. A running command still ends then. */
async function runTests(only: string | undefined): Promise<boolean> {
  await mochaGlobalSetup();
  const mocha = new Mocha({ timeout: TIMEOUT_MS, reporter: "spec" });
  if (only !== undefined) mocha.fgrep(only);
  mocha.addFile(resolve(__dirname, "../../test/engine/component-life.test.ts"));
  await mocha.loadFilesAsync();
  let interrupted = false;
  const failures = await new Promise<number>((ended) => {
    const runner = mocha.run(ended);
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => {
        interrupted = true;
        runner.abort();
      });
    }
  });
  if (failures > 0) process.exitCode = 1;
  return interrupted;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
