const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** An element with a value in it; lists become `<member>` elements and maps `<entry>` elements, as in all query APIs here. */
export function element(name: string, value: unknown): string {
  return value === undefined || value === null ? "" : `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => element("member", item)).join("");
  if (value instanceof Map) {
    return [...value].map(([key, item]) => element("entry", { key, value: item })).join("");
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => element(name, item))
      .join("");
  }
  return escapeText(String(value));
}
