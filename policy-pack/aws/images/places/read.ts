import type { AnyResource } from "../../../kit/policy";
import { fieldsOf, isFields, items, json, read, unknown, type Value } from "../../../kit/values";
import { type Place, places, podSpecs } from "./table";

/** An image that a resource names. */
export interface NamedImage {
  readonly reference: string;
  /** The property beside it with credentials that would be used for the cache, too. */
  readonly credentials: string | undefined;
}

export interface Images {
  readonly images: readonly NamedImage[];
  /** Whether some are not known yet. */
  readonly open: boolean;
  /** Whether they cannot come from a cache, or nothing says that they can. */
  readonly stay: boolean;
}

const kubernetes = "kubernetes:";

/** Where operators that the table does not know usually have their Pods. */
const usual: Place = {
  images: podSpecs("spec", "spec.template.spec", "spec.jobTemplate.spec.template.spec", "template.spec"),
};

/** Whether resources of the type can name container images. */
export function hasImages(type: string): boolean {
  return places.has(type) || type.startsWith(kubernetes);
}

export function imagesOf(resource: AnyResource): Images {
  const place = placeOf(resource.type);
  const properties = new Map<string, Value>();
  const property = (name: string) => {
    if (!properties.has(name)) properties.set(name, read(resource.props, name));
    return properties.get(name);
  };
  const found = place.images.flatMap((path) => imagesAt(property, path, place));
  const images = new Map(found.flatMap((image) => (image === unknown ? [] : [[image.reference, image]])));
  return { images: [...images.values()], open: found.includes(unknown), stay: place.stays === true };
}

/** Kinds of operators that the table does not know count with the usual places of Pods. */
function placeOf(type: string): Place {
  if (!type.startsWith(kubernetes)) return places.get(type) ?? { images: [] };
  const [version = "", kind = ""] = type.slice(kubernetes.length).split(":");
  const group = version.split("/")[0] ?? "";
  const ofKind = (name: string) => places.get(group === "core" ? name : `${name}.${group}`);
  const [, single = kind, variant] = /^(.+)(Patch|List)$/.exec(kind) ?? [];
  const exact = ofKind(kind);
  const place = exact ?? ofKind(single) ?? usual;
  if (exact !== undefined || variant !== "List") return place;
  return { ...place, images: place.images.map((path) => `items[].${path}`) };
}

type Found = NamedImage | typeof unknown;

/** Paths start with the name of a property. */
function imagesAt(property: (name: string) => Value, path: string, place: Place): Found[] {
  const [steps = "", tag] = path.split(":");
  const [first = "", ...rest] = steps.match(/\[\]|\([\w-]+\)|[^.[\]()]+/g) ?? [];
  return follow(property(first), rest, property, { ...place, tag });
}

type Leaf = Place & { readonly tag: string | undefined };

function follow(value: Value, steps: readonly string[], beside: (name: string) => Value, leaf: Leaf): Found[] {
  if (value === unknown) return [unknown];
  const [step, ...rest] = steps;
  if (step === undefined) return imageIn(value, beside, leaf);
  if (step === "[]") {
    const all = isFields(value) ? Object.values(value) : items(value);
    return all === unknown ? [unknown] : all.flatMap((one) => follow(one, rest, beside, leaf));
  }
  if (step === "(json)") return follow(json(value), rest, beside, leaf);
  if (step === "(docker-image)") {
    const image = typeof value === "string" && value.startsWith("docker-image://") ? value.slice(15) : undefined;
    return follow(image, rest, beside, leaf);
  }
  const fields = fieldsOf(value);
  return follow(fields[step], rest, (name) => fields[name], leaf);
}

function imageIn(value: Value, beside: (name: string) => Value, { tag, unless, credentials }: Leaf): Found[] {
  if (typeof value !== "string") return [];
  if (unless !== undefined && isGiven(beside(unless))) return [];
  const version = tag === undefined ? undefined : beside(tag);
  if (version === unknown) return [unknown];
  const hasTag = version !== undefined && version !== null && version !== "";
  return [
    {
      reference: hasTag ? `${value}:${String(version)}` : value,
      credentials: credentials !== undefined && isGiven(beside(credentials)) ? credentials : undefined,
    },
  ];
}

function isGiven(value: Value): boolean {
  return value !== undefined && value !== null;
}
