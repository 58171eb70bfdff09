import type { Cloud } from "../context";
import type { HttpReply } from "../http/reply";
import { upstreamRepository } from "../services/ecr/prefixes";
import { scanningOf, scansNewImages } from "../services/ecr/registry-settings";
import { isTagMutable } from "../services/ecr/repository-settings";
import type { Image, PullThroughCacheRule, Repository } from "../state/model";
import { type Registries, upstreamSession } from "../upstream/client";
import { noImage, RegistryError, UpstreamFailure, upstreamDenied, upstreamUnavailable } from "./errors";
import { isIndex, type ParsedManifest, parseManifest } from "./manifest";
import { upstreamCredential } from "./upstream-access";

/** What is imported from the upstream of a rule, into the repository of that name. */
export interface Source {
  readonly account: string;
  readonly region: string;
  readonly rule: PullThroughCacheRule;
  readonly name: string;
}

/** ECR imports an image by its tag, not by its digest. */
export type ImportTarget = Source & { readonly tag: string };

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
    const pull = this.session(target);
    const root = await fetchManifest(pull, target.tag);
    const children = await Promise.all(root.children.map((digest) => fetchManifest(pull, digest)));
    const manifests = [...children, root];
    await this.fetchBlobs(pull, manifests);
    return { digest: root.digest, manifests };
  }

  /** Fetches what the upstream lists as referrers of a manifest. None if it does not know referrers. */
  async fetchReferrers(source: Source, subject: string): Promise<ParsedManifest[]> {
    const pull = this.session(source);
    const reply = await pull(`referrers/${subject}`);
    if (reply.status !== 200) return [];
    const { manifests: listed = [] } = JSON.parse(String(reply.body)) as { manifests?: { digest: string }[] };
    const manifests = await Promise.all(listed.map(({ digest }) => fetchManifest(pull, digest)));
    await this.fetchBlobs(pull, manifests);
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
    const registry = this.cloud.store.region(target.account, target.region);
    const { scanOnPush } = repository.imageScanningConfiguration;
    const scans = scanOnPush || scansNewImages(repository.repositoryName, registry);
    const enhanced = scanningOf(registry).scanType === "ENHANCED";
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
  async check(account: string, region: string, rule: PullThroughCacheRule): Promise<string | undefined> {
    try {
      const host = this.upstream({ account, region, rule, name: `${rule.ecrRepositoryPrefix}/validation` });
      const reply = await host("/v2/");
      return reply.status === 200 ? undefined : `The upstream registry answers with status ${reply.status}`;
    } catch (error) {
      if (error instanceof UpstreamFailure) return error.message;
      throw error;
    }
  }

  private upstream(source: Source): Pull {
    const credential = upstreamCredential(this.cloud, source);
    return upstreamSession(this.registries, source.rule.upstreamRegistryUrl, credential);
  }

  /** Pulls from one repository of the upstream. */
  private session(source: Source): Pull {
    const host = this.upstream(source);
    return (path) => host(`/v2/${upstreamRepository(source.rule, source.name)}/${path}`);
  }

  private async fetchBlobs(pull: Pull, manifests: readonly ParsedManifest[]): Promise<void> {
    const { blobs } = this.cloud.store;
    for (const digest of new Set(manifests.flatMap((manifest) => manifest.blobs))) {
      if (blobs.has(digest)) continue;
      const { status, body = "" } = await pull(`blobs/${digest}`);
      if (status !== 200) throw upstreamUnavailable(`the upstream does not serve the layer ${digest}`);
      blobs.set(digest, Buffer.from(body));
    }
  }
}

async function fetchManifest(pull: Pull, reference: string): Promise<ParsedManifest> {
  const { status, headers, body = "" } = await pull(`manifests/${reference}`);
  if (status === 404) throw noImage();
  if (status === 403) throw upstreamDenied("the upstream denies access to the image");
  if (status !== 200) throw new RegistryError("UNKNOWN", `The upstream answers with status ${status}`, 502);
  return parseManifest(Buffer.from(body), headers?.["content-type"] ?? "");
}

/** Whether a cached tag may follow the upstream's. */
export function mayRefresh(repository: Repository, tag: string): boolean {
  return isTagMutable(repository.imageTagMutability, repository.imageTagMutabilityExclusionFilters, tag);
}
