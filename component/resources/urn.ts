/** The name of a resource, from its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The URN of a component's child. */
export function childUrn(parent: string, type: string, name: string): string {
  const parentWithTypes = parent.split("::").slice(0, 3).join("::");
  return `${parentWithTypes}$${type}::${name}`;
}
