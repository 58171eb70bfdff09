import { canonicalHost } from "./upstreams";

/** A container image reference, split as Docker does: a first part that looks like a host is the host. */
export interface ImageReference {
  readonly domain: string;
  readonly path: string;
  /** The tag and digest with their separators, as written. */
  readonly version: string;
}

const dockerHub = canonicalHost("docker.io");
const pathGrammar = /^[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*$/;
const versionGrammar = /^(?::\w[\w.-]*)?(?:@[A-Za-z0-9+._-]+:[0-9a-fA-F]+)?$/;
const maxLength = 512;

/** Returns `undefined` if the text is not an image reference. */
export function parseImage(reference: string): ImageReference | undefined {
  if (reference.length > maxLength) return undefined;
  const slash = reference.indexOf("/");
  const first = reference.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
  const domain = slash > 0 && isHost ? canonicalHost(first.toLowerCase()) : dockerHub;
  const name = slash > 0 && isHost ? reference.slice(slash + 1) : reference;
  const end = name.search(/[:@]/);
  const path = end < 0 ? name : name.slice(0, end);
  const version = end < 0 ? "" : name.slice(end);
  if (!pathGrammar.test(path) || !versionGrammar.test(version)) return undefined;
  return {
    domain,
    path: domain === dockerHub && !path.includes("/") ? `library/${path}` : path,
    version,
  };
}
