import type { Exception } from "./place";
import { type KindPlaces, kubernetesKind, type PlaceTable } from "./table";
import type { ImageLeaf, PlaceTree } from "./tree";

type Fields = Readonly<Record<string, unknown>>;

/** A path in a document: property names and indexes. */
export type DocumentPath = readonly (string | number)[];

/** An image in a document, at a place that is known. */
export interface FoundImage extends ImageText {
  /** Where the image's name stands. */
  readonly path: DocumentPath;
  /** Why the image cannot come from a cache, whatever it is. */
  readonly stays?: string;
}

/** How a text names an image. */
export interface ImageText {
  /** The whole reference, also if its tag stands elsewhere. */
  readonly reference: string;
  /** What stands before the name: `docker-image://` or nothing. */
  readonly scheme: string;
  /** The end of the reference that stands elsewhere: `:v1` or nothing. */
  readonly version: string;
}

/** A text that may be an image, at a place that nobody knows. */
export interface Candidate {
  readonly path: DocumentPath;
  readonly reference: string;
  /** Whether its field is called image, or the text names a registry. Otherwise it is part of a longer text. */
  readonly isNamed: boolean;
}

/** The images of a document. */
export interface DocumentImages {
  /** Such as `Deployment.apps`; undefined if the document does not say. */
  readonly kind: string | undefined;
  /** Whether the places of its kind are known. */
  readonly isKnown: boolean;
  /** The name that the document gives itself. */
  readonly name: string | undefined;
  readonly images: readonly FoundImage[];
  readonly candidates: readonly Candidate[];
}

/**
 * Reads the images in a plain document: a Kubernetes manifest, also a list of them, an ECS task definition or a Compose
 * file, or an array of these. Everything else that looks like an image, in any document, is a candidate.
 */
export function readImages(document: unknown, table: PlaceTable): DocumentImages[] {
  if (Array.isArray(document)) {
    return document.flatMap((item, index) => (isObject(item) ? [readOne(item, [index], table)] : []));
  }
  if (!isObject(document)) return [];
  const { items, kind } = document;
  if (Array.isArray(items) && typeof kind === "string" && kind.endsWith("List")) {
    const own = kind === "List" ? undefined : { apiVersion: document.apiVersion, kind: kind.slice(0, -"List".length) };
    return items.flatMap((item, index) =>
      isObject(item) ? [readOne({ ...own, ...item }, ["items", index], table)] : [],
    );
  }
  return [readOne(document, [], table)];
}

/** What looks like an image in a value of which nobody knows the places. */
export function readCandidates(value: object): readonly Candidate[] {
  return readWith(value, [], undefined).candidates;
}

function readOne(document: Fields, start: DocumentPath, table: PlaceTable): DocumentImages {
  const { apiVersion, kind } = document;
  const read = readWith(document, start, table.ofDocument(document));
  if (read.isKnown || typeof apiVersion !== "string" || typeof kind !== "string") return read;
  return { ...read, kind: kubernetesKind(apiVersion, kind) };
}

function readWith(
  document: object,
  start: DocumentPath,
  found: (KindPlaces & { readonly kind: string }) | undefined,
): DocumentImages {
  const images: FoundImage[] = [];
  const candidates: Candidate[] = [];
  const visit = (value: unknown, place: PlaceTree | undefined, path: DocumentPath, parent: unknown): void => {
    if (typeof value === "string") {
      const image = place?.kind === "image" ? imageIn(value, place, parent as Fields) : undefined;
      if (image) images.push(...foundImage(path, image, found?.stays));
      else candidates.push(...candidatesIn(value, path, parent));
      return;
    }
    if (!Array.isArray(value) && !isObject(value)) return;
    if (place === undefined) candidates.push(...partsOf(value, path));
    for (const [key, inner] of Object.entries(value)) {
      const next = place?.kind === "object" ? (place.properties.get(key) ?? place.each) : undefined;
      visit(inner, next, [...path, Array.isArray(value) ? Number(key) : key], value);
    }
  };
  visit(document, found?.tree, start, undefined);
  return { kind: found?.kind, isKnown: found !== undefined, name: nameOf(document), images, candidates };
}

