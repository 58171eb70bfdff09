import { Command } from "commander";
import { addSourceOptions, type Run, wholeNumber } from "../command/options";
import { apply } from "./apply";

export function applyCommand({ terminal, ended }: Run): Command {
  const command = new Command("apply").description(
    "apply the templates' settings to existing repositories: shown first, done with --yes",
  );
  return addSourceOptions(command)
    .option("--yes", "make the changes", false)
    .option("--root", "with a cache of the prefix ROOT, also every other repository, your own included", false)
    .option("--dry-run", "only show what would change, which is the default", false)
    .option("--concurrency <number>", "how many repositories to process at once", wholeNumber, 8)
    .option("--json", "print JSON", false)
    .action(async (options) => ended(await apply(options, terminal)));
}
