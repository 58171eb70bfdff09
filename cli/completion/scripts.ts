import type { Command, Option } from "commander";
import { shellQuote } from "../shell";

/** Source: Bash reference manual, "Programmable Completion". Values that are no file and have no choices are yours. */
export function bashScript(program: Command): string {
  const name = program.name();
  const values = program.commands.flatMap((command) =>
    command.options.filter(takesValue).map((option) => {
      const action = option.argChoices ? offer(option.argChoices) : takesFile(option) ? ":" : "compopt +o default";
      return `    ${shellQuote(`${command.name()} ${option.long}`)}) ${action} ;;`;
    }),
  );
  const words = program.commands.map((command) => {
    const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
    return `    ${command.name()}) ${offer([...choices, ...longFlags(command)])} ;;`;
  });
  return `# ${name} completion: in ~/.bashrc, write: eval "$(${name} completion bash)"
_pull_through_cache() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${offer([...program.commands.map((command) => command.name()), ...longFlags(program)])}
    return
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join("\n")}
    *) case "\${COMP_WORDS[1]}" in
${words.join("\n")}
    esac ;;
  esac
} 2>/dev/null
complete -o default -F _pull_through_cache ${name}`;
}

/** Zsh takes the completions of bash. */
export function zshScript(program: Command): string {
  return `# In ~/.zshrc, after compinit, write: eval "$(${program.name()} completion zsh)"
autoload -U +X bashcompinit && bashcompinit
${bashScript(program)}`;
}

/** Source: fish's documentation of `complete`. */
export function fishScript(program: Command): string {
  const name = program.name();
  const lines = program.commands.flatMap((command) => {
    const within = `complete -c ${name} -n ${shellQuote(`__fish_seen_subcommand_from ${command.name()}`)}`;
    const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
    return [
      `complete -c ${name} -n __fish_use_subcommand -a ${command.name()} -d ${shellQuote(command.description())}`,
      ...(choices.length > 0 ? [`${within} -a ${shellQuote(choices.join(" "))}`] : []),
      ...command.options.map((option) => `${within} ${fishOption(option)}`),
    ];
  });
  const own = program.options.map((option) => `complete -c ${name} -n __fish_use_subcommand ${fishOption(option)}`);
  return `# ${name} completion fish > ~/.config/fish/completions/${name}.fish
complete -c ${name} -f
complete -c ${name} -l help -d 'display help for command'
${[...own, ...lines].join("\n")}`;
}

function fishOption(option: Option): string {
  const offered = option.argChoices ? ` -a ${shellQuote(option.argChoices.join(" "))}` : "";
  const value = takesFile(option) ? " -r -F" : takesValue(option) ? ` -x${offered}` : "";
  return `-l ${option.name()}${value} -d ${shellQuote(option.description)}`;
}

function offer(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${shellQuote(words.join(" "))} -- "$word"))`;
}

function longFlags({ options }: Command): string[] {
  return [...options.map(({ long }) => long ?? ""), "--help"];
}

function takesValue({ required }: Option): boolean {
  return required;
}

function takesFile({ flags }: Option): boolean {
  return /<(file|directory)>$/.test(flags);
}
