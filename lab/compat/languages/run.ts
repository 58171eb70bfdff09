/**
 * Deploys the example of each language with an SDK that Pulumi's own generators make, and writes
 * lab/compat/languages/results.md: part of `npm run compat`, or alone by `npx tsx lab/compat/languages/run.ts`. Needs Go,
 * Python 3, and a JDK with Maven. Go and Python programs run inline in the Automation API, the others by Pulumi's hosts.
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { prepareToolchain } from "../../../local/pulumi-cli";
import { PULUMI_VERSION } from "../../../local/pulumi-cli/version";
import { go, goModule } from "../go";

const ROOT = path.resolve(__dirname, "../../..");
const HERE = path.join(ROOT, "lab/compat/languages");
const EXAMPLES = path.join(ROOT, "examples/languages");
const GO_SDK = "example.com/pulumi-pull-through-cache/sdk/go/pullthroughcache";
const KUBERNETES = "4.34.2";
/** Pulumi's language hosts, in the versions that pulumi-terraform-bridge 3.137.0 uses. */
const HOSTS = {
  yaml: { module: "github.com/pulumi/pulumi-yaml", version: "1.38.1", command: "/cmd/pulumi-language-yaml" },
  java: { module: "github.com/pulumi/pulumi-java", version: "1.34.0", command: "/pkg/cmd/pulumi-language-java" },
  dotnet: { module: "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3", version: "3.110.0", command: "" },
};

/** The content of a cell of the table. */
type Cell = "run" | "not here";

interface Deployment {
  readonly features: { readonly [feature: string]: boolean };
  readonly outputs: { readonly [name: string]: unknown };
}

/** The schema as the plugin serves it. */
function servedSchema(): object {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "component/package.json"), "utf8"));
  return { ...JSON.parse(readFileSync(path.join(ROOT, "component/pulumi-schema.json"), "utf8")), version };
}

/** The SDKs that Pulumi's own generators make. */
function generateSdks(directory: string): string {
  const schemaFile = path.join(directory, "schema.json");
  writeFileSync(schemaFile, JSON.stringify(servedSchema()));
  const generator = path.join(directory, "generator");
  cpSync(path.join(HERE, "codegen"), generator, { recursive: true });
  goModule(generator, "codegen", {
    "github.com/pulumi/pulumi/pkg/v3": PULUMI_VERSION,
    "github.com/pulumi/pulumi/sdk/v3": PULUMI_VERSION,
  });
  go(generator, "build", "-o", "codegen", ".");
  const sdks = path.join(directory, "sdks");
  execFileSync(path.join(generator, "codegen"), [schemaFile, sdks], { stdio: "inherit" });
  return sdks;
}

/** The Python interpreter of an environment with these packages. */
function pythonWith(directory: string, name: string, ...packages: string[]): string {
  const environment = path.join(directory, name);
  execFileSync("python3", ["-m", "venv", environment]);
  execFileSync(path.join(environment, "bin/pip"), ["install", "--quiet", ...packages], { stdio: "inherit" });
  return path.join(environment, "bin/python");
}

function pythonProgram(directory: string, sdks: string): string[] {
  const packages = [`pulumi==${PULUMI_VERSION}`, `pulumi-kubernetes==${KUBERNETES}`, path.join(sdks, "python")];
  return [pythonWith(directory, "python", ...packages), path.join(HERE, "inline.py")];
}

/** How many members of the generated SDK the C# example uses. Fails if one is missing. */
function csharpNames(directory: string, sdk: string): string {
  const python = pythonWith(directory, "csharp", "tree-sitter==0.26.1", "tree-sitter-c-sharp==0.23.5");
  const args = [path.join(HERE, "csharp_names.py"), sdk, path.join(EXAMPLES, "dotnet/Program.cs")];
  return execFileSync(python, args, { encoding: "utf8" }).trim();
}

function goProgram(directory: string, sdks: string): string[] {
  const sdk = { "github.com/pulumi/pulumi/sdk/v3": PULUMI_VERSION };
  const generated = goModule(path.join(sdks, "go/pullthroughcache"), GO_SDK, sdk);
  const program = goModule(
    path.join(directory, "inline"),
    "inline",
    { ...sdk, [GO_SDK]: "0.0.0" },
    `replace ${GO_SDK} => ${generated}\n`,
  );
  const example = readFileSync(path.join(EXAMPLES, "go/main.go"), "utf8");
  writeFileSync(path.join(program, "example.go"), example.replace("func main()", "func runByHost()"));
  cpSync(path.join(HERE, "inline.go"), path.join(program, "inline.go"));
  go(program, "build", "-o", "inline", ".");
  return [path.join(program, "inline")];
}

/** The folder with Pulumi's host of a language. */
function hostOf(directory: string, language: keyof typeof HOSTS): string {
  const { module, version, command } = HOSTS[language];
  const host = goModule(path.join(directory, `host-${language}`), "host", { [module]: version });
  writeFileSync(path.join(host, "tools.go"), `//go:build tools\n\npackage tools\n\nimport _ "${module}${command}"\n`);
  go(host, "build", "-o", `pulumi-language-${language}`, `${module}${command}`);
  return host;
}

