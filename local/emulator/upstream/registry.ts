import { catalogueOf } from "./catalogue";
import { buildImage, buildReferrer, type StandInImage } from "./images";

/** The images of one stand-in registry, created on first use. */
export class StandInRegistry {
  /** Revision of each `repository:tag`; a higher one is another image. */
  private readonly revisions = new Map<string, number>();
  private readonly images = new Map<string, StandInImage>();
  /** By repository and subject. */
  private readonly referrers = new Map<string, StandInImage[]>();

  constructor(private readonly host: string) {
    for (const [repository, tags] of Object.entries(catalogueOf(host))) {
      for (const tag of tags) this.revisions.set(`${repository}:${tag}`, 1);
    }
  }

  /** Publishes a new image with a tag, like a push. */
  publish(repository: string, tag: string): string {
    const key = `${repository}:${tag}`;
    this.revisions.set(key, (this.revisions.get(key) ?? 0) + 1);
    return this.image(repository, tag)?.digest ?? "";
  }

  publishReferrer(repository: string, subject: string, artifactType: string): string {
    const made = buildReferrer(subject, artifactType);
    this.referrers.set(`${repository}@${subject}`, [...this.referrersOf(repository, subject), made]);
    return made.digest;
  }

  referrersOf(repository: string, subject: string): readonly StandInImage[] {
    return this.referrers.get(`${repository}@${subject}`) ?? [];
  }

  image(repository: string, tag: string): StandInImage | undefined {
    const revision = this.revisions.get(`${repository}:${tag}`);
    if (revision === undefined) return undefined;
    const key = `${repository}:${tag}@${revision}`;
    const made = this.images.get(key) ?? buildImage(this.host, repository, tag, revision);
    this.images.set(key, made);
    return made;
  }

  /** All images of a repository, older revisions and referrers included. */
  imagesOf(repository: string): StandInImage[] {
    for (const tag of this.tags(repository)) this.image(repository, tag);
    const images = [...this.images].filter(([key]) => key.startsWith(`${repository}:`)).map(([, image]) => image);
    const referrers = [...this.referrers].filter(([key]) => key.startsWith(`${repository}@`));
    return [...images, ...referrers.flatMap(([, made]) => made)];
  }

  tags(repository: string): string[] {
    const prefix = `${repository}:`;
    return [...this.revisions.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }
}
