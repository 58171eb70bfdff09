import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { containersRegistriesConf } from "../../component/clients";
import { ECR, OTHER_ECR, rules } from "./cases";
import { startRegistries } from "./registries";
import { run, scratch, systemTool } from "./tools";

/** What is pulled, the host that must be asked first, and the host that is asked if the cache has nothing. */
const PULLS = [
  ["docker.io/nginx:1.25", `${ECR}/v2/dockerhub/library/nginx`, "registry-1.docker.io/v2/library/nginx"],
  ["ghcr.io/org/app:1.25", `${ECR}/v2/gh/packages/org/app`, "ghcr.io/v2/org/app"],
  ["quay.io/org/app:1.25", `${ECR}/v2/org/app`, "quay.io/v2/org/app"],
  ["quay.io/dockerhub/app:1.25", "quay.io/v2/dockerhub/app", "quay.io/v2/dockerhub/app"],
  ["public.ecr.aws/org/app-one:1.25", `${ECR}/v2/public/org/app-one`, "public.ecr.aws/v2/org/app-one"],
  ["public.ecr.aws/other/app:1.25", "public.ecr.aws/v2/other/app", "public.ecr.aws/v2/other/app"],
  [`${OTHER_ECR}/team-a/app:1.25`, `${ECR}/v2/team/app`, `${OTHER_ECR}/v2/team-a/app`],
  [`${OTHER_ECR}/team-ab/app:1.25`, `${ECR}/v2/eu/team-ab/app`, `${OTHER_ECR}/v2/team-ab/app`],
] as const;

const UPSTREAMS = ["registry-1.docker.io", "ghcr.io", "quay.io", "public.ecr.aws", OTHER_ECR];

export async function checkSkopeo(): Promise<string> {
  const skopeo = systemTool("skopeo", "skopeo");
  const conf = join(scratch(), "registries.conf");
  writeFileSync(conf, containersRegistriesConf(rules));
  for (const cacheWorks of [true, false]) {
    const registries = await startRegistries([ECR, ...UPSTREAMS], (host) => host !== ECR || cacheWorks);
    try {
      for (const [image, cached, upstream] of PULLS) {
        await run(skopeo, ["--registries-conf", conf, "inspect", "--raw", `docker://${image}`], {
          env: registries.env,
        });
        const asked = registries.takeManifestRequests().map((path) => path.replace(/\/manifests\/.*$/, ""));
        const expected = cacheWorks ? [cached] : [cached, upstream];
        assert.deepEqual(asked, [...new Set(expected)], image);
      }
    } finally {
      registries.close();
    }
  }
  const { stdout } = await run(skopeo, ["--version"]);
  return `${stdout.trim()} (skopeo inspect): reads from the cache, and from the upstream when the cache has nothing`;
}
