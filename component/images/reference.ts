/** An image reference in normal form: Docker Hub's short names are written out, and nothing else is added. */
export interface ImageReference {
  /**
   * Registry host with its port, if any: `docker.io`, `ghcr.io`, `localhost:5000`, `[::1]:5000`. Empty in one case: a
   * first part that looks like a host but is not valid (`my_host.io/app`) is part of the path, as in
   * `github.com/distribution/reference`.
   */
  domain: string;
  /** Repository in the registry, at most 255 characters: `library/nginx`. */
  path: string;
  /** Tag, `undefined` if the reference has none: `latest` is not assumed. */
  tag: string | undefined;
  /** Digest with its algorithm (`sha256:…`), `undefined` if the reference has none. */
  digest: string | undefined;
}

/** Writes a reference in full: `docker.io/library/nginx:1.25@sha256:…`. */
export function formatImageReference(reference: ImageReference): string {
  const { domain, path } = reference;
  return (domain === "" ? path : `${domain}/${path}`) + formatVersion(reference);
}

/** Writes the part after a reference's name: `:1.25@sha256:…`. */
export function formatVersion({ tag, digest }: ImageReference): string {
  return (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}
