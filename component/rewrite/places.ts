/** Where images are in the inputs of a resource: a tree of property names with images as its leaves. */
export type Place = ImagePlace | JsonPlace | ObjectPlace;

export interface ImagePlace {
  kind: "image";
  /** What the text before the image is; a text that starts with something else is no image. */
  scheme: string;
  /** A property beside the image because of which it is left alone. */
  unless: Exception | undefined;
}

export interface Exception {
  property: string;
  /** Why, when the user should know. */
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
  /** Those values of the map whose names the user has given as build arguments with images. */
  buildArguments: Place | undefined;
}

/** A path to images; a property name, or one of the steps below. */
export type Path = readonly (string | symbol | Exception)[];

/** Every element of a list, or every value of a map. */
export const EACH = Symbol("each");
/** Into the JSON document that the string holds. */
export const JSON_TEXT = Symbol("json");
/** The build arguments that hold images. */
export const BUILD_ARGUMENT = Symbol("build argument");
/** The string is `docker-image://` and an image. */
export const DOCKER_IMAGE_URL = Symbol("docker image URL");

/** Joins paths to one tree. */
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
