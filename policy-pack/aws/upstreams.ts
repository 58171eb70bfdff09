/** How ECR gets into an upstream registry. AWS: "Creating a pull through cache rule". */
export type Access = "public" | "secret" | "ecr" | "other";

const secretHosts = ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com", "cgr.dev"];
const publicHosts = ["public.ecr.aws", "registry.k8s.io", "quay.io"];
const ecrHost = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** Other names of a registry that people know, none of which ECR takes, with the one that it does. */
const misnomers: Readonly<Record<string, string>> = {
  "docker.io": "registry-1.docker.io",
  "index.docker.io": "registry-1.docker.io",
  "hub.docker.com": "registry-1.docker.io",
  "registry.hub.docker.com": "registry-1.docker.io",
  "k8s.gcr.io": "registry.k8s.io",
  "gitlab.com": "registry.gitlab.com",
  "github.com": "ghcr.io",
  "gallery.ecr.aws": "public.ecr.aws",
};

/** The host of an upstream registry URL as people write it. */
export function upstreamHost(url: string): string {
  return (
    url
      .trim()
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

/** The name by which ECR knows the registry, where the host is another of its names. */
export function rightHost(host: string): string | undefined {
  return misnomers[host];
}

/** The account of an ECR upstream. */
export function ecrAccount(host: string): string | undefined {
  return ecrHost.exec(host)?.[1];
}
