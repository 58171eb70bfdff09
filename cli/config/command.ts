import { Argument, Command, Option } from "commander";
import { addRulesOptions, type Run, repeatable } from "../command/options";
import { CLIENTS, config } from "./config";

export function configCommand({ terminal, ended }: Run): Command {
  const command = new Command("config")
    .description("print what a client needs to pull through the caches")
    .addArgument(new Argument("<client>", "what to configure").choices(Object.keys(CLIENTS)));
  return addRulesOptions(command)
    .addOption(
      new Option("--digests <mode>", "policies leave images with a digest, or rewrite them too")
        .choices(["leave", "rewrite"])
        .default("leave"),
    )
    .addOption(repeatable("--operator <group>", "API group of an operator whose Pods policies rewrite too"))
    .option("--no-fallback", "mirrors never ask the upstream")
    .action(async (client, options) => ended(await config(client, { operator: [], ...options }, terminal)));
}
