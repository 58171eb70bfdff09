import { Command } from "commander";
import { prefixOption, type Run, regionOption, repeatable, seconds } from "../command/options";
import { clean } from "./clean";

export function cleanCommand({ terminal, ended }: Run): Command {
  return new Command("clean")
    .description("delete what removed caches left behind: shown first, done with --yes")
    .addOption(prefixOption("prefix of a cache that is gone").makeOptionMandatory())
    .addOption(regionOption("that of the environment"))
    .addOption(repeatable("--keep <repository>", "a repository to keep"))
    .option("--yes", "delete what is shown", false)
    .option("--json", "print JSON", false)
    .option("--timeout <seconds>", "how long to wait for an answer of AWS (default: 60)", seconds)
    .action(async (options) => ended(await clean({ keep: [], ...options }, terminal)));
}
