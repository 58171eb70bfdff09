/** An image reference in its normal form: Docker Hub's short names are written out, nothing else is added. */
export interface ImageReference {
  /**
   * Registry host with its port, if any: `docker.io`, `ghcr.io`, `localhost:5000`, `[::1]:5000`.
   * Empty in one case: a first part that looks like a host but is none (`my_host.io/app`) is part of the path, as in
   * `github.com/distribution/reference`.
   */
  domain: string;
  /** Repository in the registry, at most 255 characters: `library/nginx`. */
  path: string;
  /** Tag, `undefined` when the reference has none: no `latest` is assumed. */
  tag: string | undefined;
  /** Digest with its algorithm (`sha256:…`), `undefined` when the reference has none. */
  digest: string | undefined;
}

/** Writes a reference in full: `docker.io/library/nginx:1.25@sha256:…`. */
export function formatImageReference(reference: ImageReference): string {
  const { domain, path } = reference;
  return (domain === "" ? path : `${domain}/${path}`) + formatVersion(reference);
}

/** Writes what comes after a reference's name: `:1.25@sha256:…`. */
export function formatVersion({ tag, digest }: ImageReference): string {
  return (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}
