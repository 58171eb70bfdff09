import { KUBERNETES_PLACES } from "./kubernetes";
import { imagePaths, type KnownPlace, type Place } from "./place";
import { DOCUMENT_PLACES, RESOURCE_PLACES } from "./resources";
import { listOf, type PlaceNode, placeTree } from "./tree";

/** Where objects of a kind have images, and why they stay upstream, if they do. */
export interface KindPlaces {
  readonly tree: PlaceNode;
  readonly stays?: string;
}

/** All places that are known, with those of the user. */
export interface PlaceTable {
  /** By the token of a Pulumi resource type. */
  ofType(token: string): KindPlaces | undefined;
  /** By what a document says about itself. */
  ofDocument(document: Readonly<Record<string, unknown>>): (KindPlaces & { readonly kind: string }) | undefined;
}

const KNOWN: readonly KnownPlace[] = [...KUBERNETES_PLACES, ...RESOURCE_PLACES];

const KUBERNETES = "kubernetes:";

/**
 * The places of the known kinds, and of these. Places of the user are added to what is known of a kind.
 *
 * @throws Error for a malformed path.
 */
export function placeTable(own: readonly Place[] = []): PlaceTable {
  const kinds = new Map<string, KindPlaces>();
  const paths = new Map<string, string[]>();
  for (const { kind, unless, stays, ...place } of [...KNOWN, ...own] as readonly (Place & Partial<KnownPlace>)[]) {
    const all = [...(paths.get(kind) ?? []), ...imagePaths({ kind, ...place })];
    paths.set(kind, all);
    kinds.set(kind, {
      ...kinds.get(kind),
      tree: placeTree(all, unless ?? KNOWN.find((known) => known.kind === kind)?.unless),
      ...(stays !== undefined && { stays }),
    });
  }
  const fields = DOCUMENT_PLACES.map(({ kind, field, unless, ...place }) => ({
    ...{ kind, field, tree: placeTree(imagePaths({ kind, ...place }), unless) },
  }));
  return {
    ofType: (token) => (token.startsWith(KUBERNETES) ? ofKubernetes(kinds, token) : ofOther(kinds, token)),
    ofDocument: (document) => {
      const { apiVersion, kind } = document;
      if (typeof apiVersion === "string" && typeof kind === "string") {
        const name = kubernetesKind(apiVersion, kind);
        const found = kinds.get(name);
        return found && { ...found, kind: name };
      }
      return fields.find(({ field }) => typeof document[field] === "object" && document[field] !== null);
    },
  };
}

/** Without a colon it would be a kind of Kubernetes. */
function ofOther(kinds: ReadonlyMap<string, KindPlaces>, token: string): KindPlaces | undefined {
  return token.includes(":") ? kinds.get(token) : undefined;
}

/** `Deployment.apps` for `apps/v1` and `Deployment`, `Pod` for `v1` and `Pod`. */
export function kubernetesKind(apiVersion: string, kind: string): string {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "core";
  return group === "core" ? kind : `${kind}.${group}`;
}

/**
 * Tokens are `kubernetes:<group>/<version>:<kind>`, also for custom resources. Any version matches. A kind has a
 * `<kind>Patch` and a `<kind>List` with the same fields.
 */
function ofKubernetes(kinds: ReadonlyMap<string, KindPlaces>, token: string): KindPlaces | undefined {
  const [apiVersion = "", kind = ""] = token.slice(KUBERNETES.length).split(":");
  const exact = kinds.get(token) ?? kinds.get(kubernetesKind(apiVersion, kind));
  if (exact) return exact;
  const [, single, variant] = /^(.+)(Patch|List)$/.exec(kind) ?? [];
  const found = single === undefined ? undefined : kinds.get(kubernetesKind(apiVersion, single));
  return found && variant === "List" ? { ...found, tree: listOf("items", found.tree) } : found;
}
