import { Argument, Command } from "commander";
import type { Run } from "../command/options";
import { EXIT } from "../exit";
import { bashScript, fishScript, zshScript } from "./scripts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export function completionCommand({ terminal, ended }: Run): Command {
  const command = new Command("completion");
  return command
    .description("print what makes a shell complete commands, options and their values")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => {
      terminal.print(SCRIPTS[shell](command.parent ?? command));
      ended(EXIT.sound);
    });
}
