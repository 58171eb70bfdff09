import { parseAllDocuments } from "yaml";

/**
 * The image references in a text: Kubernetes manifests such as the output of `helm template`, ECS task definitions as
 * JSON, or lines with one reference each, where `#` starts a comment.
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

/** Every text with the key `image`: in containers of any kind, task definitions, and custom resources. */
function imagesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== "image") return imagesIn(inner);
    return typeof inner === "string" && inner !== "" ? [inner] : imagesIn(inner);
  });
}
