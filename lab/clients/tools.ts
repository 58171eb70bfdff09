import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Built tools stay here between runs. Git ignores them. */
const TOOLS = join(__dirname, ".cache");

/** The tool is not available on this machine. */
export class NotAvailable extends Error {}

export interface Result {
  stdout: string;
  stderr: string;
}

/** Runs a program without blocking this process, which may be serving it. Throws if the program fails. */
export function run(
  file: string,
  args: string[],
  options: { input?: string; env?: Record<string, string>; cwd?: string } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: options.cwd, env: { ...process.env, ...options.env } });
    const result = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      result.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      result.stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(result);
      else
        reject(new Error(`${file} ${args.join(" ")} ended with ${code}: ${(result.stderr || result.stdout).trim()}`));
    });
    child.stdin.on("error", () => undefined).end(options.input ?? "");
  });
}

/** A program of the operating system, installed by its package manager if that is allowed. */
export function systemTool(name: string, debianPackage: string): string {
  if (spawnSync("which", [name]).status !== 0) {
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", debianPackage], { stdio: "ignore" });
  }
  if (spawnSync("which", [name]).status !== 0) throw new NotAvailable(`install ${name} (Debian: ${debianPackage})`);
  return name;
}

/** A Go program, built once from a folder here. */
export async function goProgram(folder: string): Promise<string> {
  const binary = join(TOOLS, folder);
  if (!existsSync(binary))
    await go(["build", "-p", "1", "-buildvcs=false", "-o", binary, "."], join(__dirname, folder));
  return binary;
}

/** A program of a public Go module, built once at a fixed version. */
export async function goModuleProgram(name: string, module: string, version: string, program: string): Promise<string> {
  const binary = join(TOOLS, `${name}-${version}`);
  if (existsSync(binary)) return binary;
  // "go install" refuses modules with replace directives; a build in a copy of the module does not.
  const { stdout } = await go(["mod", "download", "-json", `${module}@${version}`], __dirname);
  const source = mkdtempSync(join(tmpdir(), "client-tool-"));
  await run("cp", ["-r", `${(JSON.parse(stdout) as { Dir: string }).Dir}/.`, source]);
  await run("chmod", ["-R", "u+w", source]);
  await go(["build", "-p", "1", "-buildvcs=false", "-o", binary, program], source);
  await run("rm", ["-r", source]);
  return binary;
}

async function go(args: string[], cwd: string): Promise<Result> {
  if (spawnSync("go", ["version"]).status !== 0) throw new NotAvailable("install Go");
  mkdirSync(TOOLS, { recursive: true });
  return run("go", args, { cwd });
}

/** A new, empty folder for one check. */
export function scratch(): string {
  return mkdtempSync(join(tmpdir(), "client-check-"));
}
