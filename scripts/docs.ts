// Writes the documents that are made from the code: `npm run docs`. With --check it changes nothing and fails when a
// document is not what the code says.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { dataFlow, overview } from "./docs/pictures";
import { reference } from "./docs/reference";

const root = path.resolve(__dirname, "..");

const DOCUMENTS: { readonly [file: string]: () => string } = {
  "docs/reference.md": reference,
  "docs/images/overview.svg": overview,
  "docs/images/data-flow.svg": dataFlow,
};

for (const [file, write] of Object.entries(DOCUMENTS)) {
  const target = path.join(root, file);
  const wanted = write();
  if (existsSync(target) && readFileSync(target, "utf8") === wanted) continue;
  if (process.argv.includes("--check")) {
    console.error(`${file} is not what the code says: run npm run docs.`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, wanted);
    console.log(`${file} written`);
  }
}
