import { own } from "../../kit/values";

/** How ECR authenticates to an upstream registry. AWS: "Creating a pull through cache rule". */
export type Access = "public" | "secret" | "ecr" | "other";

const secretHosts = ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com", "cgr.dev"];
const publicHosts = ["public.ecr.aws", "registry.k8s.io", "quay.io"];
const ecrHost = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.(?:com(?:\.cn)?|eu)$/;

/** Other hosts with the same images, with the one that ECR accepts. AWS: "Making requests to Amazon ECR Public". */
const otherHosts: Readonly<Record<string, string>> = {
  "docker.io": "registry-1.docker.io",
  "index.docker.io": "registry-1.docker.io",
  "registry.hub.docker.com": "registry-1.docker.io",
  "ecr-public.aws.com": "public.ecr.aws",
  "k8s.gcr.io": "registry.k8s.io",
};

/** Names of a registry that people use but that serve no images, or serve them elsewhere. */
const misnomers: Readonly<Record<string, string>> = {
  "docker.com": "registry-1.docker.io",
  "hub.docker.com": "registry-1.docker.io",
  "gitlab.com": "registry.gitlab.com",
  "github.com": "ghcr.io",
  "docker.pkg.github.com": "ghcr.io",
  "containers.pkg.github.com": "ghcr.io",
  "chainguard.dev": "cgr.dev",
  "images.chainguard.dev": "cgr.dev",
  "quay.com": "quay.io",
  "www.quay.io": "quay.io",
  "k8s.io": "registry.k8s.io",
  "ecr.aws": "public.ecr.aws",
  "gallery.ecr.aws": "public.ecr.aws",
};

const dualStackHost = /^(\d{12})\.dkr-ecr\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.(eu))$/;

/** One host for each registry. */
export function canonicalHost(host: string): string {
  const [, account, region, suffix = "com"] = dualStackHost.exec(host) ?? [];
  if (account !== undefined) return `${account}.dkr.ecr.${region}.amazonaws.${suffix}`;
  return own(otherHosts, host) ?? host;
}

/** The host of an upstream registry, from a URL as people write it. */
export function upstreamHost(url: string): string {
  return (
    url
      .toLowerCase()
      .replace(/^https?:\/\//, "")
      .split("/")[0] ?? ""
  );
}

export function accessOf(host: string): Access {
  if (secretHosts.includes(host) || host.endsWith(".azurecr.io")) return "secret";
  if (publicHosts.includes(host)) return "public";
  return ecrHost.test(host) ? "ecr" : "other";
}

/** The name that ECR accepts, if the host is another name of the registry. */
export function rightHost(host: string): string | undefined {
  const right = own(misnomers, host) ?? canonicalHost(host);
  return right === host ? undefined : right;
}

/**
 * How many parts the names of a registry's repositories have at least. Sources: the guides of Docker Hub (a cached name has
 * the `library/` that Docker leaves out), GitHub, GitLab, Quay, Chainguard and ECR Public on naming images.
 */
export function fewestParts(host: string): number {
  const owned = ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com", "quay.io", "cgr.dev", "public.ecr.aws"];
  return owned.includes(canonicalHost(host)) ? 2 : 1;
}

/** The host for a message. Anything else in its place may be a secret. */
export function shownHost(host: string): string | undefined {
  return /^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?$/.test(host) ? host : undefined;
}

/** The account of an ECR upstream. */
export function ecrAccount(host: string): string | undefined {
  return ecrHost.exec(host)?.[1];
}
