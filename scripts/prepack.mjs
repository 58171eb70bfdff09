// Before `npm pack` of the component: its README is the one of the repository. npm would look for relative links below
// component/, where nothing is, so they become links to the repository as it is at the version's tag.
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
