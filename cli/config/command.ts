import { Argument, Command, InvalidArgumentError, Option } from "commander";
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
    .addOption(
      repeatable("--operator <group>", "API group of an operator whose Pods policies rewrite too", { read: group }),
    )
    .option("--no-fallback", "mirrors never ask the upstream")
    .action(async (client, options) => ended(await config(client, { operator: [], ...options }, terminal)));
}

/** Source: Kubernetes API conventions: the group is a DNS subdomain. */
function group(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError("It must be an API group without a version, such as tekton.dev.");
}
