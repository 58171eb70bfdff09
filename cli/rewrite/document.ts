import { type ImageDecision, imageText } from "pulumi-pull-through-cache/images";
import type { Manifest, ManifestImage } from "../manifests/manifest";

/** What becomes of an image. */
export interface Decided {
  readonly image: ManifestImage;
  readonly decision: ImageDecision;
  /** Why an image that a cache serves keeps its name. */
  readonly obstacle?: string;
}

/** A document with the names of the cache. Nothing else in its text differs. */
export function rewriteDocument(
  text: string,
  { images }: Manifest,
  decide: (reference: string) => ImageDecision,
): { readonly text: string; readonly decided: readonly Decided[] } {
  const decided = images.map((image) => decideImage(text, image, decide));
  const edits = new Map<number, { readonly start: number; readonly end: number; readonly text: string }>();
  for (const { image, decision, obstacle } of decided) {
    if (decision.kind !== "rewritten" || obstacle !== undefined || image.range === undefined) continue;
    const [start, end] = image.range;
    edits.set(start, { start, end, text: replaced(text.slice(start, end), image, decision.reference) });
  }
  let written = "";
  let position = 0;
  for (const edit of [...edits.values()].sort((one, other) => one.start - other.start)) {
    written += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return { text: written + text.slice(position), decided };
}

function decideImage(text: string, image: ManifestImage, decide: (reference: string) => ImageDecision): Decided {
  const decision = decide(image.reference);
  if (decision.kind !== "rewritten") return { image, decision };
  if (image.stays !== undefined) return { image, decision, obstacle: image.stays };
  if (image.range === undefined) return { image, decision, obstacle: "an anchor in another place has it" };
  const source = text.slice(...image.range);
  const isWritten = source.startsWith("*") || source.split(written(image)).length === 2;
  return isWritten
    ? { image, decision }
    : { image, decision, obstacle: "it is written with escapes or on several lines" };
}

/** An alias becomes the name; otherwise the name is replaced inside of its quotes. */
function replaced(source: string, image: ManifestImage, reference: string): string {
  const name = imageText(image, reference);
  return source.startsWith("*") ? name : source.replace(written(image), () => name);
}

/** The image as the document writes it. */
function written(image: ManifestImage): string {
  return imageText(image, image.reference);
}
