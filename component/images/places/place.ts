/** Where objects of a kind have images. */
export interface Place {
  /**
   * The kind. Kubernetes kinds are `<Kind>.<group>`, in any version, and without a group in the core: `Rollout.argoproj.io`,
   * `Pod`. In Pulumi programs it can also be the token of a resource type: `aws:ecs/taskDefinition:TaskDefinition`.
   */
  kind: string;
  /**
   * Paths to images: `spec.image`, `spec.steps[].image`. `[]` stands for every element of a list or value of a map, and
   * `(json)` for the JSON document in a string. `spec.image.repository:tag` is a repository with its tag next to it, and
   * `spec.args[](host)` takes only texts that name an image with its registry, also after a `=`.
   */
  images?: string[] | undefined;
  /** Paths to Pod specs, whose containers and image volumes have images: `spec.template.spec`. */
  podSpecs?: string[] | undefined;
}

/** A sibling property that keeps an image from being rewritten. */
export interface Exception {
  readonly property: string;
  /** The reason, if the user should know it. */
  readonly warning?: string;
}

/** What this project knows about a kind. */
export interface KnownPlace extends Place {
  /** Where the paths are documented. */
  readonly source: string;
  readonly unless?: Exception;
  /** Why its images cannot come from a cache. They are looked at, and never rewritten. */
  readonly stays?: string;
}

/** The images of a Pod spec. Source: Kubernetes API reference, PodSpec, Container and ImageVolumeSource. */
const POD_IMAGES = [
  "containers[].image",
  "initContainers[].image",
  "ephemeralContainers[].image",
  "volumes[].image.reference",
];

/** All paths to images of a kind. */
export function imagePaths({ images = [], podSpecs = [] }: Place): string[] {
  return [...images, ...podSpecs.flatMap((spec) => POD_IMAGES.map((path) => `${spec}.${path}`))];
}
