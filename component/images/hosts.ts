/** The domain to which all names of Docker Hub are normalized. */
export const DOCKER_HUB = "docker.io";

/** The host of Docker Hub's registry. */
export const DOCKER_HUB_REGISTRY = "registry-1.docker.io";

/**
 * Other hosts with the same images, by the host that this package calls the upstream. Sources: Amazon ECR Public user
 * guide, "Making requests to Amazon ECR Public" (dual-stack); Kubernetes blog, "k8s.gcr.io Redirect to registry.k8s.io".
 */
const OTHER_HOSTS: Readonly<Record<string, readonly string[]>> = {
  [DOCKER_HUB]: ["index.docker.io", DOCKER_HUB_REGISTRY, "registry.hub.docker.com"],
  "public.ecr.aws": ["ecr-public.aws.com"],
  "registry.k8s.io": ["k8s.gcr.io"],
};

const BY_OTHER_HOST = new Map(
  Object.entries(OTHER_HOSTS).flatMap(([domain, hosts]) => hosts.map((host) => [host, domain])),
);

/** A private registry. In the European Sovereign Cloud the hosts end in `.eu`. */
const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.(com|eu)$/;
/** Its dual-stack host. Source: Amazon ECR user guide, "Making requests to Amazon ECR registries". */
const DUAL_STACK = /^(\d{12})\.dkr-ecr\.([a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.(eu))$/;

/** The domain of a registry, with all hosts of a registry mapped to one. */
export function domainOf(host: string): string {
  const [, account, region, suffix = "com"] = DUAL_STACK.exec(host) ?? [];
  if (account !== undefined) return `${account}.dkr.ecr.${region}.amazonaws.${suffix}`;
  return BY_OTHER_HOST.get(host) ?? host;
}

/** The other hosts of a registry that `domainOf` maps to this one. */
export function otherHosts(domain: string): readonly string[] {
  const [, account, region, suffix] = ECR.exec(domain) ?? [];
  if (account === undefined) return Object.hasOwn(OTHER_HOSTS, domain) ? (OTHER_HOSTS[domain] ?? []) : [];
  return [`${account}.dkr-ecr.${region}.on.${suffix === "eu" ? "amazonwebservices.eu" : "aws"}`];
}

/**
 * The registry that a host of ECR stands for. Images at a FIPS host are in that registry, but are not taken for those at
 * an upstream's usual host: the cache would pull them without FIPS.
 */
export function registryOf(host: string): string {
  return domainOf(host.replace(/^(\d{12}\.dkr[.-]ecr)-fips\./, "$1."));
}
