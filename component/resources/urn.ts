/** The name of a resource, from its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
