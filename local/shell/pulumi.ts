import { run } from "./child";
import { foreignSettings, restore } from "./guarded-stacks";

// What `npm run local` has as `pulumi`: the real one, given as the first argument, which cannot keep a change to the settings of
// the user's other stacks.
const [, , pulumi = "", ...args] = process.argv;
const foreign = foreignSettings(process.cwd(), process.env.PULUMI_CONFIG_PASSPHRASE ?? "");
run(pulumi, args)
  .catch((error: Error) => {
    console.error(error.message);
    return 1;
  })
  .then((code) => {
    const changed = restore(foreign);
    process.exitCode = changed.length > 0 ? 1 : code;
    for (const file of changed) {
      console.error(
        `${file} has the settings of a stack that is not of this AWS. Your file was put back. Give the stack here another name.`,
      );
    }
  });
