export type RegistryPath =
  | { readonly kind: "base" }
  | { readonly kind: "tags"; readonly repository: string }
  | { readonly kind: "manifest" | "blob" | "referrers"; readonly repository: string; readonly reference: string };

const KINDS = { manifests: "manifest", blobs: "blob", referrers: "referrers" } as const;

/** Paths of the OCI distribution API that clients pull with. */
export function parseRegistryPath(path: string): RegistryPath | undefined {
  if (path === "/v2/" || path === "/v2") return { kind: "base" };
  const [, tagged] = /^\/v2\/(.+)\/tags\/list$/.exec(path) ?? [];
  if (tagged !== undefined) return { kind: "tags", repository: tagged };
  const found = /^\/v2\/(.+)\/(manifests|blobs|referrers)\/([^/]+)$/.exec(path);
  if (found === null) return undefined;
  const [, repository = "", kind, reference = ""] = found;
  return { kind: KINDS[kind as keyof typeof KINDS], repository, reference };
}
