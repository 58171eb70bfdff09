/** A YAML document with everything around it, so that the texts of a stream together are the stream. */
export interface DocumentText {
  readonly text: string;
  /** Number of its first line in the stream, from 1. */
  readonly line: number;
}

/** YAML never has such a line inside a document, not even in a text block. Source: YAML 1.2.2, 9.1.2 (c-forbidden). */
const MARKER = /^(---|\.\.\.)(\s|$)/;
/** Directives, comments and empty lines belong to the document after them. */
const BEFORE_DOCUMENT = /^(%|\s*(#|$))/;

/** Splits a stream of YAML or JSON, and holds one document in memory. */
export async function* splitDocuments(chunks: AsyncIterable<string>): AsyncGenerator<DocumentText> {
  let text = "";
  let start = 1;
  let line = 1;
  let hasContent = false;
  let rest = "";
  const next = () => {
    const document = { text, line: start };
    text = "";
    start = line;
    hasContent = false;
    return document;
  };
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const one of lines) {
      const marker = MARKER.exec(one)?.[1];
      if (marker === "---" && hasContent) yield next();
      text += `${one}\n`;
      line++;
      if (marker === "..." && hasContent) yield next();
      else hasContent ||= !BEFORE_DOCUMENT.test(one);
    }
  }
  if (MARKER.test(rest) && hasContent) yield next();
  text += rest;
  if (text !== "") yield next();
}
