import { Command, InvalidArgumentError, Option } from "commander";
import { addSourceOptions, type Run } from "../command/options";
import { FORMATS } from "./format";
import { report } from "./report";

export function reportCommand({ terminal, ended }: Run): Command {
  const command = new Command("report").description("show what is in the caches: images, size, cost, last pulls");
  return addSourceOptions(command)
    .option("--price <dollars>", "price of a gigabyte for a month, in US dollars", dollars, 0.1)
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .option("--json", "the same as --format json")
    .action(async ({ json, ...options }) =>
      ended(await report({ ...options, ...(json && { format: "json" }) }, terminal)),
    );
}

function dollars(text: string): number {
  if (/^\d{1,4}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be an amount such as 0.10.");
}
