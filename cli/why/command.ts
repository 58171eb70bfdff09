import { Command } from "commander";
import { addRulesOptions, type Run } from "../command/options";
import { why } from "./why";

export function whyCommand({ terminal, ended }: Run): Command {
  const command = new Command("why")
    .description("explain an image: its rule, its name in the cache, and what a pull of it needs")
    .argument("<image>", "an image reference, such as nginx:1.27");
  return addRulesOptions(command)
    .option("--json", "print JSON", false)
    .action(async (image, options) => ended(await why(image, options, terminal)));
}
