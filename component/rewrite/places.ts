/** Where the inputs of a resource hold images: a tree of property names whose leaves are images. */
export type Place = ImagePlace | JsonPlace | ObjectPlace;

export interface ImagePlace {
  kind: "image";
  /** The text before the image. A string that starts differently is no image. */
  scheme: string;
  /** A sibling property that protects the image from being rewritten. */
  unless: Exception | undefined;
}

export interface Exception {
  property: string;
  /** The reason, if the user should know it. */
  warning?: string;
}

/** A JSON document in a string. */
export interface JsonPlace {
  kind: "json";
  document: ObjectPlace;
}

export interface ObjectPlace {
  kind: "object";
  properties: Map<string, Place>;
  /** Every element of the list or value of the map. */
  each: Place | undefined;
  /** The values of the map that the user named as build arguments with images. */
  buildArguments: Place | undefined;
}

/** A path to images: property names and the steps below. */
export type Path = readonly (string | symbol | Exception)[];

/** Every element of a list, or every value of a map. */
export const EACH = Symbol("each");
/** Into the JSON document in the string. */
export const JSON_TEXT = Symbol("json");
/** The build arguments that hold images. */
export const BUILD_ARGUMENT = Symbol("build argument");
/** The string is `docker-image://` followed by an image. */
export const DOCKER_IMAGE_URL = Symbol("docker image URL");

/** Joins paths into one tree. */
export function places(...paths: readonly Path[]): ObjectPlace {
  const root = objectPlace();
  for (const path of paths) insert(root, path);
  return root;
}

function objectPlace(): ObjectPlace {
  return { kind: "object", properties: new Map(), each: undefined, buildArguments: undefined };
}

function insert(place: ObjectPlace, [step, ...rest]: Path): void {
  if (step === EACH) place.each = extend(place.each, rest);
  else if (step === BUILD_ARGUMENT) place.buildArguments = extend(place.buildArguments, rest);
  else if (typeof step === "string") place.properties.set(step, extend(place.properties.get(step), rest));
  else throw new Error("a path of places is malformed");
}

function extend(existing: Place | undefined, [step, ...rest]: Path): Place {
  if (step === undefined) return { kind: "image", scheme: "", unless: undefined };
  if (step === DOCKER_IMAGE_URL) return { kind: "image", scheme: "docker-image://", unless: undefined };
  if (typeof step === "object") return { kind: "image", scheme: "", unless: step };
  if (step === JSON_TEXT) {
    const document = existing?.kind === "json" ? existing.document : objectPlace();
    insert(document, rest);
    return { kind: "json", document };
  }
  const object = existing?.kind === "object" ? existing : objectPlace();
  insert(object, [step, ...rest]);
  return object;
}
