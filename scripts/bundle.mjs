// Bundles the component's JavaScript into component/dist: one file for each way in, what they share in files of its own, and
// in them the parts of zod and js-yaml that are used. Importing it takes a third of the time that its separate files take.
// Nothing is minified: stack traces name functions, and the bundle names the source of each part.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";
import { root } from "./install.mjs";

const COMPONENT = path.join(root, "component");
const DIST = path.join(COMPONENT, "dist");
const ENTRIES = {
  index: "index.ts",
  plugin: "plugin.ts",
  "images/index": "images/index.ts",
  "clients/index": "clients/index.ts",
};

export async function bundleComponent() {
  const build = await rolldown({
    cwd: COMPONENT,
    input: ENTRIES,
    platform: "node",
    external: /^@pulumi\//,
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: "cjs", exports: "named", chunkFileNames: "chunks/[name].js" });
  for (const { fileName, code } of output) write(fileName, code);
  write("licenses.txt", licenses(output.flatMap(({ modules }) => Object.keys(modules))));
  const files = output.map(({ fileName }) => path.normalize(fileName));
  for (const file of readdirSync(DIST, { recursive: true })) {
    if (file.endsWith(".js") && !files.includes(file)) rmSync(path.join(DIST, file));
  }
}

/** Leaves a file alone that is as it should be, so that programs that run meanwhile never see half of one. */
function write(name, text) {
  const file = path.join(DIST, name);
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch {}
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/** The licences of the packages that parts were taken from: each asks for its text to come along. */
function licenses(modules) {
  const folders = new Set(modules.map((file) => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]));
  folders.delete(undefined);
  return [...folders].sort().map(license).join("\n");
}

function license(folder) {
  const { name, version } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file: it cannot be bundled`);
  return `${name} ${version}\n\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`;
}
