import { tryParseImageReference } from "pulumi-pull-through-cache/images";
import { readManifest } from "../manifests/manifest";
import { type ManifestPlaces, readPlaces } from "../manifests/places-file";
import { splitDocuments } from "../manifests/split";
import { readText } from "../read-text";
import type { Terminal } from "../terminal/terminal";

/** The images that a command line and its files name. */
export interface NamedImages {
  readonly images: readonly string[];
  /** What may be an image but is not sure to be one, or cannot come from a cache: where it stands, and why. */
  readonly left: readonly LeftImage[];
  /** What could not be read, with file and line. */
  readonly problems: readonly string[];
}

export interface LeftImage {
  readonly place: string;
  readonly reference: string;
  readonly reason: string;
}

export interface ImageSources {
  readonly images: readonly string[];
  /** Lists, manifests, task definitions, Compose files, Helm values. */
  readonly file: readonly string[];
  /** A file with places of images. */
  readonly places?: string;
}

/** Reads all images. The same one may come several times. */
export async function readNamedImages(sources: ImageSources, terminal: Terminal): Promise<NamedImages> {
  // Every document is parsed: a broken one may have images.
  const places = { ...(await readPlaces(sources.places, [], terminal)), mayHaveImages: /(?:)/ };
  const files: NamedImages[] = [];
  for (const path of sources.file) files.push(await readFile(path, await readText(terminal, path), places));
  return {
    images: [...sources.images, ...files.flatMap(({ images }) => images)],
    left: files.flatMap(({ left }) => left),
    problems: files.flatMap(({ problems }) => problems),
  };
}

async function readFile(path: string, text: string, places: ManifestPlaces): Promise<NamedImages> {
  const name = path === "-" ? "standard input" : path;
  const lines = listed(text);
  const found = isList(lines) ? { images: lines, left: [], problems: [] } : await readDocuments(name, text, places);
  if (found.images.length + found.left.length + found.problems.length > 0) return found;
  return { ...found, problems: [`${name}: there is no image, or this kind of file is not read`] };
}

/** The lines of a list of images, where `#` starts a comment. */
function listed(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*/, "").trim())
    .filter((line) => line !== "");
}

/** A document has a key or starts like JSON; a list has images with at most some mistakes. */
function isList(lines: readonly string[]): boolean {
  if (lines.some((line) => tryParseImageReference(line).ok)) return !lines.some((line) => /:\s|:$/.test(line));
  return !lines.some((line) => /^[[{]|:\s|:$|^---/.test(line));
}

async function readDocuments(
  file: string,
  text: string,
  { table, mayHaveImages }: ManifestPlaces,
): Promise<NamedImages> {
  const images: string[] = [];
  const left: LeftImage[] = [];
  const problems: string[] = [];
  for await (const document of splitDocuments(once(text))) {
    const manifest = readManifest(document, table, mayHaveImages);
    problems.push(...manifest.problems.map(({ line, message }) => `${file}:${line}: ${message}`));
    for (const { line, reference, stays } of manifest.images) {
      if (stays === undefined) images.push(reference);
      else left.push({ place: `${file}:${line}`, reference, reason: stays });
    }
    for (const { line, reference, isNamed } of manifest.candidates) {
      if (!tryParseImageReference(reference).ok) continue;
      if (isNamed) images.push(reference);
      else left.push({ place: `${file}:${line}`, reference, reason: "nothing says that it is an image" });
    }
  }
  return { images, left, problems };
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}
