import { repositoryArn } from "../aws";
import { DAY } from "../clock";
import type { Cloud, Pull, UpstreamAccess } from "../context";
import { found } from "../errors";
import { isAllowedOn } from "../policy/resource-policies";
import { ruleFor } from "../services/ecr/prefixes";
import type { Image, PullThroughCacheRule, Repository } from "../state/model";
import { createCachedRepository } from "./create-repository";
import { noImage, noRepository, RegistryError } from "./errors";
import { type Importer, type ImportTarget, mayRefresh } from "./importer";
import { announceImport, failureOf } from "./pull-event";

const FRESH_FOR = DAY;

/** Finds what a client pulls, in the cache or through it. */
export class Puller implements UpstreamAccess {
  /** Pulls into one repository run one after the other, so that it is created and filled once. */
  private readonly running = new Map<string, Promise<unknown>>();

  constructor(
    private readonly cloud: Cloud,
    private readonly importer: Importer,
  ) {}

  async pull(pull: Pull, reference: string): Promise<Image> {
    this.require(pull, "ecr:BatchGetImage");
    const image = await this.inTurn(pull, () => this.find(pull, reference));
    if (image.archivedAt !== undefined) throw noImage();
    if (!this.isExcluded(pull)) image.lastPulledAt = this.cloud.clock.now();
    return image;
  }

  /**
   * What refers to a manifest, after the upstream was asked and its referrers were cached. Sources: AWS's What's New of
   * 2026-04-17; API reference of Amazon ECR, ListImageReferrers. AWS does not say what it does for a manifest that is not
   * cached, so that has none.
   */
  async referrers(pull: Pull, subject: string): Promise<Image[]> {
    this.require(pull, "ecr:BatchGetImage");
    return this.inTurn(pull, async () => {
      const repository = this.existing(pull);
      const { rules } = this.cloud.store.region(pull.account, pull.region);
      const rule = ruleFor(rules.values(), pull.name);
      if (rule !== undefined && repository.images.has(subject) && this.mayImport(pull, repository)) {
        const source = { ...pull, rule };
        this.importer.add(repository, source, await this.importer.fetchReferrers(source, subject));
      }
      return [...repository.images.values()].filter((image) => image.subject === subject);
    });
  }

  check(account: string, region: string, rule: PullThroughCacheRule): Promise<string | undefined> {
    return this.importer.check(account, region, rule);
  }

  private async inTurn<T>(pull: Pull, work: () => Promise<T>): Promise<T> {
    const key = `${pull.account}.${pull.region}/${pull.name}`;
    const before = this.running.get(key) ?? Promise.resolve();
    const result = before.catch(() => undefined).then(work);
    this.running.set(key, result);
    try {
      return await result;
    } finally {
      if (this.running.get(key) === result) this.running.delete(key);
    }
  }

  blob(pull: Pull, digest: string): Buffer {
    this.require(pull, "ecr:GetDownloadUrlForLayer");
    const images = [...this.existing(pull).images.values()];
    const content = images.some(({ blobs }) => blobs.includes(digest)) ? this.cloud.store.blobs.get(digest) : undefined;
    if (content === undefined) throw new RegistryError("BLOB_UNKNOWN", "blob unknown to registry", 404);
    return content;
  }

  tags(pull: Pull): string[] {
    this.require(pull, "ecr:ListImages");
    return [...this.existing(pull).imageTags.keys()].sort();
  }

  /** Source: API reference of Amazon ECR, RegisterPullTimeUpdateExclusion. */
  private isExcluded({ account, region, principal }: Pull): boolean {
    const { pullTimeExclusions } = this.cloud.store.region(account, region);
    return principal.kind === "session" && pullTimeExclusions.has(principal.roleArn);
  }

  private async find(pull: Pull, reference: string): Promise<Image> {
    const state = this.cloud.store.region(pull.account, pull.region);
    const repository = state.repositories.get(pull.name);
    const cached = repository && lookUp(repository, reference);
    const rule = ruleFor(state.rules.values(), pull.name);
    // ECR does not ask the upstream for a digest that is not cached (aws/containers-roadmap#2837). The children of a
    // cached manifest list are cached with it.
    const isDigest = reference.includes(":");
    if (rule === undefined || isDigest || (cached !== undefined && !this.isStale(repository, reference))) {
      return orMissing(cached, repository, pull);
    }
    // A missing permission to import appears as "not found". Cached images are served anyway.
    if (!this.mayImport(pull, repository)) return orMissing(cached, repository, pull);
    const target: ImportTarget = { ...pull, rule, tag: reference };
    try {
      const image = await this.import(pull, target, repository);
      announceImport(this.cloud, target, { digest: image.digest });
      return image;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      announceImport(this.cloud, target, { failure: failureOf(error) });
      if (cached !== undefined) return cached;
      throw error;
    }
  }

  private async import(pull: Pull, target: ImportTarget, existing: Repository | undefined): Promise<Image> {
    const fetched = await this.importer.fetch(target);
    const repository = existing ?? createCachedRepository(this.cloud, pull);
    this.importer.store(repository, target, fetched);
    return orMissing(repository.images.get(fetched.digest), repository, pull);
  }

  private isStale(repository: Repository | undefined, reference: string): boolean {
    const tag = repository?.imageTags.get(reference);
    if (repository === undefined || tag === undefined || !mayRefresh(repository, reference)) return false;
    return this.cloud.clock.now() - tag.validatedAt > FRESH_FOR;
  }

  private mayImport(pull: Pull, repository: Repository | undefined): boolean {
    // Services such as Lambda cannot pull through a rule, whatever the policies say.
    if (pull.principal.kind === "service") return false;
    if (!this.allows(pull, "ecr:BatchImportUpstreamImage")) return false;
    // The puller needs this even if a template's role creates the repository (aws/containers-roadmap#2643).
    return repository !== undefined || this.allows(pull, "ecr:CreateRepository");
  }

  private require(pull: Pull, action: string): void {
    if (this.allows(pull, action)) return;
    const resource = repositoryArn(pull.account, pull.region, pull.name);
    const who = pull.principal.arn;
    throw new RegistryError(
      "DENIED",
      `User: ${who} is not authorized to perform: ${action} on resource: ${resource}`,
      403,
    );
  }

  private allows(pull: Pull, action: string): boolean {
    const { principal, account, region, name } = pull;
    const resource = repositoryArn(account, region, name);
    const repository = this.cloud.store.region(account, region).repositories.get(name);
    // A template's repository policy applies once the repository exists. Until then the registry policy decides, also for
    // pullers of other accounts (aws/containers-roadmap#939, #2053).
    return isAllowedOn(this.cloud, { principal, action, resource, account, region, resourceTags: repository?.tags });
  }

  private existing({ account, region, name }: Pull): Repository {
    return found(this.cloud.store.region(account, region).repositories.get(name), () => noRepository(name, account));
  }
}

function lookUp(repository: Repository, reference: string): Image | undefined {
  const digest = reference.includes(":") ? reference : repository.imageTags.get(reference)?.digest;
  return digest === undefined ? undefined : repository.images.get(digest);
}

const orMissing = (image: Image | undefined, repository: Repository | undefined, { name, account }: Pull) =>
  found(image, () => (repository === undefined ? noRepository(name, account) : noImage()));
