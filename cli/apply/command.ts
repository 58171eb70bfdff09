import { Command } from "commander";
import { addSourceOptions, type Run, repeatable, wholeNumber } from "../command/options";
import { apply } from "./apply";

export function applyCommand({ terminal, ended }: Run): Command {
  const command = new Command("apply").description(
    "apply the templates' settings to existing repositories: shown first, done with --yes",
  );
  return addSourceOptions(command)
    .addOption(repeatable("--only <pattern>", "only repositories with this name, where * stands for anything"))
    .addOption(repeatable("--exclude <pattern>", "no repository with this name"))
    .option("--yes", "make the changes", false)
    .option("--undo <file>", "where to keep what is replaced (default: apply-undo-<time>.sh)")
    .option("--root", "with a cache of the prefix ROOT, also every other repository, your own included", false)
    .option("--dry-run", "only show what would change, which is the default", false)
    .option("--concurrency <number>", "how many repositories to process at once", wholeNumber, 8)
    .option("--json", "print JSON", false)
    .action(async (options) => ended(await apply(options, terminal)));
}
