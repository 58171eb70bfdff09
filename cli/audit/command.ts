import { Command, InvalidArgumentError, Option } from "commander";
import { addRulesOptions, type Run } from "../command/options";
import { audit, FORMATS } from "./audit";

export function auditCommand({ terminal, ended }: Run): Command {
  const command = new Command("audit").description("find the containers that bypass the caches, and why");
  return addRulesOptions(command)
    .option("--pods <file>", "the output of `kubectl get pods --all-namespaces --output json`; - is standard input")
    .option("--ecs", "running tasks and task definitions of Amazon ECS", false)
    .option("--lambda", "functions of AWS Lambda", false)
    .option("--since <time>", "when the policy was installed: older Pods have to be restarted", time)
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .option("--json", "the same as --format json")
    .action(async ({ json, ...options }) =>
      ended(await audit({ ...options, ...(json && { format: "json" }) }, terminal)),
    );
}

function time(text: string): Date {
  const value = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(value.getTime())) return value;
  throw new InvalidArgumentError("It must be a time such as 2026-11-30 or 2026-11-30T08:00:00Z.");
}
