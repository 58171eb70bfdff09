import { type MarkedToken, marked, type Token } from "marked";

/** What tests read in a Markdown document. */
export interface MarkdownDocument {
  /** The headings' anchors, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly string[];
  readonly images: readonly string[];
  readonly code: readonly CodeBlock[];
  /** Code inside of sentences and tables. */
  readonly spans: readonly { readonly text: string; readonly line: number }[];
}

/** A fenced block of code. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Line of the document that its first line stands on. */
  readonly line: number;
}

export function readMarkdown(text: string): MarkdownDocument {
  const headings: string[] = [];
  const links: string[] = [];
  const images: string[] = [];
  const code: CodeBlock[] = [];
  const spans: { text: string; line: number }[] = [];
  let after = 0;
  const lineOf = (raw: string) => {
    after = Math.max(after, text.indexOf(raw, after));
    return text.slice(0, after).split("\n").length;
  };
  marked.walkTokens(marked.lexer(text), (token: Token) => {
    const known = token as MarkedToken;
    if (known.type === "heading") headings.push(plain(known.tokens));
    if (known.type === "link") links.push(known.href);
    if (known.type === "image") images.push(known.href);
    if (known.type === "codespan") spans.push({ text: known.text, line: lineOf(known.raw) });
    if (known.type === "code") code.push({ language: known.lang ?? "", text: known.text, line: lineOf(known.raw) + 1 });
  });
  return { anchors: anchorsOf(headings), links, images, code, spans };
}

/** The first program in TypeScript. */
export function firstProgram({ code }: MarkdownDocument): string {
  return code.find(({ language }) => language === "ts")?.text ?? "";
}

/** The text that a reader sees. */
function plain(tokens: readonly Token[]): string {
  return tokens
    .map((token) => ("tokens" in token && token.tokens ? plain(token.tokens) : "text" in token ? token.text : ""))
    .join("");
}

/** GitHub's anchors: lower case, spaces as hyphens, no punctuation, numbered when they repeat. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const base = heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = base;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${base}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}
