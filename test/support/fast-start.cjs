// Loaded first by every Node.js process that Pulumi starts in a test: `NODE_OPTIONS=--require`. Programs, policy packs and
// plugins spend most of their processor time on loading the same modules again and again. They still load the same files.
// But the compiled code is kept for the next process, and modules that the SDK loads without need are loaded on first use.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, sep } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

const checkout = join(__dirname, "../..");
const nodeModules = join(realpathSync(join(checkout, "node_modules")), sep);
const sdk = join(nodeModules, "@pulumi/pulumi", sep);
const awsPackage = join(nodeModules, "@pulumi/aws/index.js");
const built = ["component", "policy-pack", "local"].map((workspace) => join(checkout, workspace, "dist", sep));

// The SDK loads these to serialize functions, to map its lines to its TypeScript, to trace, and to run Pulumi.
const SELDOM_USED = new Set([
  "./automation",
  "./closure/codePaths",
  "./closure/serializeClosure",
  "@npmcli/arborist",
  "../../typescript-shim",
  "source-map-support/register",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
]);
// The SDK reads functions from two of them at once, but does not call them.
const FUNCTIONS = /^\.\/closure\//;
const AWS_SERVICE = /^\.\/(?!provider$|tags$|utilities$|utils$)[a-z0-9]+$/;
// To serialize functions, the SDK waits until a debugger has listed all scripts.
const DEBUGGER = "../../runtime/closure/v8Hooks";

const main = process.argv[1];
if (main) {
  // The SDK sets this flag when it starts. Code that was compiled without it would then be compiled again.
  setFlagsFromString("--allow-natives-syntax");
  loadWhenUsed();
  keepCompiledCode(cacheFile());
}

function loadWhenUsed() {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    const isOfSdk = parent?.filename?.startsWith(sdk);
    if (isOfSdk && request === DEBUGGER) return { isInitializedAsync: async () => {} };
    // The package loads the modules of all services, and a program uses few of them.
    const isSeldomUsed = isOfSdk
      ? SELDOM_USED.has(request)
      : parent?.filename === awsPackage && AWS_SERVICE.test(request);
    if (!isSeldomUsed) return load.call(this, request, parent, isMain);
    let loaded;
    const module = () => {
      loaded ??= load.call(this, request, parent, isMain);
      return loaded;
    };
    const get = (_, name) => {
      if (name === "__esModule") return true;
      return FUNCTIONS.test(request) ? (...args) => module()[name](...args) : module()[name];
    };
    return new Proxy({}, { get });
  };
}

/** A cache file for each script, and another one after `npm install` or for another Node.js. */
function cacheFile() {
  const installed = statSync(join(nodeModules, ".package-lock.json"), { throwIfNoEntry: false })?.mtimeMs;
  const key = createHash("sha256")
    .update(JSON.stringify([main, installed, process.version]))
    .digest("hex");
  return join(nodeModules, ".cache/fast-start", key.slice(0, 16));
}

function keepCompiledCode(file) {
  const { modules, paths } = readCache(file);
  const fresh = new Map();
  let isNew = false;
  readAtOnce(modules);
  rememberPaths(paths, () => {
    isNew = true;
  });
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, filename) {
    const version = versionOf(source, filename);
    if (version === undefined) return compile.call(this, source, filename);
    const found = modules.get(filename);
    const cachedData = found?.version === version ? found.code : undefined;
    const script = new Script(Module.wrap(source), { filename, cachedData });
    if (!cachedData || script.cachedDataRejected) fresh.set(filename, { version, script });
    const run = script.runInThisContext();
    return run.call(this.exports, this.exports, requireOf(this), this, filename, dirname(filename));
  };
  const save = () => {
    if (fresh.size === 0 && !isNew) return;
    // Only after the code has run does the cache contain the functions that were called.
    for (const [name, { version, script }] of fresh) modules.set(name, { version, code: script.createCachedData() });
    fresh.clear();
    isNew = false;
    writeCache(file, { modules, paths });
  };
  process.once("exit", save);
  // Policy packs are killed when they have done their work.
  setTimeout(save, 1000).unref();
}

/** Resolving a path takes about as long as compiling the file, and installed packages resolve to the same paths each time. */
function rememberPaths(paths, onNew) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, isMain, options) {
    if (options || !parent?.filename?.startsWith(nodeModules)) {
      return resolve.call(this, request, parent, isMain, options);
    }
    const key = `${dirname(parent.filename)} ${request}`;
    const known = paths.get(key);
    if (known !== undefined) return known;
    const found = resolve.call(this, request, parent, isMain);
    if (found.startsWith(nodeModules)) {
      paths.set(key, found);
      onNew();
    }
    return found;
  };
}

/** For a module in the cache, Node.js need not read a package.json again to know that it is CommonJS. */
function readAtOnce(modules) {
  const load = Module._extensions[".js"];
  Module._extensions[".js"] = function (module, filename) {
    if (!modules.has(filename)) return load.call(this, module, filename);
    return module._compile(readFileSync(filename, "utf8"), filename);
  };
}

/** What the cached code of a file depends on. `undefined` if it must not be cached. */
function versionOf(source, filename) {
  // A script of `vm` cannot use import(). TypeScript only has the word in strings.
  const imports = source.includes("import(") && !filename.endsWith("/typescript/lib/typescript.js");
  if (source.startsWith("#!") || imports) return undefined;
  if (filename.startsWith(nodeModules)) return "installed";
  if (!built.some((folder) => filename.startsWith(folder))) return undefined;
  return createHash("sha256").update(source).digest("hex");
}

function requireOf(module) {
  const require = (request) => module.require(request);
  require.resolve = (request, options) => Module._resolveFilename(request, module, false, options);
  require.resolve.paths = (request) => Module._resolveLookupPaths(request, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

// The file has one line of JSON with the paths and each module's name, version and length. The modules' code follows.
function readCache(file) {
  const modules = new Map();
  try {
    const data = readFileSync(file);
    let at = data.indexOf("\n") + 1;
    const index = JSON.parse(data.toString("utf8", 0, at));
    for (const [name, version, length] of index.modules) {
      modules.set(name, { version, code: data.subarray(at, at + length) });
      at += length;
    }
    return { modules, paths: new Map(index.paths) };
  } catch {
    return { modules, paths: new Map() };
  }
}

function writeCache(file, { modules, paths }) {
  const index = [...modules].map(([name, { version, code }]) => [name, version, code.length]);
  const parts = [...modules.values()].map(({ code }) => code);
  const line = `${JSON.stringify({ modules: index, paths: [...paths] })}\n`;
  const temporary = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(temporary, Buffer.concat([Buffer.from(line), ...parts]));
  renameSync(temporary, file);
}
