// `npm run docs`: generates documents from the code. With --check it changes nothing and fails if a document is out of
// date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { messages } from "./docs/messages";
import { dataFlow, overview } from "./docs/pictures";
import { reference } from "./docs/reference";
import { demo } from "./docs/terminal";

const root = path.resolve(__dirname, "..");

/** A handwritten document with a generated chapter between two marks. */
function withChapter(file: string, name: string, chapter: () => string): () => string {
  return () => {
    const text = readFileSync(path.join(root, file), "utf8");
    const [begin, end] = [`<!-- BEGIN ${name}: written by npm run docs -->`, `<!-- END ${name} -->`];
    const [before, rest] = text.split(begin);
    const after = rest?.split(end)[1];
    if (before === undefined || after === undefined) throw new Error(`${file} lacks "${begin}" or "${end}"`);
    return `${before}${begin}\n\n${chapter()}\n\n${end}${after}`;
  };
}

const DOCUMENTS: { readonly [file: string]: () => string } = {
  "docs/reference.md": reference,
  "docs/troubleshooting.md": withChapter("docs/troubleshooting.md", "MESSAGES", messages),
  "docs/images/overview.svg": overview,
  "docs/images/data-flow.svg": dataFlow,
  "docs/images/demo.svg": demo,
};

for (const [file, write] of Object.entries(DOCUMENTS)) {
  const target = path.join(root, file);
  const wanted = write();
  if (existsSync(target) && readFileSync(target, "utf8") === wanted) continue;
  if (process.argv.includes("--check")) {
    console.error(`${file} is out of date: run npm run docs.`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, wanted);
    console.log(`${file} written`);
  }
}
