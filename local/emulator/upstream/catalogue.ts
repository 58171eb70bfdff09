const STANDARD_TAGS = "latest 1.0 1.1 2.0";

/** Repositories and tags that the stand-in registries serve; tests may publish more. */
const CATALOGUE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "registry-1.docker.io": {
    "library/nginx": "latest 1.25 1.27 1.27-alpine stable",
    "library/alpine": "latest 3.19 3.20 3.21",
    "library/busybox": "latest 1.36",
    "library/redis": "latest 7 7.4",
    "library/postgres": "latest 16 17",
    "library/node": "latest 20 22 22-alpine",
    "library/python": "latest 3.12 3.13",
    "timberio/vector": "latest 0.45.0-alpine 0.46.0-alpine",
    "grafana/grafana": "latest 11.4.0",
  },
  "ghcr.io": {
    "fluxcd/source-controller": "latest v1.4.1",
    "kyverno/kyverno": "latest v1.13.2",
    "open-telemetry/opentelemetry-collector-releases/opentelemetry-collector": "latest 0.116.0",
  },
  "quay.io": {
    "argoproj/argocd": "latest v2.13.2 v2.14.0",
    "prometheus/prometheus": "latest v3.0.1",
    "prometheus/node-exporter": "latest v1.8.2",
  },
  "registry.k8s.io": {
    pause: "3.9 3.10",
    "coredns/coredns": "v1.11.3 v1.12.0",
    "ingress-nginx/controller": "v1.11.3 v1.12.0",
    "metrics-server/metrics-server": "v0.7.2",
  },
  "public.ecr.aws": {
    "docker/library/hello-world": "latest",
    "docker/library/nginx": "latest 1.27",
    "nginx/nginx": "latest 1.27",
    "amazonlinux/amazonlinux": "latest 2023",
    "eks/coredns": "v1.11.3",
  },
  "registry.gitlab.com": {
    "gitlab-org/gitlab-runner": "latest v17.7.0",
    "example-group/example-project/app": STANDARD_TAGS,
  },
  "cgr.dev": {
    "chainguard/static": "latest",
    "chainguard/nginx": "latest",
  },
};

const AZURE_CATALOGUE: Readonly<Record<string, string>> = { "team/app": STANDARD_TAGS, app: STANDARD_TAGS };

/** The tags of each repository of a registry. */
export function catalogueOf(host: string): Readonly<Record<string, readonly string[]>> {
  const found = (Object.hasOwn(CATALOGUE, host) ? CATALOGUE[host] : undefined) ?? AZURE_CATALOGUE;
  return Object.fromEntries(Object.entries(found).map(([repository, tags]) => [repository, tags.split(" ")]));
}
