import { Command, CommanderError } from "commander";
import { nearest } from "pulumi-pull-through-cache/plan";
import { applyCommand } from "./apply/command";
import { auditCommand } from "./audit/command";
import { failureOf } from "./aws/calls";
import { cleanCommand } from "./clean/command";
import { completionCommand } from "./completion/command";
import { configCommand } from "./config/command";
import { EXIT, type ExitCode, RefusedError } from "./exit";
import { migrateCommand } from "./migrate/command";
import { reportCommand } from "./report/command";
import { rewriteCommand } from "./rewrite/command";
import type { Terminal } from "./terminal/terminal";
import { verifyCommand } from "./verify/command";
import { version } from "./version";
import { warmCommand } from "./warm/command";
import { whyCommand } from "./why/command";

const COMMANDS = [
  verifyCommand,
  warmCommand,
  rewriteCommand,
  auditCommand,
  whyCommand,
  configCommand,
  reportCommand,
  applyCommand,
  cleanCommand,
  migrateCommand,
  completionCommand,
];

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
  terminal.say(terminal.style("red", failureOf(error)));
  return EXIT.failed;
}

/** The choice that is probably meant. Commander suggests names of commands and options, but no choices. */
function suggestion(error: string): string {
  const [, given = "", choices = ""] = /'([^']*)' is invalid.*Allowed choices are (.*)\.\s*$/s.exec(error) ?? [];
  const meant = nearest(given, choices.split(", "));
  return meant ? `\n(Did you mean ${meant}?)` : "";
}

/** The command line with all commands. */
export function createProgram(terminal: Terminal, ended: (code: ExitCode) => void): Command {
  const program = new Command("pull-through-cache")
    .description("Operate Amazon ECR pull through caches.")
    .version(version)
    .addHelpText(
      "after",
      "\nExit codes: 0 success, 1 something was found or refused, 2 the command could not run, 130 stopped by Ctrl-C.",
    );
  for (const command of COMMANDS) program.addCommand(command({ terminal, ended }));
  for (const command of [program, ...program.commands]) {
    command
      .configureOutput({
        writeOut: (text) => terminal.print(text.trimEnd()),
        writeErr: (text) => terminal.say(text.trimEnd()),
        outputError: (text, write) => write(text.trimEnd() + suggestion(text)),
      })
      .exitOverride();
  }
  return program;
}
