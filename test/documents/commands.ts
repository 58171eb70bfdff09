import { parse } from "shell-quote";
import { placeOf, snippetsIn, spans } from "./snippets";

/** A command that a document tells people to type. */
export interface DocumentedCommand {
  readonly place: string;
  readonly words: readonly string[];
}

const SEPARATORS: readonly string[] = ["|", "||", "&&", "&", ";", "(", ")", "|&"];
const ASSIGNMENT = /^\w+=/;

/** Every command of the documents, as a shell reads it. */
export const commands: readonly DocumentedCommand[] = [...snippetsIn("bash", "sh"), ...spans].flatMap((snippet) =>
  logicalLines(snippet.text).flatMap(({ text, offset }) =>
    commandsIn(text).map((words) => ({ place: placeOf(snippet, offset), words })),
  ),
);

/** Lines, joined where one ends in a backslash. */
function logicalLines(text: string): { text: string; offset: number }[] {
  const lines: { text: string; offset: number }[] = [];
  let open: { text: string; offset: number } | undefined;
  for (const [offset, line] of text.split("\n").entries()) {
    const joined = { text: (open?.text ?? "") + line.replace(/\\$/, " "), offset: open?.offset ?? offset };
    open = line.endsWith("\\") ? joined : undefined;
    if (!open) lines.push(joined);
  }
  return lines;
}

function commandsIn(line: string): string[][] {
  const inner: string[] = [];
  const outer = line.replace(/<\(([^()]*)\)/g, (_, command: string) => {
    inner.push(command);
    return "/dev/fd/63";
  });
  // `<token>` in a sentence stands for what the reader fills in; a shell would read a file.
  const filled = outer.replace(/<([a-z][^<>|]*)>/gi, (_, name: string) => name.replaceAll(/\W+/g, "-"));
  const found: string[][] = [[]];
  for (const token of parse(filled, (name) => `$${name}`)) {
    if (typeof token === "string") found.at(-1)?.push(token);
    else if ("pattern" in token) found.at(-1)?.push(token.pattern);
    else if ("op" in token && SEPARATORS.includes(token.op)) found.push([]);
    else if ("op" in token) found.at(-1)?.push(token.op);
  }
  const commands = found.map(withoutRedirections).filter((words) => words.some((word) => !ASSIGNMENT.test(word)));
  return [...commands, ...inner.flatMap(commandsIn)];
}

function withoutRedirections(words: readonly string[]): string[] {
  const isRedirection = (word: string | undefined) => word !== undefined && /^(?:[<>]|>>|<\(|>&)$/.test(word);
  return words.filter((word, index) => !isRedirection(word) && !isRedirection(words[index - 1]));
}
