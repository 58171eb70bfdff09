import { canonicalHost } from "./upstreams";

/** A container image reference, split as Docker does: a first part that looks like a host is the host. */
export interface ImageReference {
  readonly domain: string;
  readonly path: string;
  /** The tag and digest with their separators, as written. */
  readonly version: string;
  readonly isPinned: boolean;
  /** The private registry of Amazon ECR that the host stands for, if it does. */
  readonly ecr: { readonly account: string; readonly region: string } | undefined;
}

const dockerHub = canonicalHost("docker.io");
const host = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.(?!-)|(?=:|$)))+(?::\d+)?$/;
const path = /^[a-z0-9]+(?:(?:[._]|__|-+|\/)[a-z0-9]+)*$/;
const version = /^(?::\w[\w.-]{0,127})?(?:@(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?$/;
const identifier = /^[0-9a-f]{64}$/;
const ecrHost =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.(?:com|eu)|on\.(?:aws|amazonwebservices\.eu))$/;
const maxPath = 255;
const maxLength = 1024;

/**
 * Texts in the place of an image that something else replaces, and images of CodeBuild. Sources: Istio, "Customizing
 * injection"; CodeBuild user guide, "Docker images provided by CodeBuild".
 */
const noName = /^(?:auto|sha256:[0-9a-f]{64}|aws\/codebuild\/.*)$/;

/** Returns `undefined` if the text is not an image reference, such as a placeholder. */
export function parseImage(reference: string): ImageReference | undefined {
  if (reference.length > maxLength || identifier.test(reference) || noName.test(reference)) return undefined;
  const slash = reference.indexOf("/");
  const first = reference.slice(0, Math.max(slash, 0));
  const hasHost = slash > 0 && (/[.:A-Z]/.test(first) || first === "localhost");
  if (hasHost && !host.test(first)) return undefined;
  const domain = hasHost ? canonicalHost(first) : dockerHub;
  const name = hasHost ? reference.slice(slash + 1) : reference;
  const end = name.search(/[:@]/);
  const written = end < 0 ? name : name.slice(0, end);
  const rest = end < 0 ? "" : name.slice(end);
  const full = domain === dockerHub && !written.includes("/") ? `library/${written}` : written;
  if (!path.test(written) || full.length > maxPath || !version.test(rest)) return undefined;
  const [, account, region] = ecrHost.exec(domain) ?? [];
  return {
    domain,
    path: full,
    version: rest,
    isPinned: rest.includes("@"),
    ecr: account === undefined || region === undefined ? undefined : { account, region },
  };
}
