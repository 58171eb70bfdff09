/**
 * The upstream registries that Amazon ECR can cache, and what each one needs.
 *
 * Source: Amazon ECR user guide, "Creating a pull through cache rule in Amazon ECR", and the `UpstreamRegistry`
 * enumeration of the CreatePullThroughCacheRule API. ECR accepts no other registry.
 */

import { DOCKER_HUB_REGISTRY, domainOf } from "./images/hosts";
import { isUnsupportedRegion } from "./schema/aws";

/** What ECR needs before it may pull from an upstream: nothing, a secret with a username and a token, or an IAM role. */
export type UpstreamAuthentication = "none" | "credentials" | "role";

/** An upstream registry that a name or host stands for. */
export interface Upstream {
  /** ECR's name for the registry, as in the `UpstreamRegistry` enumeration. */
  readonly kind: string;
  /** The exact `upstreamRegistryUrl` that ECR expects: a host without a scheme. */
  readonly host: string;
  readonly authentication: UpstreamAuthentication;
  /** Only for ECR upstreams: the account and Region that the host names. */
  readonly ecr?: { readonly accountId: string; readonly region: string };
}

interface CatalogueEntry {
  readonly kind: string;
  readonly host: string;
  readonly names: readonly string[];
  readonly authentication: UpstreamAuthentication;
  /** Wrong hosts that people write for this registry. The error message names the right one. */
  readonly mistakenFor?: readonly string[];
  /** Which user name and token to use, for the message that asks for them. */
  readonly tokenHint?: string;
  /** How long its tokens are valid, if that is short unless one asks for more. */
  readonly tokenLife?: string;
}

const CATALOGUE: readonly CatalogueEntry[] = [
  {
    kind: "docker-hub",
    host: DOCKER_HUB_REGISTRY,
    names: ["dockerhub", "docker-hub", "docker"],
    authentication: "credentials",
    mistakenFor: ["hub.docker.com", "docker.com"],
    tokenHint: "a Docker Hub user name and a personal or organization access token with public read access",
  },
  {
    kind: "github-container-registry",
    host: "ghcr.io",
    names: ["ghcr", "github", "github-container-registry"],
    authentication: "credentials",
    mistakenFor: ["github.com", "docker.pkg.github.com", "containers.pkg.github.com"],
    tokenHint: "a GitHub user name and a classic personal access token with read:packages",
  },
  {
    kind: "gitlab-container-registry",
    host: "registry.gitlab.com",
    names: ["gitlab", "gitlab-container-registry"],
    authentication: "credentials",
    mistakenFor: ["gitlab.com"],
    tokenHint:
      "a GitLab user name and an access token with read_registry, or the user name and token of a deploy token, which need not expire",
  },
  {
    kind: "chainguard",
    host: "cgr.dev",
    names: ["chainguard", "cgr"],
    authentication: "credentials",
    mistakenFor: ["chainguard.dev", "images.chainguard.dev"],
    tokenHint: "the user name and password of a Chainguard pull token",
    tokenLife: "Chainguard's pull tokens are valid for 30 days unless they were made for longer",
  },
  {
    kind: "quay",
    host: "quay.io",
    names: ["quay"],
    authentication: "none",
    mistakenFor: ["quay.com", "www.quay.io"],
  },
  {
    kind: "k8s",
    host: "registry.k8s.io",
    names: ["k8s", "kubernetes"],
    authentication: "none",
    mistakenFor: ["k8s.io"],
  },
  {
    kind: "ecr-public",
    host: "public.ecr.aws",
    names: ["ecr-public", "ecrpublic", "public-ecr"],
    authentication: "none",
    mistakenFor: ["ecr.aws", "gallery.ecr.aws"],
  },
];

