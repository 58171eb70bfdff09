import { dump } from "js-yaml";

/** Kubernetes manifests as one YAML text. Each document starts with a separator. */
export function toYaml(documents: readonly object[]): string {
  return documents.map((document) => `---\n${dump(document, { lineWidth: -1, noRefs: true })}`).join("");
}
