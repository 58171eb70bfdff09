/** The domain under which all names of Docker Hub are normalised. */
export const DOCKER_HUB = "docker.io";

/** The host that Docker Hub's registry answers at. */
export const DOCKER_HUB_REGISTRY = "registry-1.docker.io";

/** Other names of Docker Hub that occur in references. */
export const DOCKER_HUB_ALIASES: readonly string[] = ["index.docker.io", DOCKER_HUB_REGISTRY];

/** The domain of a registry, which for Docker Hub has several names. */
export function domainOf(host: string): string {
  return DOCKER_HUB_ALIASES.includes(host) ? DOCKER_HUB : host;
}
