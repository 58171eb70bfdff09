import known from "./places.json";

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
  readonly stays?: boolean;
}

interface Group extends Omit<Place, "images"> {
  readonly kinds: readonly string[];
  readonly images?: readonly string[];
  readonly podSpecs?: readonly string[];
}

/** By the kind of Kubernetes with its group after the dot, or by the type of another provider. */
export const places: ReadonlyMap<string, Place> = new Map(
  (known as readonly Group[]).flatMap(({ kinds, images = [], podSpecs: pods = [], ...more }) =>
    kinds.map((kind) => [kind, { ...more, images: [...images, ...podSpecs(...pods)] }]),
  ),
);

/** The images of Pod specs. Source: Kubernetes API reference, PodSpec, Container and ImageVolumeSource. */
export function podSpecs(...paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    ["containers[].image", "initContainers[].image", "ephemeralContainers[].image", "volumes[].image.reference"].map(
      (image) => `${path}.${image}`,
    ),
  );
}
