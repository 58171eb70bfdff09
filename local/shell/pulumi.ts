import { spawn } from "node:child_process";
import { foreignSettings, restore } from "./guarded-stacks";

// What `npm run local` has as `pulumi`: the real one, given as the first argument, which cannot keep a change to the settings of
// the user's other stacks.
const [, , pulumi = "", ...args] = process.argv;
const foreign = foreignSettings(process.cwd(), process.env.PULUMI_CONFIG_PASSPHRASE ?? "");
const child = spawn(pulumi, args, { stdio: "inherit" });
// The terminal also sends Ctrl+C to the child, which decides what to do.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.once("error", (error) => {
  console.error(`${pulumi} cannot be started: ${error.message}`);
  process.exitCode = 1;
});
child.once("close", (code) => {
  const changed = restore(foreign);
  process.exitCode = changed.length > 0 ? 1 : (code ?? 1);
  for (const file of changed) {
    console.error(
      `${file} has the settings of a stack that is not of this AWS. Your file was put back. Give the stack here another name.`,
    );
  }
});
