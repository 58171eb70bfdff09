// Bundles the JavaScript of what is published. The component: one file for each way in, what they share in files of its own,
// and in them the parts of zod and js-yaml that are used; importing it takes a third of the time that its separate files
// take. The command line tool: one file, with the parts of the component that it uses, so that npm installs neither the
// component nor Pulumi for it. Nothing is minified: stack traces name functions, and the bundle names the source of each part.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";
import { root } from "./install.mjs";

const COMPONENT = {
  workspace: "component",
  input: {
    index: "index.ts",
    plugin: "plugin.ts",
    "images/index": "images/index.ts",
    "clients/index": "clients/index.ts",
    "plan/index": "plan/index.ts",
  },
  external: /^@pulumi\//,
};
const CLI = {
  workspace: "cli",
  input: { main: "main.ts" },
  external: /^(@aws-sdk\/|cli-table3$|commander$|yaml$)/,
  // From the sources, so that the licenses of bundled packages are found.
  alias: {
    "pulumi-pull-through-cache/images": path.join(root, "component/images/index.ts"),
    "pulumi-pull-through-cache/plan": path.join(root, "component/plan/index.ts"),
  },
};

// Pulumi starts these two for every command; separate files would be looked up and read each time.
const LOCAL = {
  workspace: "local",
  input: { provider: "provider/main.ts", "language-host": "pulumi-cli/from-source/language-host.ts" },
};

export async function bundleAll() {
  await bundle(COMPONENT);
  await bundle(CLI);
}

/** The two of the local AWS: they are not published, so nobody needs the licences. */
export async function bundleLocal() {
  const output = await generate(LOCAL);
  for (const { fileName, code } of output) write(path.join(root, LOCAL.workspace, "dist/bundle", fileName), code);
}

async function bundle(options) {
  const cwd = path.join(root, options.workspace);
  const dist = path.join(cwd, "dist");
  const output = await generate(options);
  for (const { fileName, code } of output) write(path.join(dist, fileName), code);
  write(path.join(dist, "licenses.txt"), licenses(output.flatMap(({ modules }) => Object.keys(modules))));
  const files = output.map(({ fileName }) => path.normalize(fileName));
  for (const file of readdirSync(dist, { recursive: true })) {
    const source = path.join(cwd, path.relative("types", file).replace(/\.d\.ts$/, ".ts"));
    const isGone = file.endsWith(".d.ts") ? !existsSync(source) : file.endsWith(".js") && !files.includes(file);
    if (isGone) rmSync(path.join(dist, file));
  }
}

async function generate({ workspace, input, external, alias }) {
  const build = await rolldown({
    cwd: path.join(root, workspace),
    input,
    platform: "node",
    external,
    resolve: { alias },
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: "cjs", exports: "named", chunkFileNames: "chunks/[name].js" });
  return output;
}

/** Writes a file only if it changes, and at once, so that running programs never see half of it. */
function write(file, text) {
  try {
    if (readFileSync(file, "utf8") === text) return;
  } catch {}
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/** The licenses of the bundled packages, which must be included. */
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
