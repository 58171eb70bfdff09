/** How a registry answers a request without credentials, as the real ones do. */
export interface UpstreamHost {
  /** Where tokens are issued, and for which service. Undefined if no token is needed. */
  readonly tokens?: { readonly host: string; readonly path: string; readonly service: string };
  /** Whether it needs a username and a token, also for public images. */
  readonly credentials: boolean;
}

const tokens = (host: string, path: string, service = host) => ({ host, path, service });

const HOSTS: Readonly<Record<string, UpstreamHost>> = {
  "registry-1.docker.io": { tokens: tokens("auth.docker.io", "/token", "registry.docker.io"), credentials: true },
  "ghcr.io": { tokens: tokens("ghcr.io", "/token"), credentials: true },
  "registry.gitlab.com": { tokens: tokens("gitlab.com", "/jwt/auth", "container_registry"), credentials: true },
  "cgr.dev": { tokens: tokens("cgr.dev", "/token"), credentials: true },
  "quay.io": { tokens: tokens("quay.io", "/v2/auth"), credentials: false },
  "public.ecr.aws": { tokens: tokens("public.ecr.aws", "/token/"), credentials: false },
  "registry.k8s.io": { credentials: false },
};

const AZURE = /^[a-z0-9]{5,50}\.azurecr\.io$/;

export function upstreamHost(host: string): UpstreamHost | undefined {
  if (Object.hasOwn(HOSTS, host)) return HOSTS[host];
  if (!AZURE.test(host)) return undefined;
  return { tokens: tokens(host, "/oauth2/token"), credentials: true };
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
