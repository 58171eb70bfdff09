import * as pulumi from "@pulumi/pulumi";
import type { Exception } from "../images/places/place";
import { imageIn, imageText } from "../images/places/read";
import type { ImageLeaf, PlaceNode, PlaceTree } from "../images/places/tree";
import { settle } from "../resources/late/settle";

/** Decides what happens to images. */
export interface Visitor {
  /** Returns the new image: the same one to keep it, or an Output if it is not known yet. */
  image(reference: string, at: Position): string | pulumi.Output<string>;
  /** Sees an image that is kept because of a sibling property. */
  exempted(reference: string, exception: Exception, at: Position): void;
  /** Sees a value that is not known before the update. */
  unknown(): void;
  isBuildArgument(name: string): boolean;
}

/** A position in the inputs. */
export interface Position {
  /** Such as `spec.containers[0].image`. */
  path: string;
  /** Whether it is secret, or in a secret. Then it must not be shown. */
  secret: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Visits the images in a value and replaces them as the visitor says. Unchanged parts stay the same object. Secrets
 * stay secret, and unknown values stay unknown.
 */
export async function walk(
  value: unknown,
  place: PlaceTree,
  at: Position,
  visitor: Visitor,
  siblings: Fields = {},
): Promise<unknown> {
  if (pulumi.Output.isInstance(value)) return walkOutput(value, place, at, visitor, siblings);
  if (place.kind === "image")
    return typeof value === "string" ? visitImage(value, place, at, visitor, siblings) : value;
  if (place.kind === "json") return typeof value === "string" ? walkJson(value, place.document, at, visitor) : value;
  if (Array.isArray(value)) return walkList(value, place, at, visitor);
  return isPlainObject(value) ? walkObject(value, place, at, visitor) : value;
}

async function walkOutput(
  output: pulumi.Output<unknown>,
  place: PlaceTree,
  at: Position,
  visitor: Visitor,
  siblings: Fields,
): Promise<unknown> {
  const settled = await settle(output);
  if (settled === undefined) {
    visitor.unknown();
    return output;
  }
  const secret = at.secret || (await pulumi.isSecret(output));
  const next = await walk(settled.value, place, { ...at, secret }, visitor, siblings);
  // apply keeps the output's dependencies and secretness.
  return next === settled.value ? output : output.apply(() => next);
}

function visitImage(text: string, leaf: ImageLeaf, at: Position, visitor: Visitor, siblings: Fields): unknown {
  const image = imageIn(text, leaf, siblings);
  if (image === undefined) return text;
  if (image.exception) {
    visitor.exempted(image.reference, image.exception, at);
    return text;
  }
  const next = visitor.image(image.reference, at);
  if (next === image.reference) return text;
  return typeof next === "string" ? imageText(image, next) : next.apply((known) => imageText(image, known));
}

async function walkJson(text: string, document: PlaceNode, at: Position, visitor: Visitor): Promise<unknown> {
  const value = parseJson(text);
  const next = await walk(value, document, at, visitor);
  if (next === value) return text;
  return hasOutputs(next) ? pulumi.jsonStringify(next) : JSON.stringify(next);
}

/** Undefined for text that is not JSON, which the provider refuses. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function walkList(list: readonly unknown[], place: PlaceNode, at: Position, visitor: Visitor): Promise<unknown> {
  const { each } = place;
  if (each === undefined) return list;
  const next: unknown[] = [];
  for (const [index, element] of list.entries()) {
    next.push(await walk(element, each, { ...at, path: `${at.path}[${index}]` }, visitor));
  }
  return next.some((element, index) => element !== list[index]) ? next : list;
}

async function walkObject(
  object: Record<string, unknown>,
  place: PlaceNode,
  at: Position,
  visitor: Visitor,
): Promise<unknown> {
  let next = object;
  for (const [name, child] of childPlaces(object, place, visitor)) {
    const inner = { ...at, path: at.path === "" ? name : `${at.path}.${name}` };
    const value = await walk(object[name], child, inner, visitor, object);
    if (value === object[name]) continue;
    if (next === object) next = { ...object };
    next[name] = value;
  }
  return next;
}

function childPlaces(object: Record<string, unknown>, place: PlaceNode, visitor: Visitor): [string, PlaceTree][] {
  const { properties, each, buildArguments } = place;
  if (properties.size > 0) return [...properties].filter(([name]) => Object.hasOwn(object, name));
  const names = Object.keys(object);
  if (each !== undefined) return names.map((name) => [name, each]);
  if (buildArguments === undefined) return [];
  return names.filter((name) => visitor.isBuildArgument(name)).map((name) => [name, buildArguments]);
}

function hasOutputs(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasOutputs);
}

/** A plain object, not an Output, asset or resource. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
