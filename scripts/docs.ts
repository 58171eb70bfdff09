// `npm run docs`: generates documents from the code. With --check it changes nothing and fails if a document is out of
// date.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dataFlow, entry, overview } from "./docs/pictures";
import { reference } from "./docs/reference";
import { demo } from "./docs/terminal";

const root = path.resolve(__dirname, "..");

const DOCUMENTS: { readonly [file: string]: () => string } = {
  "docs/reference.md": reference,
  "docs/images/overview.svg": overview,
  "docs/images/data-flow.svg": dataFlow,
  "docs/images/entry.svg": entry,
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
