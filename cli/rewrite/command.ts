import { Command, Option } from "commander";
import { addRulesOptions, type Run } from "../command/options";
import { OUTPUTS, rewrite } from "./rewrite";

export function rewriteCommand({ terminal, ended }: Run): Command {
  const command = new Command("rewrite")
    .description(
      "write manifests with the cache's names of images: as a Helm post-renderer, a kustomize function, in CI",
    )
    .argument("[files...]", "files or folders; default: standard input");
  return addRulesOptions(command)
    .option("--places <file>", "YAML with places of images in kinds that are not known")
    .addOption(
      new Option("--digests <mode>", "leave images with a digest, or rewrite them too")
        .choices(["leave", "rewrite"])
        .default("leave"),
    )
    .addOption(
      new Option("--format <format>", "manifests, or the list `images` of a kustomization")
        .choices(OUTPUTS)
        .default("yaml"),
    )
    .option("--check", "only name the images that should have another name, and exit with 1 if there are any", false)
    .action(async (files, options) => ended(await rewrite({ ...options, files }, terminal)));
}
