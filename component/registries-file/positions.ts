import { EVENT_ID, type Event, getScalarValue } from "js-yaml";

/** Where every value of a YAML document starts, by path; keys of mappings stand for their values. */
export interface Positions {
  /** Offset of the value at a path, or of its nearest parent. */
  find(path: readonly PropertyKey[]): number | undefined;
  /** Keys of mappings with the offset of each. */
  readonly keys: readonly { readonly key: string; readonly offset: number }[];
  readonly aliases: readonly number[];
  /** Offset of the first value of each document. */
  readonly documents: readonly number[];
}

interface Level {
  readonly path: readonly PropertyKey[];
  readonly isMapping: boolean;
  index: number;
  key?: string;
}

/** Walks a parser's events once and notes the offsets. */
export function findPositions(source: string, events: readonly Event[]): Positions {
  const offsets = new Map<string, number>();
  const keys: { key: string; offset: number }[] = [];
  const aliases: number[] = [];
  const levels: Level[] = [];
  const documents: number[] = [];
  let isNewDocument = false;

  /** The path of the node that begins now, or undefined when it is a mapping's key. */
  const place = (offset: number, key?: string): readonly PropertyKey[] | undefined => {
    const parent = levels.at(-1);
    if (isNewDocument) documents.push(offset);
    isNewDocument = false;
    if (!parent) return [];
    if (!parent.isMapping) return [...parent.path, parent.index++];
    if (parent.key === undefined) {
      parent.key = key ?? "";
      keys.push({ key: parent.key, offset });
      offsets.set(id([...parent.path, parent.key]), offset);
      return undefined;
    }
    const path = [...parent.path, parent.key];
    parent.key = undefined;
    return path;
  };

  for (const event of events) {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        isNewDocument = true;
        break;
      case EVENT_ID.SCALAR: {
        const path = place(event.valueStart, getScalarValue(source, event));
        if (path && !offsets.has(id(path))) offsets.set(id(path), event.valueStart);
        break;
      }
      case EVENT_ID.ALIAS:
        aliases.push(event.anchorStart);
        place(event.anchorStart);
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const path = place(event.start) ?? [];
        if (!offsets.has(id(path))) offsets.set(id(path), event.start);
        levels.push({ path, isMapping: event.type === EVENT_ID.MAPPING, index: 0 });
        break;
      }
      case EVENT_ID.POP:
        levels.pop();
        break;
    }
  }
  return {
    keys,
    aliases,
    documents,
    find: (path) => {
      for (let length = path.length; length >= 0; length--) {
        const offset = offsets.get(id(path.slice(0, length)));
        if (offset !== undefined && offset >= 0) return offset;
      }
      return undefined;
    },
  };
}

function id(path: readonly PropertyKey[]): string {
  return JSON.stringify(path.map(String));
}
