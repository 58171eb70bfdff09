import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { apply } from "./apply/apply";
import { CannotRunError, EXIT, type ExitCode, RefusedError } from "./exit";
import { migrate } from "./migrate/migrate";
import type { Terminal } from "./terminal/terminal";
import { CHECKS } from "./verify/finding";
import { FORMATS } from "./verify/format";
import { verify } from "./verify/verify";
import { version } from "./version";
import { warm } from "./warm/warm";

/** Parses the command line, runs the command, and returns its exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.sound;
  const program = createProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    return failure(error, terminal);
  }
}

function failure(error: unknown, terminal: Terminal): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.sound : EXIT.failed;
  if (error instanceof RefusedError) {
    terminal.say(error.message);
    return EXIT.found;
  }
  const { name, message: reason } = error as Error;
  const message = error instanceof CannotRunError ? reason : `${name}: ${reason}`;
  terminal.say(terminal.style("red", message));
  return EXIT.failed;
}

/** The command line with all commands. */
export function createProgram(terminal: Terminal, ended: (code: ExitCode) => void): Command {
  const program = new Command("pull-through-cache")
    .description("Operate Amazon ECR pull through caches.")
    .version(version)
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText("after", "\nExit codes: 0 success, 1 something was found or refused, 2 the command could not run.");
  program
    .command("migrate")
    .description("move caches from Terraform to Pulumi: a dry run, unless --write is given")
    .option("--from <file>", "the Terraform module's YAML, decrypted; - is standard input")
    .option("--state <file>", "a raw Terraform state (`terraform state pull`); - is standard input")
    .option("--name <name>", "name of the component in the program", "cache")
    .option("--region <region>", "Region of the cache, if the state has several or does not say")
    .addOption(
      new Option("--secrets <mode>", "create new secrets and a role, or keep the existing ones")
        .choices(["new", "keep"])
        .default("new"),
    )
    .option("--stack <stack>", "Pulumi stack to set the tokens in; default: the selected one")
    .option("--out <directory>", "folder for the files", ".")
    .option("--write", "write registries.yaml, import.json, terraform-state-rm.sh, NEXT.md, and set the tokens", false)
    .option("--force", "overwrite existing files", false)
    .option("--json", "print JSON", false)
    .action(async (options) => ended(await migrate(options, terminal)));
  const verifying = program.command("verify").description("check that every cache works and matches its declaration");
  addSourceOptions(verifying)
    .option("--as <role>", "ARN of a role: check whether its policies let it pull, including first pulls")
    .option("--image <image>", "an image to really pull, with the role of --as or as the caller")
    .addOption(new Option("--skip <checks...>", "checks to skip").choices(CHECKS).default([], "none"))
    .addOption(new Option("--format <format>", "output format").choices(FORMATS).default("table"))
    .option("--json", "the same as --format json")
    .action(async ({ json, ...options }) =>
      ended(await verify({ ...options, ...(json && { format: "json" }) }, terminal)),
    );
  const warming = program
    .command("warm")
    .description("fetch images into the caches before they are needed")
    .argument("[images...]", "image references, such as nginx:1.27");
  addSourceOptions(warming)
    .option("--file <file...>", "lines, Kubernetes manifests or ECS task definitions; - is standard input", [])
    .option("--concurrency <number>", "how many images to fetch at once", wholeNumber, 4)
    .option("--attempts <number>", "how often to try an image while its upstream limits the rate", wholeNumber, 5)
    .option(
      "--pause <seconds>",
      "first pause when an upstream limits the rate; doubled each time, up to 60",
      positive,
      2,
    )
    .option("--dry-run", "only show what would be fetched", false)
    .option("--json", "print JSON", false)
    .action(async (images, options) => ended(await warm({ ...options, images }, terminal)));
  const applying = program
    .command("apply")
    .description("apply the templates' settings to existing repositories: shown first, done with --yes");
  addSourceOptions(applying)
    .option("--yes", "make the changes", false)
    .option("--dry-run", "only show what would change, which is the default", false)
    .option("--concurrency <number>", "how many repositories to process at once", wholeNumber, 8)
    .option("--json", "print JSON", false)
    .action(async (options) => ended(await apply(options, terminal)));
  return program;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 999.");
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 3600) return value;
  throw new InvalidArgumentError("It must be a number of seconds up to 3600.");
}

/** The options for the source of the caches, the same for every command. */
function addSourceOptions(command: Command): Command {
  return command
    .option("--stack [stack]", "the caches of a Pulumi stack; without a name, of the selected one")
    .option("--outputs <file>", "the caches in the output of `pulumi stack output --json`; - is standard input")
    .option("--registries <file>", "the caches of a registries file")
    .option("--region <region...>", "Regions to look at; default: the Region of the environment, or those of the stack")
    .option("--prefix <prefix...>", "only the caches with these prefixes")
    .addHelpText("after", "\nWithout --stack, --outputs and --registries: all rules in AWS.");
}
