import { Command, CommanderError, Option } from "commander";
import { CannotRunError, EXIT, type ExitCode, RefusedError } from "./exit";
import { migrate } from "./migrate/migrate";
import type { Terminal } from "./terminal/terminal";
import { version } from "./version";

/** Runs the command line: parses it, runs the command, and tells how it ended. */
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
  const message = error instanceof CannotRunError ? error.message : `Unexpected: ${(error as Error).message}`;
  terminal.say(terminal.style("red", message));
  return EXIT.failed;
}

function createProgram(terminal: Terminal, ended: (code: ExitCode) => void): Command {
  const program = new Command("pull-through-cache")
    .description("Day two of Amazon ECR pull through caches.")
    .version(version)
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
    })
    .exitOverride()
    .addHelpText(
      "after",
      "\nExit codes: 0 all is well, 1 something was found or refused, 2 the command could not run.",
    );
  program
    .command("migrate")
    .description("move caches from Terraform to Pulumi: a dry run, unless --write is given")
    .option("--from <file>", "the Terraform module's YAML, decrypted; - is standard input")
    .option("--state <file>", "a raw Terraform state (`terraform state pull`); - is standard input")
    .option("--name <name>", "name of the component in the program", "cache")
    .option("--region <region>", "Region of the cache, where the state has several or does not tell")
    .addOption(
      new Option("--secrets <mode>", "make new secrets, or keep using the ones that exist")
        .choices(["new", "keep"])
        .default("new"),
    )
    .option("--stack <stack>", "Pulumi stack that gets the tokens; default: the selected one")
    .option("--out <directory>", "where the files are written", ".")
    .option("--write", "write registries.yaml, import.json, terraform-state-rm.sh, NEXT.md, and set the tokens", false)
    .option("--force", "overwrite files that are there", false)
    .option("--json", "print JSON", false)
    .action(async (options) => ended(await migrate(options, terminal)));
  return program;
}
