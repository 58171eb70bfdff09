import {
  type Candidate,
  type DocumentPath,
  type FoundImage,
  type PlaceTable,
  readImages,
} from "pulumi-pull-through-cache/images";
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
} from "yaml";
import type { DocumentText } from "./split";

/** What a document of a stream says about images. */
export interface Manifest {
  readonly images: readonly ManifestImage[];
  /** What looks like an image, at places that nobody knows. */
  readonly candidates: readonly ManifestCandidate[];
  readonly problems: readonly Problem[];
  /** Whether there is more than comments and prose. */
  readonly hasContent: boolean;
}

export interface ManifestImage extends FoundImage {
  readonly line: number;
  /** Such as `Deployment.apps/web`. */
  readonly owner: string;
  /** Where the name stands in the document's text. Undefined if an anchor in another place has it. */
  readonly range: readonly [start: number, end: number] | undefined;
}

export interface ManifestCandidate extends Candidate {
  readonly line: number;
  readonly owner: string;
}

/** Why a document was not read, or what is odd about it. */
export interface Problem {
  readonly line: number;
  readonly message: string;
  /** Whether nothing of the document was read. */
  readonly isBroken: boolean;
}

const REPEATED = "DUPLICATE_KEY";

/**
 * Reads one document of a stream. If a key is repeated, its last value counts, as for Helm and kubectl.
 *
 * @param mayHaveImages A text that it does not match is not parsed.
 */
export function readManifest({ text, line: start }: DocumentText, table: PlaceTable, mayHaveImages: RegExp): Manifest {
  if (!mayHaveImages.test(text)) return { images: [], candidates: [], problems: [], hasContent: true };
  if (text.includes("\0")) return broken(start, "it is not UTF-8 text");
  const lines = new LineCounter();
  const lineAt = (offset: number) => start + Math.max(lines.linePos(offset).line, 1) - 1;
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
    const found = "empty" in documents ? [] : documents.map((document) => readDocument(document, lineAt, table));
    return {
      images: found.flatMap(({ images }) => images),
      candidates: found.flatMap(({ candidates }) => candidates),
      problems: found.flatMap(({ problems }) => problems),
      hasContent: found.some(({ hasContent }) => hasContent),
    };
  } catch {
    return broken(start, "it has too many levels or aliases");
  }
}

function broken(line: number, message: string): Manifest {
  return { images: [], candidates: [], problems: [{ line, message, isBroken: true }], hasContent: true };
}

function readDocument(document: Document.Parsed, lineAt: (offset: number) => number, table: PlaceTable): Manifest {
  const broken = document.errors.find(({ code }) => code !== REPEATED);
  // What comes after the first mistake is often its consequence.
  const problems = (broken ? [broken] : document.errors).map(({ code, pos }) => ({
    line: lineAt(pos[0]),
    message: broken ? `this is not valid YAML or JSON (${code})` : "a key is repeated; its last value counts",
    isBroken: broken !== undefined,
  }));
  if (broken) return { images: [], candidates: [], problems, hasContent: true };
  const value: unknown = document.toJS();
  const aliases = aliasesOf(document);
  const read = readImages(value, table).map(({ kind, name, images, candidates }) => {
    const owner = [kind, name].filter(Boolean).join("/");
    const nodes = images.map(({ path }) => nodeAt(document, path));
    const users = new Set(nodes.map(({ node }) => node));
    const rewritten = new Set(nodes.flatMap(({ node, isShared }) => (isShared ? [] : [node])));
    const place = (path: DocumentPath) => {
      const { node } = nodeAt(document, path);
      const others = isScalar(node) ? (aliases.get(node.anchor) ?? []) : [];
      // An anchor that other places use too cannot change its value for images alone.
      const isFree = rewritten.has(node) && others.every((alias) => users.has(alias));
      return { owner, line: lineAt(node?.range?.[0] ?? 0), range: isFree ? rangeOf(node) : undefined };
    };
    return {
      images: images.map((image) => ({ ...image, ...place(image.path) })),
      candidates: candidates.map((candidate) => ({ ...candidate, ...place(candidate.path) })),
    };
  });
  const images = read.flatMap((one) => one.images);
  const candidates = read.flatMap((one) => one.candidates);
  return { images, candidates, problems, hasContent: typeof value === "object" && value !== null };
}

function aliasesOf(document: Document.Parsed): Map<string | undefined, Node[]> {
  const found = new Map<string | undefined, Node[]>();
  visit(document, {
    Alias: (_key, alias) => void found.set(alias.source, [...(found.get(alias.source) ?? []), alias]),
  });
  return found;
}

function rangeOf(node: Node | undefined): readonly [number, number] | undefined {
  return node?.range ? [node.range[0], node.range[1]] : undefined;
}

/**
 * The node at a path. It is shared if an anchor elsewhere has it, as part of a larger value; an alias for the value alone is
 * a node of its own.
 */
function nodeAt(document: Document.Parsed, path: DocumentPath): { node: Node | undefined; isShared: boolean } {
  let node: Node | undefined = document.contents ?? undefined;
  let isShared = false;
  for (const step of path) {
    if (isAlias(node)) {
      isShared = true;
      node = resolve(document, node);
    }
    const child = childOf(document, node, step);
    node = child.node;
    isShared ||= child.isShared;
  }
  return { node, isShared };
}

function resolve(document: Document.Parsed, alias: Alias): Node | undefined {
  return alias.resolve(document) as Node | undefined;
}

function childOf(
  document: Document.Parsed,
  node: Node | undefined,
  step: string | number,
): { node: Node | undefined; isShared: boolean } {
  if (isSeq(node)) return { node: node.items[Number(step)] as Node | undefined, isShared: false };
  if (!isMap(node)) return { node: undefined, isShared: false };
  const pairs = node.items as Pair<Node, Node | null>[];
  const own = pairs.filter(({ key }) => isScalar(key) && String(key.value) === String(step)).at(-1);
  if (own) return { node: own.value ?? undefined, isShared: false };
  const merged = pairs
    .filter(({ key }) => isScalar(key) && key.source === "<<")
    .flatMap(({ value }) => mergedMaps(value));
  for (const source of merged) {
    const found = childOf(document, isAlias(source) ? resolve(document, source) : source, step);
    if (found.node) return { node: found.node, isShared: true };
  }
  return { node: undefined, isShared: false };
}

function mergedMaps(value: Node | null): Node[] {
  if (value === null) return [];
  return isSeq(value) ? (value.items as Node[]) : [value];
}
