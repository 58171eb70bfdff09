import { Command, InvalidArgumentError, Option } from "commander";
import { addRulesOptions, type Run } from "../command/options";
import { CannotRunError } from "../exit";
import { audit, FORMATS } from "./audit";
import { FOR_MANIFESTS } from "./pods";

export function auditCommand({ terminal, ended }: Run): Command {
  const command = new Command("audit").description("find the containers that bypass the caches, and why");
  // Without a description, the help does not show the argument.
  return addRulesOptions(command.argument("[files...]").usage("[options]"))
    .option("--pods <file>", "the output of `kubectl get pods --all-namespaces --output json`; - is standard input")
    .option("--ecs", "running tasks and task definitions of Amazon ECS", false)
    .option("--lambda", "functions of AWS Lambda", false)
    .option("--since <time>", "when the policy was installed: older Pods have to be restarted", time)
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .option("--json", "the same as --format json")
    .action(async (files: string[], { json, ...options }) => {
      if (files.length > 0) throw new CannotRunError(`audit looks at what runs. ${FOR_MANIFESTS}`);
      ended(await audit({ ...options, ...(json && { format: "json" }) }, terminal));
    });
}

function time(text: string): Date {
  const value = new Date(text);
  // JavaScript takes February 30 for a day in March.
  const [day = ""] = /^\d{4}-\d{2}-\d{2}/.exec(text) ?? [];
  const isDay = new Date(day).toJSON()?.startsWith(day) ?? false;
  if (day !== "" && isDay && !Number.isNaN(value.getTime())) return value;
  throw new InvalidArgumentError("It must be a time such as 2026-11-30 or 2026-11-30T08:00:00Z.");
}
