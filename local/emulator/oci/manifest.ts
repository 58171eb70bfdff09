import { sha256 } from "../digest";
import type { Image } from "../state/model";

const INDEXES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

export const isIndex = (mediaType: string) => INDEXES.includes(mediaType);

export type ParsedManifest = Omit<Image, "pushedAt">;

interface Descriptor {
  digest: string;
  size: number;
  mediaType?: string;
}

interface ManifestJson {
  mediaType?: string;
  artifactType?: string;
  subject?: Descriptor;
  manifests?: Descriptor[];
  config?: Descriptor;
  layers?: Descriptor[];
}

/** Reads the references in an image manifest or a manifest list. */
export function parseManifest(body: Buffer, contentType: string): ParsedManifest {
  const json = JSON.parse(body.toString("utf8")) as ManifestJson;
  const mediaType = json.mediaType ?? contentType.split(";")[0] ?? "";
  const layers = json.layers ?? [];
  return {
    digest: sha256(body),
    mediaType,
    artifactMediaType: json.artifactType ?? json.config?.mediaType,
    subject: json.subject?.digest,
    manifest: body.toString("utf8"),
    children: (json.manifests ?? []).map(({ digest }) => digest),
    blobs: [...(json.config ? [json.config] : []), ...layers].map(({ digest }) => digest),
    sizeInBytes: layers.reduce((sum, { size }) => sum + size, 0),
  };
}
