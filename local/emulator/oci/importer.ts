import type { Cloud } from "../context";
import { sha256 } from "../digest";
import type { HttpReply } from "../http/reply";
import { isTagMutable } from "../services/ecr/mutability";
import { scansNewImages } from "../services/ecr/scanning";
import type { Image, PullThroughCacheRule, Repository } from "../state/model";
import { type Registries, UpstreamDenied, UpstreamUnavailable, upstreamSession } from "../upstream/client";
import { noImage, RegistryError, upstreamFailure } from "./errors";
import { isIndex, type ParsedManifest, parseManifest } from "./manifest";
import { upstreamRepository } from "./mapping";
import { upstreamCredential } from "./upstream-access";

export interface ImportTarget {
  readonly account: string;
  readonly region: string;
  readonly rule: PullThroughCacheRule;
  readonly name: string;
  /** A tag: ECR does not import by digest. */
  readonly tag: string;
}

/** Where referrers are imported: by the digest of their subject. */
type Source = Omit<ImportTarget, "tag">;

/** An upstream image: its manifest, and for a manifest list those of all its children. */
export interface Fetched {
  readonly digest: string;
  readonly manifests: readonly ParsedManifest[];
}

type Pull = (path: string) => Promise<HttpReply>;

/** Copies images from upstream registries into repositories. */
export class Importer {
  constructor(
    private readonly cloud: Cloud,
    private readonly registries: Registries,
  ) {}

  /** Fetches an image with all its parts, including layers. */
  async fetch(target: ImportTarget): Promise<Fetched> {
    const upstreamName = upstreamRepository(target.rule, target.name);
    const pull = this.session(target, upstreamName);
    const root = await fetchManifest(pull, upstreamName, target.tag);
    const children = await Promise.all(root.children.map((digest) => fetchManifest(pull, upstreamName, digest)));
    const manifests = [...children, root];
    await this.fetchBlobs(pull, upstreamName, manifests);
    return { digest: root.digest, manifests };
  }

  /** Fetches what the upstream lists as referrers of a manifest. None if it does not know referrers. */
  async fetchReferrers(source: Source, subject: string): Promise<ParsedManifest[]> {
    const upstreamName = upstreamRepository(source.rule, source.name);
    const pull = this.session(source, upstreamName);
    const reply = await pull(`/v2/${upstreamName}/referrers/${subject}`);
    if (reply.status !== 200) return [];
    const { manifests: listed = [] } = JSON.parse(String(reply.body)) as { manifests?: { digest: string }[] };
    const manifests = await Promise.all(listed.map(({ digest }) => fetchManifest(pull, upstreamName, digest)));
    await this.fetchBlobs(pull, upstreamName, manifests);
    return manifests;
  }

  /** Puts a fetched image into its repository and points the tag to it. */
  store(repository: Repository, target: ImportTarget, fetched: Fetched): void {
    this.add(repository, target, fetched.manifests);
    repository.imageTags.set(target.tag, { digest: fetched.digest, validatedAt: this.cloud.clock.now() });
  }

  /** Puts manifests into their repository. */
  add(repository: Repository, target: Source, manifests: readonly ParsedManifest[]): void {
    const now = this.cloud.clock.now();
    const state = this.cloud.store.region(target.account, target.region);
    const { scanOnPush } = repository.imageScanningConfiguration;
    const scans = scanOnPush || scansNewImages(repository.repositoryName, state.scanning);
    const enhanced = state.scanning?.scanType === "ENHANCED";
    for (const manifest of manifests) {
      if (repository.images.has(manifest.digest)) continue;
      const image: Image = { ...manifest, pushedAt: now };
      // Only images are scanned. A manifest list has no layers.
      if (scans && !isIndex(manifest.mediaType)) {
        image.scan = enhanced
          ? { status: "ACTIVE", description: "Continuous scan is selected for image.", completedAt: now }
          : { status: "COMPLETE", description: "The scan was completed successfully.", completedAt: now };
      }
      repository.images.set(manifest.digest, image);
    }
  }

  /** Logs in to a rule's upstream without pulling. Returns the problem, if there is one. */
  async check(account: string, region: string, prefix: string): Promise<string | undefined> {
    const rules = [...this.cloud.store.region(account, region).rules.values()];
    const rule = rules.find(({ ecrRepositoryPrefix }) => ecrRepositoryPrefix === prefix);
    if (rule === undefined) return "The rule does not exist";
    try {
      const target = { account, region, rule, name: `${prefix}/validation`, tag: "latest" };
      const reply = await this.session(target, "validation")("/v2/");
      return reply.status === 200 ? undefined : `The upstream registry answers with status ${reply.status}`;
    } catch (error) {
      if (upstreamFailure(error) !== undefined) return (error as Error).message;
      throw error;
    }
  }

  private session(target: Source, upstreamName: string): Pull {
    const { account, region, rule, name } = target;
    const credential = upstreamCredential(this.cloud, {
      account,
      region,
      rule,
      repository: name,
      upstreamRepository: upstreamName,
    });
    return upstreamSession(this.registries, rule.upstreamRegistryUrl, credential);
  }

  private async fetchBlobs(pull: Pull, repository: string, manifests: readonly ParsedManifest[]): Promise<void> {
    for (const digest of new Set(manifests.flatMap(({ blobs }) => blobs)))
      await this.fetchBlob(pull, repository, digest);
  }

  private async fetchBlob(pull: Pull, repository: string, digest: string): Promise<void> {
    if (this.cloud.store.blobs.has(digest)) return;
    const reply = await pull(`/v2/${repository}/blobs/${digest}`);
    const body = Buffer.from(reply.body ?? "");
    if (reply.status !== 200 || sha256(body) !== digest) {
      throw new UpstreamUnavailable(`the upstream does not serve the layer ${digest}`);
    }
    this.cloud.store.blobs.set(digest, body);
  }
}

async function fetchManifest(pull: Pull, repository: string, reference: string): Promise<ParsedManifest> {
  const reply = await pull(`/v2/${repository}/manifests/${reference}`);
  if (reply.status === 404) throw noImage();
  if (reply.status === 403) throw new UpstreamDenied("the upstream denies access to the image");
  if (reply.status !== 200) throw new RegistryError("UNKNOWN", `The upstream answers with status ${reply.status}`, 502);
  const manifest = parseManifest(Buffer.from(reply.body ?? ""), reply.headers?.["content-type"] ?? "");
  if (reference.includes(":") && manifest.digest !== reference) {
    throw new UpstreamUnavailable("the upstream serves a manifest with another digest");
  }
  return manifest;
}

/** Whether a cached tag may follow the upstream's. */
export function mayRefresh(repository: Repository, tag: string): boolean {
  return isTagMutable(repository.imageTagMutability, repository.imageTagMutabilityExclusionFilters, tag);
}