function nameOf(document: object): string | undefined {
  const { metadata, family } = document as {
    readonly metadata?: { readonly name?: unknown };
    readonly family?: unknown;
  };
  return [metadata?.name, family].find((name) => typeof name === "string");
}

/** The image in the value of a leaf, if it has one, and what protects it. Siblings may hold its tag. */
export function imageIn(
  text: string,
  { scheme: start, needsHost, tag, unless }: ImageLeaf,
  siblings: Fields,
): (ImageText & { readonly exception: Exception | undefined }) | undefined {
  const scheme = needsHost ? text.slice(0, text.lastIndexOf("=") + 1) : start;
  if (!text.startsWith(scheme) || (needsHost && !HOST.test(text.slice(scheme.length)))) return undefined;
  const sibling = tag === undefined ? undefined : siblings[tag];
  const version = isTag(sibling) ? `:${sibling}` : "";
  const exception = unless && (siblings[unless.property] ?? undefined) !== undefined ? unless : undefined;
  return { reference: text.slice(scheme.length) + version, scheme, version, exception };
}

/** The text that names another image at the same place. */
export function imageText({ scheme, version }: ImageText, reference: string): string {
  return scheme + reference.slice(0, reference.length - version.length);
}

function foundImage(
  path: DocumentPath,
  { exception, ...image }: ImageText & { readonly exception: Exception | undefined },
  reason: string | undefined,
): FoundImage[] {
  if (exception && exception.warning === undefined) return [];
  const stays = exception?.warning ?? reason;
  return [{ path, ...image, ...(stays !== undefined && { stays }) }];
}

function isTag(value: unknown): value is string | number {
  return typeof value === "number" || (typeof value === "string" && value !== "");
}

/** Names of fields and variables with images: `image`, `imageName`, `baseImage`, `VM_VMALERTDEFAULT_IMAGE`. */
const IMAGE_NAME = /(^|[a-z_.-])image([_.-]?(name|ref|reference|uri|identifier))?$/i;
/** A reference that names its host, anywhere in a text: `--reloader=quay.io/org/app:v1`. */
const WITH_HOST =
  /(?<![\w./@:-])(?:[a-z0-9-]+\.)+[a-z0-9-]+(?::\d+)?\/[a-z0-9._/-]+(?::\w[\w.-]*)?(?:@sha256:[0-9a-f]{64})?/g;
const HOST = /^([a-z0-9-]+\.)+[a-z0-9-]+(:\d+)?\//;
/** An image in a document inside a text. */
const IN_TEXT = /\bimage["']?[ \t]*:[ \t]*["']?([^\s"',{}]+)/gi;

function candidatesIn(text: string, path: DocumentPath, parent: unknown): Candidate[] {
  const named = isImageName(path, parent) && !/\s/.test(text) ? [text] : (text.match(WITH_HOST) ?? []);
  const inText = [...text.matchAll(IN_TEXT)].map(([, image = ""]) => image).filter((image) => !named.includes(image));
  return [
    ...[...new Set(named)].map((reference) => ({ path, reference, isNamed: true })),
    ...[...new Set(inText)].map((reference) => ({ path, reference, isNamed: false })),
  ];
}

/** Whether a field says that it has an image. The name of a variable stands next to its value. */
function isImageName(path: DocumentPath, parent: unknown): boolean {
  const key = path.at(-1);
  const { name } = (parent ?? {}) as { readonly name?: unknown };
  return IMAGE_NAME.test(String(key === "value" && typeof name === "string" ? name : key));
}

/** An image in parts, as charts have it: `image: { registry: quay.io, repository: org/app, tag: v1 }`. */
function partsOf(value: object, path: DocumentPath): Candidate[] {
  const { registry, repository, image, tag } = value as Fields;
  const name = repository ?? image;
  if (typeof name !== "string" || !IMAGE_NAME.test(String(path.at(-1)))) return [];
  const host = typeof registry === "string" && registry !== "" ? `${registry}/` : "";
  return [{ path, reference: `${host}${name}${isTag(tag) ? `:${tag}` : ""}`, isNamed: true }];
}

/** A plain object, not an instance of a class. */
function isObject(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
