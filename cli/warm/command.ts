import { Command } from "commander";
import { addSourceOptions, type Run, repeatable, seconds, wholeNumber } from "../command/options";
import { warm } from "./warm";

export function warmCommand({ terminal, ended }: Run): Command {
  const command = new Command("warm")
    .description("fetch images into the caches before they are needed")
    .argument("[images...]", "image references, such as nginx:1.27");
  return addSourceOptions(command)
    .addOption(repeatable("--file <file>", "lines, manifests, task definitions, Compose files; - is standard input"))
    .option("--places <file>", "YAML with places of images in kinds that are not known")
    .option("--referrers", "also signatures, SBOMs and attestations, as far as the upstream lists them", false)
    .option("--concurrency <number>", "how many images to fetch at once", wholeNumber, 4)
    .option("--attempts <number>", "how often to try an image while its upstream limits the rate", wholeNumber, 5)
    .option(
      "--pause <seconds>",
      "first pause when an upstream limits the rate; doubled each time, up to 60",
      seconds,
      2,
    )
    .option("--dry-run", "only show what would be fetched", false)
    .option("--json", "print JSON", false)
    .action(async (images, options) => ended(await warm({ file: [], ...options, images }, terminal)));
}
