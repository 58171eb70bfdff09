import type { UpstreamRegistry as Name } from "@aws-sdk/client-ecr";
import { parseRegistryHost } from "../../aws";

/** How ECR logs in to an upstream registry. */
export type UpstreamAuthentication = "none" | "secret" | "role";

export interface UpstreamRegistry {
  /** AWS's `upstreamRegistry` value. */
  readonly name: Name;
  readonly authentication: UpstreamAuthentication;
}

/**
 * The only hosts that CreatePullThroughCacheRule accepts (Amazon ECR User Guide, "Creating a pull through cache rule").
 */
const BY_HOST: Readonly<Record<string, UpstreamRegistry>> = {
  "public.ecr.aws": { name: "ecr-public", authentication: "none" },
  "registry.k8s.io": { name: "k8s", authentication: "none" },
  "quay.io": { name: "quay", authentication: "none" },
  "registry-1.docker.io": { name: "docker-hub", authentication: "secret" },
  "ghcr.io": { name: "github-container-registry", authentication: "secret" },
  "registry.gitlab.com": { name: "gitlab-container-registry", authentication: "secret" },
  "cgr.dev": { name: "chainguard", authentication: "secret" },
};

// Azure registry names hold 5 to 50 letters and digits; other Azure clouds (.cn, .us) are not documented: refused.
const AZURE = /^[a-z0-9]{5,50}\.azurecr\.io$/;

export function upstreamRegistry(url: string): UpstreamRegistry | undefined {
  if (Object.hasOwn(BY_HOST, url)) return BY_HOST[url];
  if (AZURE.test(url)) return { name: "azure-container-registry", authentication: "secret" };
  if (parseRegistryHost(url)) return { name: "ecr", authentication: "role" };
  return undefined;
}
