/** The domain to which all names of Docker Hub are normalized. */
export const DOCKER_HUB = "docker.io";

/** The host of Docker Hub's registry. */
export const DOCKER_HUB_REGISTRY = "registry-1.docker.io";

/** Other names of Docker Hub in references. */
export const DOCKER_HUB_ALIASES: readonly string[] = ["index.docker.io", DOCKER_HUB_REGISTRY];

/** The domain of a registry, with Docker Hub's names mapped to one. */
export function domainOf(host: string): string {
  return DOCKER_HUB_ALIASES.includes(host) ? DOCKER_HUB : host;
}
