import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load, loadAll } from "js-yaml";
import { goModuleProgram, run, scratch } from "./tools";

const KUSTOMIZE = "v5.8.2";
const HELM = ["v3.22.0", "v4.3.2"];
const EXAMPLE = resolve(__dirname, "../../examples/gitops");
const CLI = resolve(__dirname, "../../cli/dist/main.js");
const IMAGES = [
  "111122223333.dkr.ecr.us-east-1.amazonaws.com/dockerhub/library/nginx:1.27",
  "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/prometheus/node-exporter:v1.9.1",
];

/** A folder for the PATH with the tool under its name, as `npm install --global` makes one. */
function pathWithTool(): string {
  const folder = scratch();
  chmodSync(CLI, 0o755);
  symlinkSync(CLI, join(folder, "pull-through-cache"));
  return `${folder}:${process.env.PATH}`;
}

function imagesOf(text: string): string[] {
  const [web] = loadAll(text) as { spec: { template: { spec: { containers: { image: string }[] } } } }[];
  return web?.spec.template.spec.containers.map(({ image }) => image) ?? [];
}

/** The examples for GitOps, as documented, with the real Helm and kustomize. */
export async function checkGitops(): Promise<string> {
  const env = { PATH: pathWithTool() };
  const kustomize = await goModuleProgram("kustomize", "sigs.k8s.io/kustomize/kustomize/v5", KUSTOMIZE, ".");
  const folder = scratch();
  cpSync(join(EXAMPLE, "kustomize"), folder, { recursive: true });
  const flags = ["build", "--enable-alpha-plugins", "--enable-exec"];
  assert.deepEqual(imagesOf((await run(kustomize, [...flags, "."], { cwd: folder, env })).stdout), IMAGES);

  // Without the function, with the list that `--format kustomize` makes.
  const rules = join(folder, "rules.json");
  const list = await run(CLI, ["rewrite", "--rules", rules, "--format", "kustomize", join(folder, "web.yaml")]);
  writeFileSync(join(folder, "kustomization.yaml"), `resources: [web.yaml]\n${list.stdout}`);
  assert.deepEqual(imagesOf((await run(kustomize, ["build", "."], { cwd: folder })).stdout), IMAGES);

  const chart = scratch();
  mkdirSync(join(chart, "templates"));
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: web\nversion: 0.1.0\n");
  cpSync(join(EXAMPLE, "kustomize/web.yaml"), join(chart, "templates/web.yaml"));
  for (const version of HELM) {
    const major = version.slice(1, 2);
    const helm = await goModuleProgram("helm", `helm.sh/helm/v${major}`, version, "./cmd/helm");
    const home = scratch();
    const own = { ...env, HELM_DATA_HOME: home, HELM_CONFIG_HOME: home, HELM_CACHE_HOME: home };
    const plugin = join(EXAMPLE, "helm-plugin");
    if (major === "4") await run(helm, ["plugin", "install", plugin], { env: own });
    const args = ["rewrite", `--rules=${join(plugin, "rules.json")}`].flatMap((arg) => ["--post-renderer-args", arg]);
    const renderer = ["--post-renderer", "pull-through-cache", ...(major === "3" ? args : [])];
    const { stdout } = await run(helm, ["template", "web", chart, ...renderer], { env: own });
    assert.deepEqual(imagesOf(stdout), IMAGES, version);
  }
  return `Helm ${HELM.join(" and ")} (post-renderer), kustomize ${KUSTOMIZE} (function, and list of images); ${await times(kustomize)}`;
}

/** How long manifests take, and how much memory, beside kustomize's own list of images: its time grows with the square. */
async function times(kustomize: string): Promise<string> {
  const rules = join(EXAMPLE, "kustomize/rules.json");
  const own = [1_000, 10_000].map((count) => {
    const folder = folderWith(count);
    return `${count} manifests ${measured([CLI, "rewrite", "--rules", rules, join(folder, "all.yaml")])}`;
  });
  const folder = folderWith(1_000);
  const list = await run(CLI, ["rewrite", "--rules", rules, "--format", "kustomize", join(folder, "all.yaml")]);
  assert.equal((load(list.stdout) as { images: object[] }).images.length, 2);
  writeFileSync(join(folder, "kustomization.yaml"), `resources: [all.yaml]\n${list.stdout}`);
  return `rewrite: ${own.join(", ")}; kustomize build with the list: 1000 manifests ${measured([kustomize, "build", folder])}`;
}

function folderWith(count: number): string {
  const folder = scratch();
  const web = readFileSync(join(EXAMPLE, "kustomize/web.yaml"), "utf8");
  const service = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n";
  const documents = Array.from({ length: count }, (_, index) =>
    (index % 2 === 0 ? web : service).replaceAll("name: web", `name: web-${index}`),
  );
  writeFileSync(join(folder, "all.yaml"), documents.join("---\n"));
  return folder;
}

/** Processor time does not depend on what else the machine does. */
function measured(command: readonly string[]): string {
  const { stderr, status } = spawnSync("/usr/bin/time", ["-f", "%U %S %M", ...command], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "pipe"],
  });
  assert.equal(status, 0, stderr);
  const [user = 0, system = 0, kilobytes = 0] = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return `${(user + system).toFixed(1)} s of processor time and ${Math.round(kilobytes / 1024)} MiB`;
}
