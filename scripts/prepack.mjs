// Runs before `npm pack` of the component, which uses the repository's README. npm would resolve relative links below
// component/, so they become links to the repository at the version's tag.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

const { version, repository } = JSON.parse(readFileSync("package.json", "utf8"));
const [, slug] = /github\.com\/(.+)\.git$/.exec(repository.url);
const pages = `https://github.com/${slug}/blob/v${version}/`;
const files = `https://raw.githubusercontent.com/${slug}/v${version}/`;

const readme = readFileSync(path.join(root, "README.md"), "utf8");
writeFileSync(
  "README.md",
  readme.replace(/(!\[[^\]]*)?\]\((?![a-z]+:|#)([^)]+)\)/g, (_, image, target) => {
    return image === undefined ? `](${pages}${target})` : `${image}](${files}${target})`;
  }),
);
