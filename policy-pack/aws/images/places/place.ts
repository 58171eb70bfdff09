/** Where objects of a kind have images. */
export interface Place {
  /**
   * Paths: `[]` stands for every element of a list or value of a map, and `(json)` for the JSON document in a text.
   * `image.repository:tag` is a repository with its tag next to it, and after `(docker-image)` the text starts with
   * `docker-image://`.
   */
  readonly images: readonly string[];
  /** A property beside an image with the credentials of its registry. They would be used for the cache, too. */
  readonly credentials?: string;
  /** A property beside an image with which it is the name of something else. */
  readonly unless?: string;
  /** Whether the images cannot come from a cache, or nothing says that they can. */
  readonly stays?: true;
}

export type Places = Readonly<Record<string, Place>>;

/** The same places of several kinds. */
export function same(kinds: readonly string[], images: readonly string[], more: Omit<Place, "images"> = {}): Places {
  return Object.fromEntries(kinds.map((kind) => [kind, { images, ...more }]));
}

/** The images of Pod specs. Source: Kubernetes API reference, PodSpec, Container and ImageVolumeSource. */
export function podSpecs(...paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    ["containers[].image", "initContainers[].image", "ephemeralContainers[].image", "volumes[].image.reference"].map(
      (image) => `${path}.${image}`,
    ),
  );
}