/** node_modules with the package as it is published, and what the TypeScript example needs. */
function publishedPackage(directory: string): string {
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd,
      encoding: "utf8",
    });
  const packed = npm(ROOT, "pack", "--json", "--workspace", "component", "--pack-destination", directory);
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("["))) as [{ filename: string }];
  const consumer = path.join(directory, "consumer");
  cpSync(path.join(EXAMPLES, "typescript/package.json"), path.join(consumer, "package.json"));
  npm(consumer, "install", path.join(directory, filename));
  return path.join(consumer, "node_modules");
}

/** .NET's generator puts the package's logo into the SDK, and asks the internet for one if it has none. */
async function generateDotnet(directory: string): Promise<string> {
  const logo = createServer((_, response) => response.end("logo"));
  await new Promise<void>((resolve) => logo.listen(0, "127.0.0.1", resolve));
  try {
    const { pulumi } = await prepareToolchain({ log: (line) => console.error(line) });
    const schemaFile = path.join(directory, "schema-dotnet.json");
    const logoUrl = `http://127.0.0.1:${(logo.address() as AddressInfo).port}/logo.png`;
    writeFileSync(schemaFile, JSON.stringify({ ...servedSchema(), logoUrl }));
    const out = path.join(directory, "sdks-dotnet");
    const env = {
      ...process.env,
      PATH: [hostOf(directory, "dotnet"), process.env.PATH].join(path.delimiter),
      PULUMI_HOME: path.join(directory, "pulumi-home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    await promisify(execFile)(pulumi, ["package", "gen-sdk", "--language", "dotnet", "--out", out, schemaFile], {
      env,
    });
    return path.join(out, "dotnet");
  } finally {
    logo.close();
  }
}

function deploy(language: string, modules: string, command: string[], host?: string): Deployment {
  const args = ["tsx", path.join(HERE, "deploy.ts"), language, modules, ...command];
  const env = { ...process.env, PATH: [host, process.env.PATH].filter(Boolean).join(path.delimiter) };
  const printed = execFileSync("npx", args, { cwd: ROOT, env, encoding: "utf8" });
  console.log(`${language}: ${printed.trim()}`);
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "") as Deployment;
}

function table(deployments: { readonly [language: string]: Deployment }): string {
  const ran = Object.values(deployments);
  const rows = Object.keys(ran[0]?.features ?? {}).map((feature) => {
    const cells = ran.map(({ features }): Cell => (features[feature] ? "run" : "not here"));
    return [feature, ...cells, "not here"];
  });
  const header = ["", ...Object.keys(deployments), ".NET"];
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

async function main(directory: string): Promise<void> {
  const modules = publishedPackage(directory);
  const sdks = generateSdks(directory);
  const deployments = {
    TypeScript: deploy("typescript", modules, []),
    Python: deploy("python", modules, pythonProgram(directory, sdks)),
    Go: deploy("go", modules, goProgram(directory, sdks)),
    YAML: deploy("yaml", modules, [], hostOf(directory, "yaml")),
    Java: deploy("java", modules, [], hostOf(directory, "java")),
  };
  const names = csharpNames(directory, await generateDotnet(directory));
  const outputs = Object.entries(deployments).map(
    ([language, { outputs }]) =>
      `## Output of the ${language} example\n\n\`\`\`json\n${JSON.stringify(outputs, undefined, 2)}\n\`\`\`\n`,
  );
  const text = `# Languages

Made by \`npm run compat\` on ${new Date().toISOString().slice(0, 10)} with Pulumi ${PULUMI_VERSION}. Each program of examples/languages was previewed, deployed, deployed
again without a change, and destroyed, against the local AWS. "Run" means that this part ran and worked.

- Python and Go: the SDKs come from the generators of Pulumi ${PULUMI_VERSION}. The programs ran inline in the Automation API,
  because Pulumi's hosts for these languages were not available here.
- YAML and Java: \`pulumi package add\` made the SDK from the npm package, and Pulumi's hosts ran the programs: pulumi-yaml
  ${HOSTS.yaml.version} and pulumi-java ${HOSTS.java.version}, with Maven.
- .NET: pulumi-dotnet ${HOSTS.dotnet.version} generated the SDK. There was no compiler, so nothing was compiled or run. A C# parser read
  the SDK and the example, and found all ${names} members that the example uses in the SDK.

Some cells are "not here" for other reasons. Pulumi has no methods in YAML and generates none for Java; there, \`pullerRoles\` and
\`cacheImage\` do the same. YAML needs a schema for a workload, which the local stand-in for the Kubernetes provider does not have.
TypeScript needs no SDK.

${table(deployments)}

${outputs.join("\n")}`;
  writeFileSync(path.join(HERE, "results.md"), text);
}

const directory = mkdtempSync(path.join(tmpdir(), "languages-"));
main(directory)
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(directory, { recursive: true, force: true }));
