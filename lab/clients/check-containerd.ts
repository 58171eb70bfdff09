import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { containerdHosts } from "../../component/clients";
import { ECR, OTHER_ECR, rules } from "./cases";
import { startRegistries } from "./registries";
import { NotAvailable, run, scratch, systemTool } from "./tools";

/** What is pulled, the host that must be asked first, and the host that is asked if the cache has nothing. */
const PULLS = [
  ["docker.io/library/nginx:1.25", `${ECR}/v2/dockerhub/library/nginx`, "registry-1.docker.io/v2/library/nginx"],
  ["ghcr.io/org/app:1.25", `${ECR}/v2/gh/packages/org/app`, "ghcr.io/v2/org/app"],
  [`${OTHER_ECR}/app:1.25`, `${ECR}/v2/eu/app`, `${OTHER_ECR}/v2/app`],
  ["public.ecr.aws/other/app:1.25", `${ECR}/v2/public/other/app`, "public.ecr.aws/v2/other/app"],
  ["quay.io/org/app:1.25", "quay.io/v2/org/app", "quay.io/v2/org/app"],
] as const;

const UPSTREAMS = ["registry-1.docker.io", "ghcr.io", "quay.io", "public.ecr.aws", OTHER_ECR];

export async function checkContainerd(): Promise<string> {
  if (process.getuid?.() !== 0) throw new NotAvailable("containerd needs root");
  const daemon = await startContainerd();
  const folder = scratch();
  for (const [path, content] of Object.entries(containerdHosts(rules))) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  try {
    for (const cacheWorks of [true, false]) {
      const registries = await startRegistries(
        [ECR, ...UPSTREAMS],
        (host) => (host === ECR) === cacheWorks || host === "quay.io",
      );
      try {
        for (const [image, cached, upstream] of PULLS) {
          const pull = ["--address", daemon.address, "content", "fetch", "--hosts-dir", folder, image];
          await run("ctr", pull, { env: registries.env });
          const asked = registries.takeManifestRequests().map((path) => path.replace(/\/manifests\/.*$/, ""));
          const expected = cacheWorks ? [cached] : [cached, upstream];
          assert.deepEqual([...new Set(asked)], [...new Set(expected)], image);
        }
      } finally {
        registries.close();
      }
    }
  } finally {
    daemon.stop();
  }
  const version = (await run("containerd", ["--version"])).stdout.split(" ")[2];
  return `containerd ${version} (ctr content fetch --hosts-dir): pulls from the cache, and from the upstream when the cache has nothing`;
}

async function startContainerd(): Promise<{ address: string; stop(): void }> {
  systemTool("containerd", "containerd");
  const folder = scratch();
  const address = join(folder, "containerd.sock");
  const toml = `version = 2\nroot = "${folder}/root"\nstate = "${folder}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "${address}"\n`;
  writeFileSync(join(folder, "config.toml"), toml);
  const process = spawn("containerd", ["--config", join(folder, "config.toml")], { stdio: "ignore" });
  for (let wait = 0; wait < 100 && !existsSync(address); wait++) await delay(100);
  return { address, stop: () => process.kill() };
}
