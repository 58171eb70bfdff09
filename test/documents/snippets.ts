import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CodeBlock, readMarkdown } from "./markdown";

export const checkout = resolve(__dirname, "../..");

/** A block of code in a document, and where it stands. */
export interface Snippet extends CodeBlock {
  readonly file: string;
}

/** What people copy from. Changelogs, results and pages about the inside are not for that. */
const READ = /^(?:README|CONTRIBUTING|SECURITY)\.md$|^docs\/|^examples\/|^(?:cli|policy-pack)\/README\.md$/;

const documents = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: checkout,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => READ.test(file))
  .map((file) => ({ file, ...readMarkdown(readFileSync(join(checkout, file), "utf8")) }));

/** The blocks of code in the documents for users. */
export const snippets: readonly Snippet[] = documents.flatMap(({ file, code }) =>
  code.map((block) => ({ file, ...block })),
);

/** Commands inside of sentences: code with at least two words that starts with one of ours or Pulumi's. */
export const spans: readonly Snippet[] = documents.flatMap(({ file, spans: found }) =>
  found
    .filter(({ text }) => /^(?:npx )?(?:pulumi|pull-through-cache|npm run) [\w-]/.test(text) && !/…|\.\.\./.test(text))
    .map((span) => ({ file, language: "", ...span })),
);

/** The blocks in some languages. A block without a language shows what a command prints. */
export function snippetsIn(...languages: string[]): Snippet[] {
  return snippets.filter(({ language }) => languages.includes(language));
}

/** Where a line of a snippet stands. */
export function placeOf({ file, line }: Snippet, offset = 0): string {
  return `${file}:${line + offset}`;
}
