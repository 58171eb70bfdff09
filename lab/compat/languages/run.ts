/**
 * Deploys the example of each language with an SDK that Pulumi's own generators make, and writes
 * lab/compat/languages/results.md: part of `npm run compat`, or alone by `npx tsx lab/compat/languages/run.ts`. Needs Go and
 * Python 3. Go and Python programs run inline in the Automation API, YAML programs by Pulumi's host for YAML.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PULUMI_VERSION } from "../../../local/pulumi-cli/version";

const ROOT = path.resolve(__dirname, "../../..");
const HERE = path.join(ROOT, "lab/compat/languages");
const EXAMPLES = path.join(ROOT, "examples/languages");
const GO_SDK = "example.com/pulumi-pull-through-cache/sdk/go/pullthroughcache";
const KUBERNETES = "4.34.2";
const YAML_VERSION = "1.25.0";

/** What a cell of the table says. */
type Cell = "run" | "not here";

interface Deployment {
  readonly features: { readonly [feature: string]: boolean };
  readonly outputs: { readonly [name: string]: unknown };
}

function go(directory: string, ...args: string[]): void {
  const env = { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", CGO_ENABLED: "0" };
  execFileSync("go", args, { cwd: directory, env, stdio: ["ignore", "inherit", "inherit"] });
}

/** A Go module that needs modules at versions, with what else its go.mod says. */
function goModule(directory: string, name: string, requires: { [module: string]: string }, more = ""): string {
  mkdirSync(directory, { recursive: true });
  const lines = Object.entries(requires).map(([module, version]) => `require ${module} v${version}\n`);
  writeFileSync(path.join(directory, "go.mod"), `module ${name}\n\ngo 1.25.11\n\n${lines.join("")}${more}`);
  return directory;
}

/** The SDKs of all languages that the generators of this Pulumi version know. */
function generateSdks(directory: string): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "component/package.json"), "utf8"));
  const schema = JSON.parse(readFileSync(path.join(ROOT, "component/pulumi-schema.json"), "utf8"));
  const schemaFile = path.join(directory, "schema.json");
  writeFileSync(schemaFile, JSON.stringify({ ...schema, version }));
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

function python(directory: string, sdks: string): string[] {
  const environment = path.join(directory, "venv");
  execFileSync("python3", ["-m", "venv", environment]);
  const packages = [`pulumi==${PULUMI_VERSION}`, `pulumi-kubernetes==${KUBERNETES}`, path.join(sdks, "python")];
  execFileSync(path.join(environment, "bin/pip"), ["install", "--quiet", ...packages], { stdio: "inherit" });
  return [path.join(environment, "bin/python"), path.join(HERE, "inline.py")];
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

/** The folder with Pulumi's host for YAML. */
function yamlHost(directory: string): string {
  const host = goModule(path.join(directory, "yaml"), "yaml", { "github.com/pulumi/pulumi-yaml": YAML_VERSION });
  const command = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml";
  writeFileSync(path.join(host, "tools.go"), `//go:build tools\n\npackage tools\n\nimport _ "${command}"\n`);
  go(host, "build", "-o", "pulumi-language-yaml", command);
  return host;
}

function deploy(language: string, command: string[], host?: string): Deployment {
  const args = ["tsx", path.join(HERE, "deploy.ts"), language, ...command];
  const env = { ...process.env, PATH: [host, process.env.PATH].filter(Boolean).join(path.delimiter) };
  const printed = execFileSync("npx", args, { cwd: ROOT, env, encoding: "utf8" });
  console.log(`${language}: ${printed.trim()}`);
  return JSON.parse(printed.trim().split("\n").at(-1) ?? "") as Deployment;
}

function table(deployments: { readonly [language: string]: Deployment }): string {
  const ran = Object.keys(deployments);
  const features = Object.keys(deployments.Python?.features ?? {});
  const rows = features.map((feature) => {
    const cells = ran.map((language): Cell => (deployments[language]?.features[feature] ? "run" : "not here"));
    return [feature, ...cells, "not here", "not here"];
  });
  const header = ["", ...ran, ".NET", "Java"];
  return [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

const directory = mkdtempSync(path.join(tmpdir(), "languages-"));
try {
  const sdks = generateSdks(directory);
  const deployments = {
    Python: deploy("python", python(directory, sdks)),
    Go: deploy("go", goProgram(directory, sdks)),
    YAML: deploy("yaml", [], yamlHost(directory)),
  };
  const outputs = Object.entries(deployments).map(
    ([language, { outputs }]) =>
      `## Output of the ${language} example\n\n\`\`\`json\n${JSON.stringify(outputs, undefined, 2)}\n\`\`\`\n`,
  );
  const text = `# Other languages

Made by \`npm run compat\` on ${new Date().toISOString().slice(0, 10)} with Pulumi ${PULUMI_VERSION}: each program of examples/languages was previewed, deployed, deployed
again without a change, and destroyed, against the local AWS. "Run" is what was seen to work in it. The SDKs are those of Pulumi's
own generators. "Not here" in YAML: it has no methods, and the local stand-in for the Kubernetes provider has no schema, which YAML needs for a
workload. "Not here" for .NET and Java: their generators are modules of their own, and the version that goes with this Pulumi
could not be had.

${table(deployments)}

${outputs.join("\n")}`;
  writeFileSync(path.join(HERE, "results.md"), text);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
