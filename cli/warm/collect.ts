import { parseAllDocuments } from "yaml";

/**
 * The image references in a text: Kubernetes manifests as `helm template` prints them, ECS task definitions as JSON, or
 * lines with one reference each, where `#` starts a comment.
 */
export function collectImages(text: string): string[] {
  const trimmed = text.trim();
  if (/^[[{]/.test(trimmed)) return imagesIn(JSON.parse(trimmed));
  if (/^(apiVersion|kind):/m.test(trimmed)) {
    return parseAllDocuments(trimmed).flatMap((document) =>
      imagesIn(document.errors.length > 0 ? [] : document.toJS()),
    );
  }
  return trimmed
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*/, "").trim())
    .filter((line) => line !== "");
}

/** Every text under the key `image`: containers of any kind, task definitions, and custom resources that name an image. */
function imagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== "image") return imagesIn(inner);
    return typeof inner === "string" && inner !== "" ? [inner] : imagesIn(inner);
  });
}
