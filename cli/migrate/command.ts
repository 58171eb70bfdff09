import { Command, Option } from "commander";
import { type Run, region, stackName } from "../command/options";
import { migrate } from "./migrate";

export function migrateCommand({ terminal, ended }: Run): Command {
  return new Command("migrate")
    .description("move caches from Terraform to Pulumi: a dry run, unless --write is given")
    .option("--from <file>", "the Terraform module's YAML, decrypted; - is standard input")
    .option("--state <file>", "a raw Terraform state (`terraform state pull`); - is standard input")
    .option("--name <name>", "name of the component in the program", "cache")
    .option("--account <id>", "account of the caches, if the state has several")
    .option("--region <region>", "Region of the caches, if the state has several or does not say", region)
    .option("--provider <alias>", "alias of the Terraform provider, if the state does not say the Regions of several")
    .addOption(
      new Option("--secrets <mode>", "create new secrets and a role, or keep the existing ones")
        .choices(["new", "keep"])
        .default("new"),
    )
    .option("--stack <name>", "Pulumi stack to set the tokens in; default: the selected one", stackName)
    .option("--out <directory>", "folder for the files", ".")
    .option("--write", "write registries.yaml, import.json, terraform-state-rm.sh, NEXT.md, and set the tokens", false)
    .option("--force", "overwrite existing files", false)
    .option("--json", "print JSON", false)
    .action(async (options) => ended(await migrate(options, terminal)));
}
