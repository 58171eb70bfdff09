import type { Exception } from "./place";

/** Where an object has images: a tree of property names whose leaves are images. */
export type PlaceTree = ImageLeaf | JsonText | PlaceNode;

export interface ImageLeaf {
  readonly kind: "image";
  /** The text before the image. A string that starts differently is no image. */
  readonly scheme: string;
  /** Only images that name their registry, also after the last `=`. Other texts are no images. */
  readonly needsHost: boolean;
  /** The sibling with the tag, if this is only the repository. */
  readonly tag: string | undefined;
  /** A sibling that protects the image from being rewritten. */
  readonly unless: Exception | undefined;
}

/** A JSON document in a string. */
interface JsonText {
  readonly kind: "json";
  readonly document: PlaceNode;
}

export interface PlaceNode {
  readonly kind: "object";
  readonly properties: Map<string, PlaceTree>;
  /** Every element of the list or value of the map. */
  each: PlaceTree | undefined;
  /** The values of the map that the user named as build arguments with images. */
  buildArguments: PlaceTree | undefined;
}

/** What a path may look like. */
export const PLACE_PATH = /^[\w$/-]+(\[\]|\(\w[\w-]*\))*(\.[\w$/-]+(\[\]|\(\w[\w-]*\))*)*(:\w+)?$/;

const STEP = /\[\]|\([\w-]+\)|[^.[\]():]+/g;

/**
 * Joins paths into one tree.
 *
 * @throws Error for a malformed path.
 */
export function placeTree(paths: readonly string[], unless?: Exception): PlaceNode {
  const root = node();
  for (const path of paths) {
    if (!PLACE_PATH.test(path))
      throw new Error(`places: ${JSON.stringify(path)} is not a path such as "spec.steps[].image".`);
    const [steps = "", tag] = path.split(":");
    insert(root, steps.match(STEP) ?? [], { kind: "image", scheme: "", needsHost: false, tag, unless });
  }
  return root;
}

/** The tree of a list or map of such objects. */
export function listOf(property: string, each: PlaceNode): PlaceNode {
  return { ...node(), properties: new Map([[property, { ...node(), each }]]) };
}

function node(): PlaceNode {
  return { kind: "object", properties: new Map(), each: undefined, buildArguments: undefined };
}

function insert(place: PlaceNode, [step = "", ...rest]: readonly string[], leaf: ImageLeaf): void {
  if (step === "[]") place.each = extend(place.each, rest, leaf);
  else if (step === "(build)") place.buildArguments = extend(place.buildArguments, rest, leaf);
  else place.properties.set(step, extend(place.properties.get(step), rest, leaf));
}

function extend(existing: PlaceTree | undefined, steps: readonly string[], leaf: ImageLeaf): PlaceTree {
  const [step, ...rest] = steps;
  if (step === undefined) return leaf;
  if (step === "(docker-image)") return { ...leaf, scheme: "docker-image://" };
  if (step === "(host)") return { ...leaf, needsHost: true };
  if (step === "(json)") {
    const document = existing?.kind === "json" ? existing.document : node();
    insert(document, rest, leaf);
    return { kind: "json", document };
  }
  const object = existing?.kind === "object" ? existing : node();
  insert(object, steps, leaf);
  return object;
}
