/** How a registry answers a request without credentials, as the real ones do. */
export interface UpstreamHost {
  /** Where tokens are issued, and for which service. Undefined if no token is needed. */
  readonly tokens?: { readonly host: string; readonly path: string; readonly service: string };
  /** Whether it needs a username and a token, also for public images. */
  readonly credentials: boolean;
}

const HOSTS: Readonly<Record<string, UpstreamHost>> = {
  "registry-1.docker.io": {
    tokens: { host: "auth.docker.io", path: "/token", service: "registry.docker.io" },
    credentials: true,
  },
  "ghcr.io": { tokens: { host: "ghcr.io", path: "/token", service: "ghcr.io" }, credentials: true },
  "registry.gitlab.com": {
    tokens: { host: "gitlab.com", path: "/jwt/auth", service: "container_registry" },
    credentials: true,
  },
  "cgr.dev": { tokens: { host: "cgr.dev", path: "/token", service: "cgr.dev" }, credentials: true },
  "quay.io": { tokens: { host: "quay.io", path: "/v2/auth", service: "quay.io" }, credentials: false },
  "public.ecr.aws": {
    tokens: { host: "public.ecr.aws", path: "/token/", service: "public.ecr.aws" },
    credentials: false,
  },
  "registry.k8s.io": { credentials: false },
};

const AZURE = /^[a-z0-9]{5,50}\.azurecr\.io$/;

export function upstreamHost(host: string): UpstreamHost | undefined {
  if (Object.hasOwn(HOSTS, host)) return HOSTS[host];
  if (!AZURE.test(host)) return undefined;
  return { tokens: { host, path: "/oauth2/token", service: host }, credentials: true };
}

/** The registry whose tokens a host and path issue. */
export function tokenIssuer(host: string, path: string): string | undefined {
  if (AZURE.test(host) && path === "/oauth2/token") return host;
  return Object.keys(HOSTS).find((name) => HOSTS[name]?.tokens?.host === host && HOSTS[name]?.tokens?.path === path);
}

/** Registries, and the hosts that issue their tokens. */
export function isUpstreamHost(host: string): boolean {
  return upstreamHost(host) !== undefined || Object.values(HOSTS).some(({ tokens }) => tokens?.host === host);
}
