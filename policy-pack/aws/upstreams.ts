/** How ECR gets into an upstream registry. AWS: "Creating a pull through cache rule". */
export type Access = "public" | "secret" | "ecr" | "other";

const secretHosts = ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com", "cgr.dev"];
const publicHosts = ["public.ecr.aws", "registry.k8s.io", "quay.io"];
const ecrHost = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

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

/** The account of an ECR upstream. */
export function ecrAccount(host: string): string | undefined {
  return ecrHost.exec(host)?.[1];
}
