import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from "js-yaml";

/** Where every value of a YAML document starts, by path. A mapping's value starts at its key. */
export interface Positions {
  /** Offset of the value at a path, or of its nearest parent. */
  find(path: readonly PropertyKey[]): number | undefined;
  /** Keys that repeat an earlier key of their mapping, with the offset of the later one. */
  readonly duplicates: readonly { readonly key: string; readonly offset: number }[];
  readonly aliases: readonly number[];
  /** Offsets of tags such as `!!binary`. */
  readonly tags: readonly number[];
  /** Offset of the first value of each document. */
  readonly documents: readonly number[];
}

/** A tree, because a map by path would repeat a long key for every value below it. */
interface Place {
  offset: number | undefined;
  readonly children: Map<string, Place>;
}

interface Level {
  readonly place: Place;
  readonly isMapping: boolean;
  index: number;
  key?: string;
}

/** Collects the offsets from a parser's events. */
export function findPositions(source: string, events: readonly Event[]): Positions {
  const root: Place = { offset: undefined, children: new Map() };
  const duplicates: { key: string; offset: number }[] = [];
  const aliases: number[] = [];
  const tags: number[] = [];
  const levels: Level[] = [];
  const documents: number[] = [];
  let isNewDocument = false;

  /** The place of the node that begins now, or undefined if it is a mapping's key. */
  const begin = (offset: number, key?: string): Place | undefined => {
    const parent = levels.at(-1);
    if (isNewDocument) documents.push(offset);
    isNewDocument = false;
    if (!parent) return root;
    if (!parent.isMapping) return childOf(parent.place, String(parent.index++));
    if (parent.key === undefined) {
      parent.key = key ?? "";
      if (parent.place.children.has(parent.key)) duplicates.push({ key: parent.key, offset });
      childOf(parent.place, parent.key).offset = offset;
      return undefined;
    }
    const place = childOf(parent.place, parent.key);
    parent.key = undefined;
    return place;
  };

  for (const event of events) {
    if ("tagStart" in event && event.tagStart >= 0) tags.push(event.tagStart);
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        isNewDocument = true;
        break;
      case EVENT_ID.SCALAR: {
        const isQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        const start = isQuoted ? event.valueStart - 1 : event.valueStart;
        const place = begin(start, getScalarValue(source, event));
        if (place) place.offset ??= start;
        break;
      }
      case EVENT_ID.ALIAS:
        aliases.push(event.anchorStart - 1);
        begin(event.anchorStart - 1);
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        // A key that is itself a collection: its contents have no path.
        const place = begin(event.start) ?? { offset: undefined, children: new Map() };
        place.offset ??= event.start;
        levels.push({ place, isMapping: event.type === EVENT_ID.MAPPING, index: 0 });
        break;
      }
      case EVENT_ID.POP:
        levels.pop();
        break;
    }
  }
  return { duplicates, aliases, tags, documents, find: (path) => nearestOffset(root, path) };
}

function childOf(parent: Place, name: string): Place {
  const existing = parent.children.get(name);
  if (existing) return existing;
  const created: Place = { offset: undefined, children: new Map() };
  parent.children.set(name, created);
  return created;
}

function nearestOffset(root: Place, path: readonly PropertyKey[]): number | undefined {
  let nearest = root.offset;
  let place: Place | undefined = root;
  for (const part of path) {
    place = place.children.get(String(part));
    if (!place) break;
    if (place.offset !== undefined && place.offset >= 0) nearest = place.offset;
  }
  return nearest;
}
