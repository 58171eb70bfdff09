import { Command, InvalidArgumentError, Option } from "commander";
import { addSourceOptions, type Run, repeatable } from "../command/options";
import { CHECKS } from "./finding";
import { FORMATS } from "./format";
import { verify } from "./verify";

export function verifyCommand({ terminal, ended }: Run): Command {
  const command = new Command("verify").description("check that every cache works and matches its declaration");
  return addSourceOptions(command)
    .option("--as <role>", "ARN of a role: check whether it may pull, including first pulls", roleArn)
    .option("--as-profile <profile>", "an AWS profile of the account that the role of --as is in, if it is another one")
    .option("--image <image>", "an image to really pull, with the role of --as or as the caller")
    .addOption(repeatable("--skip <check>", "a check to skip", { choices: CHECKS }))
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .option("--json", "the same as --format json")
    .action(async ({ json, ...options }) =>
      ended(await verify({ skip: [], ...options, ...(json && { format: "json" }) }, terminal)),
    );
}

function roleArn(text: string): string {
  if (/^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the ARN of an IAM role, such as arn:aws:iam::111122223333:role/node.");
}
