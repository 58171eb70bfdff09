import { type Command, InvalidArgumentError, Option } from "commander";
import { noSuchRegion } from "../aws/regions";
import { stripSlash } from "../caches/model";
import type { ExitCode } from "../exit";
import type { Terminal } from "../terminal/terminal";

/** Where a command works, and what receives its exit code. */
export interface Run {
  readonly terminal: Terminal;
  readonly ended: (code: ExitCode) => void;
}

interface RepeatableOptions {
  readonly choices?: readonly string[];
  /** Checks a value. */
  readonly read?: (value: string) => string;
}

/**
 * An option with one value that may be repeated; the same value counts once. Options never take several values: they would
 * swallow arguments.
 */
export function repeatable(
  flags: string,
  description: string,
  { choices, read = (value) => value }: RepeatableOptions = {},
): Option {
  const option = new Option(flags, `${description}; may be repeated`);
  if (choices !== undefined) option.choices(choices);
  return option.argParser<string[]>((value, before = []) => {
    if (choices !== undefined && !choices.includes(value))
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
    return [...new Set([...before, read(value)])];
  });
}

/** The Regions that a command looks at. A name that AWS does not have is refused before any call. */
export function regionOption(usual: string): Option {
  return repeatable("--region <region>", `a Region to look at; default: ${usual}`, { read: region });
}

/** Prefixes of caches. What no prefix can be is refused before any call. */
export function prefixOption(description: string): Option {
  return repeatable("--prefix <prefix>", description, { read: prefix });
}

function prefix(text: string): string {
  if (/^(ROOT|[a-z0-9][a-z0-9._/-]*)$/.test(text)) return stripSlash(text);
  throw new InvalidArgumentError("It must be the prefix of a cache, such as quay.");
}

export function region(name: string): string {
  const problem = noSuchRegion(name);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return name;
}

/** The options for the source of the caches, the same for every command. */
export function addSourceOptions(command: Command): Command {
  return command
    .option("--stack <name>", "the caches of a Pulumi stack", stackName)
    .option("--selected-stack", "the caches of the Pulumi stack that is selected in this folder")
    .option("--outputs <file>", "the caches in the output of `pulumi stack output --json`; - is standard input")
    .option("--registries <file>", "the caches of a registries file; - is standard input")
    .addOption(regionOption("that of the environment, or the stack's"))
    .addOption(prefixOption("only the cache with this prefix"))
    .option("--timeout <seconds>", "how long to wait for an answer of AWS (default: 60)", seconds)
    .addHelpText("after", "\nWithout one of the first four options: all rules in AWS.");
}

/** The same, and a file that needs neither AWS nor Pulumi, for commands that need the rules alone. */
export function addRulesOptions(command: Command): Command {
  return addSourceOptions(
    command.option("--rules <file>", "the caches in a file with the output `cacheRules` or that of `config rules`"),
  );
}

/** Source of the characters: https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack. */
export function stackName(value: string): string {
  if (/^[\w./-]+$/.test(value)) return value;
  throw new InvalidArgumentError("It is not a stack's name. For the selected stack, write --selected-stack.");
}

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 999.");
}

export function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 3600) return value;
  throw new InvalidArgumentError("It must be a number of seconds up to 3600.");
}
