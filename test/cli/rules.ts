import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
const UPSTREAMS = { hub: "registry-1.docker.io", ghcr: "ghcr.io", quay: "quay.io", k8s: "registry.k8s.io" };
/** Cache rules of four upstreams, as the output `cacheRules` has them. */
export const RULES = Object.entries(UPSTREAMS).map(([prefix, upstream]) => ({
  upstream,
  url: `${REGISTRY}/${prefix}`,
}));

/** A file with a value as JSON, for an option such as `--rules`. */
export function rulesFile(value: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), "rules-")), "rules.json");
  writeFileSync(file, JSON.stringify(value));
  return file;
}