/** Registries that people ask for but ECR does not cache, each with an alternative. */
const UNSUPPORTED: readonly {
  readonly matches: (host: string) => boolean;
  /** Entry keys that stand for this registry. */
  readonly names?: readonly string[];
  readonly advice: string;
}[] = [
  {
    names: ["gcr", "gar", "google", "artifact-registry"],
    matches: (host) => host === "gcr.io" || host.endsWith(".gcr.io") || host.endsWith(".pkg.dev"),
    advice:
      "ECR cannot cache Google's registries. Many of their public images are also on registry.k8s.io, Docker Hub or quay.io",
  },
  {
    names: ["mcr", "microsoft"],
    matches: (host) => host === "mcr.microsoft.com",
    advice: "ECR cannot cache Microsoft's public registry; it caches a registry of your own at <name>.azurecr.io",
  },
  {
    names: ["elastic"],
    matches: (host) => host === "docker.elastic.co",
    advice: "ECR cannot cache Elastic's registry; Elastic's images are on Docker Hub as elastic/...",
  },
  {
    names: ["nvidia", "ngc"],
    matches: (host) => host === "nvcr.io",
    advice: "ECR cannot cache NVIDIA's registry: copy the images that you need into a repository of your own",
  },
  {
    names: ["dhi"],
    matches: (host) => host === "dhi.io",
    advice:
      "ECR cannot cache dhi.io; Docker Hub serves hardened images that you mirror into your organization: cache registry-1.docker.io",
  },
  {
    names: ["minimus"],
    matches: (host) => host === "reg.mini.dev",
    advice: "ECR cannot cache Minimus's registry: copy the images that you need into a repository of your own",
  },
  {
    matches: (host) => host.endsWith(".azurecr.io"),
    advice: "The name of a registry at azurecr.io has 5 to 50 letters and digits",
  },
  {
    matches: (host) => host.startsWith("gitlab.") || host.includes(".gitlab."),
    advice: "ECR caches GitLab only at registry.gitlab.com, not a GitLab that you host",
  },
  {
    names: ["harbor"],
    matches: (host) => /(^|[.-])harbor[.-]/.test(host),
    advice: "ECR cannot cache Harbor; a replication rule of Harbor can push to ECR instead",
  },
  {
    matches: (host) => /(^|[.-])quay[.-]/.test(host) || host.endsWith(".quay.io"),
    advice: "ECR caches quay.io only, and only its public repositories; a Quay that you host is not supported",
  },
  {
    names: ["artifactory", "jfrog"],
    matches: (host) => host.includes("artifactory") || host.endsWith(".jfrog.io"),
    advice: "ECR cannot cache Artifactory",
  },
  {
    matches: (host) => host.endsWith(".azurecr.cn") || host.endsWith(".azurecr.us"),
    advice: "ECR documents only <name>.azurecr.io for Azure",
  },
  {
    matches: (host) => /\.(amazonaws|amazonwebservices)\.eu$/.test(host),
    advice: "ECR documents upstreams at amazonaws.com only, not in the European Sovereign Cloud",
  },
  {
    matches: (host) => host.endsWith(".amazonaws.com.cn") || /\.ecr\.(cn|us-gov)-/.test(host),
    advice: "ECR has no pull through cache from or in the China and AWS GovCloud Regions",
  },
];

const AZURE_HOST = /^[a-z0-9]{5,50}\.azurecr\.io$/;
const ECR_HOST = /^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]{1,30})\.amazonaws\.com$/;

/** The upstream, or the reason why there is none, and what there is instead if nothing similar is meant. */
export type UpstreamLookup =
  | { readonly ok: true; readonly upstream: Upstream }
  | { readonly ok: false; readonly reason: string; readonly instead?: string };

/** All short names that can be written instead of a host. */
export const KNOWN_NAMES: readonly string[] = CATALOGUE.flatMap((entry) => entry.names);

const HOSTS = [
  ...CATALOGUE.map((entry) => entry.host),
  "<name>.azurecr.io",
  "<account>.dkr.ecr.<region>.amazonaws.com",
];

/** Describes the user name and token that an upstream needs. */
export function tokenHint(upstream: Upstream): string {
  const entry = CATALOGUE.find((candidate) => candidate.kind === upstream.kind);
  return entry?.tokenHint ?? "a user name and a token that may pull from the registry";
}

/** How long the upstream's tokens are valid, if that is short unless one asks for more. */
export function tokenLife(upstream: Upstream): string | undefined {
  return CATALOGUE.find((candidate) => candidate.kind === upstream.kind)?.tokenLife;
}

/** Finds an upstream by one of its names or by its host. */
export function findUpstream(registry: string): UpstreamLookup {
  const named = CATALOGUE.find((entry) => entry.names.includes(registry) || entry.host === registry);
  if (named) {
    return { ok: true, upstream: { kind: named.kind, host: named.host, authentication: named.authentication } };
  }
  if (AZURE_HOST.test(registry)) {
    return {
      ok: true,
      upstream: { kind: "azure-container-registry", host: registry, authentication: "credentials" },
    };
  }
  const [, accountId, region] = ECR_HOST.exec(registry) ?? [];
  if (accountId && region && !isUnsupportedRegion(region)) {
    return { ok: true, upstream: { kind: "ecr", host: registry, authentication: "role", ecr: { accountId, region } } };
  }
  return { ok: false, ...whyNot(registry) };
}

/** The alternative to a well-known registry that ECR does not cache. */
export function unsupportedAdvice(name: string): string | undefined {
  const bare = bareHost(name);
  return UNSUPPORTED.find((entry) => entry.names?.includes(bare) || entry.matches(bare))?.advice;
}

/** The host of a registry that is written by name, with a scheme or a path, or by a wrong host. */
export function intendedHost(registry: string): string | undefined {
  const lookup = findUpstream(registry);
  return lookup.ok ? lookup.upstream.host : entryOf(bareHost(registry))?.host;
}

function bareHost(registry: string): string {
  const [bare = ""] = registry
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .split("/");
  return bare;
}

function entryOf(host: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => domainOf(entry.host) === domainOf(host) || entry.mistakenFor?.includes(host));
}

function whyNot(registry: string): { readonly reason: string; readonly instead?: string } {
  const bare = bareHost(registry);
  const meant = entryOf(bare);
  if (meant) {
    return {
      reason: `ECR knows this registry by the host "${meant.host}", without a scheme or a path: write "${meant.host}"`,
    };
  }
  const usual = domainOf(bare);
  if (usual !== bare && findUpstream(usual).ok) {
    return { reason: `ECR does not document this host of the registry: write "${usual}"` };
  }
  if (bare !== registry && findUpstream(bare).ok) {
    return { reason: `write only the host in lower case, without a scheme or a path: "${bare}"` };
  }
  const reason = unsupportedAdvice(bare) ?? "ECR cannot cache this registry";
  return { reason, instead: `ECR supports ${HOSTS.join(", ")}` };
}
