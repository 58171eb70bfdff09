import { parseArgs } from "node:util";
import { startEmulator } from "../../local/emulator";
import { ask } from "./ask";
import { emulatedCloud, realCloud } from "./clouds";
import { NEEDS } from "./probe";
import { PROBES } from "./probes";

const USAGE = `npm run probe -- --account <12 digits> [--region <Region>] [--only <probe>] [--registry-wide] [--list]
                        [--kms-key <ARN of a customer managed key>] [--partner-profile <profile of another account>]

Asks AWS what its documentation does not say, and compares its answers with the emulator's.`;

const { values } = parseArgs({
  options: {
    account: { type: "string" },
    region: { type: "string", default: process.env.AWS_REGION ?? "us-east-1" },
    only: { type: "string" },
    "registry-wide": { type: "boolean", default: false },
    "kms-key": { type: "string" },
    "partner-profile": { type: "string" },
    list: { type: "boolean", default: false },
  },
});

const given = { kmsKey: values["kms-key"], partner: values["partner-profile"] };
const chosen = PROBES.filter(
  ({ name, registryWide, needs }) =>
    (values.only === undefined || values.only === name) &&
    (!registryWide || values["registry-wide"]) &&
    (needs === undefined || given[needs] !== undefined),
);

async function main(): Promise<void> {
  if (values.list) {
    for (const { name, question, registryWide, needs } of PROBES) {
      const flags = [...(registryWide ? ["--registry-wide"] : []), ...(needs ? [NEEDS[needs]] : [])];
      console.log(`${name}${flags.length > 0 ? ` (${flags.join(", ")})` : ""}: ${question}`);
    }
    return;
  }
  if (!/^\d{12}$/.test(values.account ?? "")) throw new Error(`name the account that may be used.\n\n${USAGE}`);
  if (chosen.length === 0) throw new Error(`there is no such probe, or it needs a flag that --list shows.\n\n${USAGE}`);
  const account = values.account ?? "";
  const aws = await realCloud(account, values.region, { kmsKey: given.kmsKey, partnerProfile: given.partner });
  console.log(`In account ${account}, Region ${values.region}, for as long as each probe runs:`);
  for (const { name, makes } of chosen) console.log(`  ${name}: ${makes}`);
  console.log(
    "Everything is named probe-<random> and removed. It costs cents at most, for secrets and a few kilobytes.\n",
  );

  const interrupted = new AbortController();
  process.once("SIGINT", () => interrupted.abort());
  const emulator = await startEmulator();
  const options = { kmsKey: given.kmsKey, partner: aws.partner?.account };
  const emulated = emulatedCloud(emulator.url, account, values.region, options);
  let left = 0;
  try {
    for (const probe of chosen) {
      if (interrupted.signal.aborted) break;
      const expected = await ask(probe, emulated, interrupted.signal);
      const found = await ask(probe, aws, interrupted.signal);
      const same = found.answer === expected.answer;
      console.log(
        same
          ? `same     ${probe.name}: ${found.answer}`
          : `differs  ${probe.name}: AWS ${found.answer}, emulator ${expected.answer}`,
      );
      for (const what of found.left) console.log(`  NOT REMOVED: ${what}`);
      left += found.left.length;
    }
  } finally {
    await emulator.stop();
  }
  if (interrupted.signal.aborted) throw new Error("interrupted; everything was removed that is not named above");
  if (left > 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
